use atum_audit::{Change, Visibility};
use atum_core::ids::{EventId, PersonId};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::{PgConnection, types::Json as Stored};
use utoipa::IntoParams;
use uuid::Uuid;

/// What narrows the list; a filter that is absent narrows nothing.
#[derive(Debug, Clone, Default, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// Such as `ticket_accepted`.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    /// Who did it, or acted as who did it: a person's id.
    #[param(value_type = Option<Uuid>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<PersonId>,
    /// A ticket's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket: Option<i64>,
    /// At this time or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<DateTime<Utc>>,
    /// Before this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<DateTime<Utc>>,
    /// The address it came from, or how that begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    ip: Option<String>,
}

/// Where a page ends: the list is by time, newest first, and by id where times are equal.
pub(crate) type Key = (DateTime<Utc>, EventId);

pub(crate) struct Row {
    pub id: EventId,
    pub at: DateTime<Utc>,
    pub kind: String,
    pub visibility: Visibility,
    pub actor_id: Option<PersonId>,
    pub impersonator_id: Option<PersonId>,
    pub ip: Option<String>,
    pub ticket_number: Option<i64>,
    pub message_id: Option<Uuid>,
    pub subject_id: Option<Uuid>,
    pub changes: Stored<Vec<Change>>,
    pub detail: Value,
}

impl Row {
    pub fn key(&self) -> Key {
        (self.at, self.id)
    }
}

impl Filter {
    pub async fn rows(&self, conn: &mut PgConnection, after: Option<Key>, limit: i64) -> sqlx::Result<Vec<Row>> {
        let (after_at, after_id) = after.unzip();
        sqlx::query_as!(
            Row,
            r#"select e.id as "id: EventId", e.at, e.kind, e.visibility as "visibility: Visibility",
                      e.actor_id as "actor_id: PersonId", e.impersonator_id as "impersonator_id: PersonId", e.ip, t.number as "ticket_number?", e.message_id,
                      e.subject_id, e.changes as "changes: Stored<Vec<Change>>", e.detail
                 from desk.event e
                 left join desk.ticket t on t.organization_id = e.organization_id and t.id = e.ticket_id
                where ($1::text is null or e.kind = $1)
                  and ($2::uuid is null or e.actor_id = $2 or e.impersonator_id = $2)
                  and ($3::bigint is null or e.ticket_id = (select id from desk.ticket where number = $3))
                  and ($4::timestamptz is null or e.at >= $4)
                  and ($5::timestamptz is null or e.at < $5)
                  and ($6::text is null or starts_with(e.ip, $6))
                  and ($7::timestamptz is null or (e.at, e.id) < ($7, $8::uuid))
                order by e.at desc, e.id desc limit $9"#,
            self.kind,
            self.actor.map(|actor| actor.0),
            self.ticket,
            self.since.map(within_reach),
            self.until.map(within_reach),
            self.ip,
            after_at,
            after_id.map(|id| id.0),
            limit,
        )
        .fetch_all(conn)
        .await
    }
}

/// A time before or after all that PostgreSQL can hold: nothing happened there, so its end of the reach says the same.
fn within_reach(at: DateTime<Utc>) -> DateTime<Utc> {
    at.clamp(DateTime::UNIX_EPOCH, DateTime::UNIX_EPOCH + TimeDelta::days(3_000_000))
}
