use atum_audit::Event;
use atum_core::{
    App, Problem, Problems, Result,
    checks::Checks,
    db::{ReadWrite, TenantTx},
    extract::{Json, Path},
    ids::{CalendarId, PolicyId},
    problem::OnConstraint,
    version::IfMatch,
};
use atum_identity::Admin;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    Calendar, Policy, Priority, Target, calendar,
    edit::{Edited, Field},
    policy,
};

/// More than a year of minutes around the clock is no promise.
const MOST_MINUTES: i32 = 366 * 24 * 60;

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct PolicyChange {
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    calendar_id: CalendarId,
    #[schema(minimum = 1, maximum = 99)]
    warn_percent: i16,
    /// One for each priority.
    pub targets: Vec<Target>,
}

/// Edits what is promised from now on. Clocks that have started keep the targets that they were started with; only a
/// changed priority gives a ticket the new ones.
#[utoipa::path(
    put, path = "/api/v1/sla/policies/{id}", tag = "sla",
    params(("id" = PolicyId, Path), ("If-Match" = String, Header, description = "the version that you saw")),
    responses((status = 200, body = Policy), Problems)
)]
pub(crate) async fn update_policy(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<PolicyId>,
    IfMatch(seen): IfMatch,
    Json(change): Json<PolicyChange>,
) -> Result<Json<Policy>> {
    let change = change.checked()?;
    let mut tx = app.db.write(&admin).await?;
    let edited = lock(&mut tx, id).await?;
    let before = policy::find(&mut tx, id).await?;
    if !edited.since(seen, &change.beside(&before))? {
        return Ok(Json(before));
    }
    change.check_reach(&mut tx).await?;
    save(&mut tx, id, &change).await?;
    let after = policy::find(&mut tx, id).await?;
    let event = Event::internal("policy_updated")
        .subject(id.0)
        .change("name", &before.name, &after.name)
        .change("calendar_id", before.calendar_id, after.calendar_id)
        .change("warn_percent", before.warn_percent, after.warn_percent)
        .change("targets", &before.targets, &after.targets);
    atum_audit::record(&mut tx, event).await?;
    tx.commit().await?;
    Ok(Json(after))
}

impl PolicyChange {
    /// In order and without surrounding space, or everything that is wrong with it.
    pub fn checked(mut self) -> Result<Self> {
        let mut checks = Checks::new();
        checks.text("name", &self.name, 1..=120);
        let warns = (1..=99).contains(&self.warn_percent);
        checks.require(warns, "warn_percent", "out_of_range", "must be from 1 to 99");
        for priority in Priority::ALL {
            let targets = self.targets.iter().filter(|target| target.priority == priority).count();
            let words = format!("there must be one target for priority {}, not {targets}", priority.as_str());
            checks.require(targets == 1, "targets", "one_each", words);
        }
        for (place, target) in self.targets.iter().enumerate() {
            check_minutes(&mut checks, place, target);
        }
        checks.finish()?;
        self.name = self.name.trim().to_owned();
        self.targets.sort_by_key(|target| target.priority);
        Ok(self)
    }

    fn beside(&self, theirs: &Policy) -> [Field; 4] {
        [
            Field::new("name", &self.name, &theirs.name),
            Field::new("calendar_id", self.calendar_id, theirs.calendar_id),
            Field::new("warn_percent", self.warn_percent, theirs.warn_percent),
            Field::new("targets", &self.targets, &theirs.targets),
        ]
    }

    /// A target must be reached some day, or nobody could accept a ticket any more.
    async fn check_reach(&self, tx: &mut TenantTx<ReadWrite>) -> Result<()> {
        let calendars = calendar::find(tx, &[self.calendar_id]).await?;
        let unknown = || Problem::field("calendar_id", "unknown", "there is no such calendar");
        let calendar = calendars.get(&self.calendar_id).ok_or_else(unknown)?;
        check_reach(&self.targets, calendar, tx.now).map_err(|words| Problem::field("targets", "unreachable", words))
    }
}

fn check_minutes(checks: &mut Checks, place: usize, target: &Target) {
    let fields = [
        ("first_response_minutes", target.first_response_minutes),
        ("next_response_minutes", target.next_response_minutes),
        ("resolution_minutes", target.resolution_minutes),
    ];
    for (field, minutes) in fields {
        let words = format!("must be from 1 to {MOST_MINUTES} business minutes");
        let fits = (1..=MOST_MINUTES).contains(&minutes);
        checks.require(fits, &format!("targets/{place}/{field}"), "out_of_range", words);
    }
}

/// Says in words which target the calendar can never reach.
pub(crate) fn check_reach(targets: &[Target], calendar: &Calendar, now: DateTime<Utc>) -> Result<(), String> {
    let Ok(arithmetic) = calendar.arithmetic() else { return Ok(()) };
    let longest = |target: &Target| {
        target.first_response_minutes.max(target.next_response_minutes).max(target.resolution_minutes)
    };
    let minutes = targets.iter().map(longest).max().unwrap_or(0);
    let reached = arithmetic.add(now, i64::from(minutes) * 60_000);
    reached.map(drop).map_err(|_| format!("{minutes} business minutes would not pass within twenty years"))
}

async fn lock(tx: &mut TenantTx<ReadWrite>, id: PolicyId) -> Result<Edited> {
    let edited = sqlx::query_as!(
        Edited,
        r#"select p.version, p.updated_at as at, e.name as "by?"
             from desk.sla_policy p
             left join desk.person e on e.organization_id = p.organization_id and e.id = p.updated_by
            where p.id = $1 for update of p"#,
        id.0,
    );
    Ok(edited.fetch_one(&mut **tx).await?)
}

async fn save(tx: &mut TenantTx<ReadWrite>, id: PolicyId, change: &PolicyChange) -> Result<()> {
    sqlx::query!(
        "update desk.sla_policy
            set name = $2, calendar_id = $3, warn_percent = $4, version = version + 1, updated_at = $5, updated_by = $6
          where id = $1",
        id.0,
        change.name,
        change.calendar_id.0,
        change.warn_percent,
        tx.now,
        tx.actor.map(|actor| actor.0),
    )
    .execute(&mut **tx)
    .await
    .on_constraint("sla_policy_organization_id_calendar_id_fkey", || {
        Problem::field("calendar_id", "unknown", "there is no such calendar")
    })?;
    policy::save_targets(tx, id, &change.targets).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(priority: Priority, minutes: i32) -> Target {
        Target {
            priority,
            first_response_minutes: minutes,
            next_response_minutes: minutes,
            resolution_minutes: minutes,
        }
    }

    fn refused(targets: Vec<Target>, warn_percent: i16) -> Vec<String> {
        let change = PolicyChange { name: "Gold".into(), calendar_id: CalendarId::new(), warn_percent, targets };
        let errors = change.checked().unwrap_err().errors;
        errors.into_iter().map(|error| format!("{} {}", error.pointer, error.code)).collect()
    }

    #[test]
    fn every_priority_has_exactly_one_target() {
        let targets = [Priority::Low, Priority::Low, Priority::High, Priority::Urgent].map(|p| target(p, 60));
        assert_eq!(refused(targets.into(), 75), ["#/targets one_each", "#/targets one_each"]);
    }

    #[test]
    fn nothing_is_promised_in_no_time_and_warnings_come_before_the_end() {
        let mut targets = Priority::ALL.map(|priority| target(priority, 60));
        targets[2].next_response_minutes = 0;
        let expected = ["#/warn_percent out_of_range", "#/targets/2/next_response_minutes out_of_range"];
        assert_eq!(refused(targets.into(), 100), expected);
    }

    #[test]
    fn a_sound_change_comes_out_in_order() {
        let targets = [Priority::Urgent, Priority::Low, Priority::High, Priority::Normal].map(|p| target(p, 60));
        let change = PolicyChange {
            name: " Gold ".into(),
            calendar_id: CalendarId::new(),
            warn_percent: 1,
            targets: targets.into(),
        };
        let checked = change.checked().unwrap();
        assert_eq!(checked.name, "Gold");
        assert_eq!(checked.targets.iter().map(|target| target.priority).collect::<Vec<_>>(), Priority::ALL);
    }
}
