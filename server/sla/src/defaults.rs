use chrono_tz::Tz;

use atum_core::{
    Result,
    db::{ReadWrite, TenantTx},
    ids::{CalendarId, PolicyId},
};

use crate::{Priority, Target, Window, calendar, policy};

/// In business minutes of eight-hour days: an ordinary ticket is answered within half a day and solved within a week.
const TARGETS: [Target; 4] = [
    target(Priority::Low, 480, 960, 4800),
    target(Priority::Normal, 240, 480, 2400),
    target(Priority::High, 120, 240, 960),
    target(Priority::Urgent, 30, 60, 240),
];

const fn target(priority: Priority, first_response: i32, next_response: i32, resolution: i32) -> Target {
    Target {
        priority,
        first_response_minutes: first_response,
        next_response_minutes: next_response,
        resolution_minutes: resolution,
    }
}

/// Gives a new organization a calendar, Monday to Friday 09:00–17:00 in its zone, and a default policy in it. Does
/// nothing where there is a default policy already.
pub async fn create_defaults(tx: &mut TenantTx<ReadWrite>, time_zone: Tz) -> Result<()> {
    let exists = sqlx::query_scalar!("select 1 from desk.sla_policy where is_default");
    if exists.fetch_optional(&mut **tx).await?.is_some() {
        return Ok(());
    }
    let (calendar_id, policy_id) = (CalendarId::new(), PolicyId::new());
    sqlx::query!(
        "insert into desk.calendar (organization_id, id, name, time_zone, updated_at)
         values ($1, $2, 'Business hours', $3, $4)",
        tx.organization_id.0,
        calendar_id.0,
        time_zone.name(),
        tx.now,
    )
    .execute(&mut **tx)
    .await?;
    calendar::save_windows(tx, calendar_id, &week()).await?;
    sqlx::query!(
        "insert into desk.sla_policy (organization_id, id, name, is_default, calendar_id, updated_at)
         values ($1, $2, 'Standard', true, $3, $4)",
        tx.organization_id.0,
        policy_id.0,
        calendar_id.0,
        tx.now,
    )
    .execute(&mut **tx)
    .await?;
    policy::save_targets(tx, policy_id, &TARGETS).await
}

fn week() -> Vec<Window> {
    (1..=5).map(|weekday| Window { weekday, from: "09:00".into(), to: "17:00".into() }).collect()
}
