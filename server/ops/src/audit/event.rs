use atum_audit::{Change, Visibility};
use atum_core::{
    Result,
    ids::{EventId, PersonId},
};
use atum_identity::{
    PersonSummary,
    change_names::{named, people_in},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;

use super::filter::Row;

#[derive(Serialize, ToSchema)]
pub(crate) struct AuditEvent {
    #[schema(value_type = Uuid)]
    pub id: EventId,
    pub at: DateTime<Utc>,
    #[schema(example = "ticket_accepted")]
    pub kind: String,
    #[schema(value_type = String, example = "internal")]
    pub visibility: Visibility,
    /// `null`: the system itself, the operator, or somebody who did not prove who they are.
    pub actor: Option<PersonSummary>,
    /// The admin who acted as the actor. `null`: the actor did it.
    pub impersonator: Option<PersonSummary>,
    /// The address it came from.
    pub ip: Option<String>,
    pub ticket_number: Option<i64>,
    pub message_id: Option<Uuid>,
    pub subject_id: Option<Uuid>,
    /// Whom it happened to, where that is a person.
    pub subject: Option<PersonSummary>,
    pub changes: Vec<Change>,
    /// Facts of this kind: a file's name, a browser, an export's filters.
    #[schema(value_type = Object)]
    pub detail: Value,
}

/// Rows told by names.
pub(crate) async fn events(conn: &mut PgConnection, rows: Vec<Row>) -> Result<Vec<AuditEvent>> {
    let mentioned = rows.iter().flat_map(|row| {
        let subject = row.subject_id.map(PersonId);
        row.actor_id.into_iter().chain(row.impersonator_id).chain(subject).chain(people_in(&row.changes))
    });
    let mentioned: Vec<PersonId> = mentioned.collect();
    let people = atum_identity::person::summaries(conn, &mentioned).await?;
    let person = |id: PersonId| people.get(&id).cloned();
    let told = rows.into_iter().map(|row| AuditEvent {
        id: row.id,
        at: row.at,
        kind: row.kind,
        visibility: row.visibility,
        actor: row.actor_id.and_then(person),
        impersonator: row.impersonator_id.and_then(person),
        ip: row.ip,
        ticket_number: row.ticket_number,
        message_id: row.message_id,
        subject_id: row.subject_id,
        subject: row.subject_id.map(PersonId).and_then(person),
        changes: row.changes.0.into_iter().map(|change| named(change, &people)).collect(),
        detail: row.detail,
    });
    Ok(told.collect())
}
