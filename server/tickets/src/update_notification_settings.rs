use std::collections::HashMap;

use atum_audit::Event;
use atum_core::{
    App, Problems, Result,
    caller::Caller,
    checks::Checks,
    db::{ReadWrite, TenantTx},
    extract::Json,
};
use atum_identity::Oneself;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use utoipa::ToSchema;

use crate::{
    notification::NotificationKind,
    notification_setting::{self, Choice, DIGEST_MINUTE, MailChoice},
};

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct NotificationSettings {
    /// What the person can be told of; when changed, what is left out stays.
    events: Vec<EventSetting>,
    /// When the summary comes, such as 08:00.
    #[schema(example = "08:00")]
    digest_at: String,
    /// No mail that a program writes comes then; it waits. Null: there are none.
    quiet_hours: Option<QuietHours>,
    /// In which these times are: the profile's, which changes with it. A name of the IANA time zone database.
    #[schema(example = "Europe/Berlin")]
    time_zone: String,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = NotificationEventSetting)]
pub(crate) struct EventSetting {
    kind: NotificationKind,
    in_app: bool,
    mail: MailChoice,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct QuietHours {
    #[schema(example = "22:00")]
    from: String,
    #[schema(example = "07:00")]
    to: String,
}

/// What I am told of, and how.
#[utoipa::path(get, path = "/api/v1/profile/notification-settings", tag = "profile",
    responses((status = 200, body = NotificationSettings), Problems))]
pub(crate) async fn get_notification_settings(
    State(app): State<App>,
    me: Oneself,
) -> Result<Json<NotificationSettings>> {
    let mut tx = app.db.read(&*me).await?;
    Ok(Json(read(&mut tx, &me).await?))
}

/// Decides what I am told of, and how.
#[utoipa::path(put, path = "/api/v1/profile/notification-settings", tag = "profile",
    responses((status = 200, body = NotificationSettings), Problems))]
pub(crate) async fn update_notification_settings(
    State(app): State<App>,
    me: Oneself,
    Json(given): Json<NotificationSettings>,
) -> Result<Json<NotificationSettings>> {
    let times = check(&me, &given)?;
    let mut tx = app.db.write(&*me).await?;
    for event in &given.events {
        save_event(&mut tx, &me, event).await?;
    }
    save_times(&mut tx, &me, times).await?;
    save_zone(&mut tx, &me, &given.time_zone).await?;
    let settings = read(&mut tx, &me).await?;
    tx.commit().await?;
    Ok(Json(settings))
}

type Minutes = (i16, Option<(i16, i16)>);

fn check(me: &Caller, given: &NotificationSettings) -> Result<Minutes> {
    let mut checks = Checks::new();
    let offered = notification_setting::offered(me.role);
    for (place, event) in given.events.iter().enumerate() {
        let pointer = format!("events/{place}/kind");
        checks.require(offered.contains(&event.kind), &pointer, "invalid", "is nothing that you are told of");
        let repeated = given.events[..place].iter().any(|other| other.kind == event.kind);
        checks.require(!repeated, &pointer, "duplicate", "is there already");
    }
    checks.require(given.events.len() <= 20, "events", "too_many", "are more than there are");
    let mut minute = |pointer: &str, text: &str| {
        let minute = minute(text);
        checks.require(minute.is_some(), pointer, "invalid", "must be a time such as 08:00");
        minute.unwrap_or_default()
    };
    let digest = minute("digest_at", &given.digest_at);
    let quiet = given
        .quiet_hours
        .as_ref()
        .map(|quiet| (minute("quiet_hours/from", &quiet.from), minute("quiet_hours/to", &quiet.to)));
    let hours = quiet.is_none_or(|(from, to)| from != to);
    checks.require(hours, "quiet_hours/to", "invalid", "must be another time than from");
    let zone = given.time_zone.parse::<chrono_tz::Tz>();
    checks.require(zone.is_ok(), "time_zone", "invalid", "is no IANA time zone");
    checks.finish()?;
    Ok((digest, quiet))
}

fn minute(text: &str) -> Option<i16> {
    let (hour, minute) = text.split_once(':')?;
    let number = |text: &str| (text.len() == 2).then(|| text.parse::<u8>().ok()).flatten();
    let (hour, minute) = (number(hour)?, number(minute)?);
    (hour < 24 && minute < 60).then(|| i16::from(hour) * 60 + i16::from(minute))
}

fn time(minute: i16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

async fn read(conn: &mut PgConnection, me: &Caller) -> Result<NotificationSettings> {
    let chosen = sqlx::query!(
        r#"select kind, in_app, mail as "mail: MailChoice" from desk.notification_setting where person_id = $1"#,
        me.person_id.0,
    )
    .fetch_all(&mut *conn)
    .await?;
    let chosen: HashMap<String, Choice> =
        chosen.into_iter().map(|row| (row.kind, Choice { in_app: row.in_app, mail: row.mail })).collect();
    let times = sqlx::query!(
        r#"select p.time_zone, t.digest_minute as "digest_minute?", t.quiet_from_minute, t.quiet_to_minute
             from desk.person p
             left join desk.notification_time t on t.organization_id = p.organization_id and t.person_id = p.id
            where p.id = $1"#,
        me.person_id.0,
    )
    .fetch_one(conn)
    .await?;
    let events = notification_setting::offered(me.role).iter().map(|kind| {
        let name = serde_json::to_value(kind).ok().and_then(|name| name.as_str().map(str::to_owned));
        let choice =
            name.and_then(|name| chosen.get(&name).copied()).unwrap_or_else(|| notification_setting::usual(*kind));
        EventSetting { kind: *kind, in_app: choice.in_app, mail: choice.mail }
    });
    let quiet = times.quiet_from_minute.zip(times.quiet_to_minute);
    Ok(NotificationSettings {
        events: events.collect(),
        digest_at: time(times.digest_minute.unwrap_or(DIGEST_MINUTE)),
        quiet_hours: quiet.map(|(from, to)| QuietHours { from: time(from), to: time(to) }),
        time_zone: times.time_zone,
    })
}

async fn save_event(tx: &mut TenantTx<ReadWrite>, me: &Caller, event: &EventSetting) -> Result<()> {
    sqlx::query!(
        "insert into desk.notification_setting (organization_id, person_id, kind, in_app, mail)
         values ($1, $2, $3, $4, $5)
         on conflict (organization_id, person_id, kind) do update set in_app = excluded.in_app, mail = excluded.mail",
        tx.organization_id.0,
        me.person_id.0,
        event.kind as _,
        event.in_app,
        event.mail as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn save_times(tx: &mut TenantTx<ReadWrite>, me: &Caller, (digest, quiet): Minutes) -> Result<()> {
    let (from, to) = quiet.unzip();
    sqlx::query!(
        "insert into desk.notification_time
             (organization_id, person_id, digest_minute, quiet_from_minute, quiet_to_minute)
         values ($1, $2, $3, $4, $5)
         on conflict (organization_id, person_id) do update
            set digest_minute = excluded.digest_minute, quiet_from_minute = excluded.quiet_from_minute,
                quiet_to_minute = excluded.quiet_to_minute",
        tx.organization_id.0,
        me.person_id.0,
        digest,
        from,
        to,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn save_zone(tx: &mut TenantTx<ReadWrite>, me: &Caller, zone: &str) -> Result<()> {
    let old = sqlx::query_scalar!(
        "update desk.person new set time_zone = $2
           from (select id, time_zone from desk.person where id = $1 for update) old
          where new.id = old.id and old.time_zone <> $2 returning old.time_zone",
        me.person_id.0,
        zone,
    )
    .fetch_optional(&mut **tx)
    .await?;
    if let Some(old) = old {
        let event = Event::internal("person_updated").subject(me.person_id.0).change("time_zone", old, zone);
        atum_audit::record(tx, event).await?;
    }
    Ok(())
}
