use atum_audit::Change;
use atum_core::{
    App, Problems, Result,
    extract::{Json, Path},
    ids::{EventId, MessageId, PersonId},
};
use atum_identity::{
    Agent, PersonSummary,
    change_names::{named, people_in},
};
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use sqlx::types::Json as Stored;
use utoipa::ToSchema;

use crate::{sight::TicketRef, ticket};

#[derive(Serialize, ToSchema)]
#[schema(as = Event)]
pub(crate) struct HistoryEvent {
    id: EventId,
    kind: String,
    at: DateTime<Utc>,
    /// `null`: the system.
    actor: Option<PersonSummary>,
    /// The admin who acted as the actor. `null`: the actor did it.
    impersonator: Option<PersonSummary>,
    /// The address it came from.
    ip: Option<String>,
    changes: Vec<Change>,
    message_id: Option<MessageId>,
    /// Facts of this kind: a file's name, a metric, a follow-up's number.
    #[schema(value_type = Object)]
    detail: Value,
}

/// Everything that happened on a ticket: who, when, from where, old and new values. For staff; oldest first.
#[utoipa::path(get, path = "/api/v1/tickets/{ticket}/history", tag = "tickets",
    params(("ticket" = String, Path, description = "The ticket's number or id.")),
    responses((status = 200, body = Vec<HistoryEvent>), Problems))]
pub(crate) async fn list_history(
    State(app): State<App>,
    agent: Agent,
    Path(reference): Path<TicketRef>,
) -> Result<Json<Vec<HistoryEvent>>> {
    let mut tx = app.db.read(&agent).await?;
    let ticket = ticket::find(&mut tx, &agent, &reference).await?;
    let rows = sqlx::query!(
        r#"select id as "id: EventId", kind, at, actor_id as "actor_id: PersonId",
                  impersonator_id as "impersonator_id: PersonId", ip,
                  changes as "changes: Stored<Vec<Change>>", message_id as "message_id: MessageId", detail
             from desk.event where ticket_id = $1 order by at, id"#,
        ticket.id.0,
    )
    .fetch_all(&mut *tx)
    .await?;
    let mentioned = rows.iter().flat_map(|row| {
        let doers = [row.actor_id, row.impersonator_id].into_iter().flatten();
        doers.chain(people_in(&row.changes))
    });
    let mentioned: Vec<PersonId> = mentioned.collect();
    let people = atum_identity::person::summaries(&mut tx, &mentioned).await?;
    Ok(Json(
        rows.into_iter()
            .map(|row| HistoryEvent {
                id: row.id,
                kind: row.kind,
                at: row.at,
                actor: row.actor_id.and_then(|id| people.get(&id).cloned()),
                impersonator: row.impersonator_id.and_then(|id| people.get(&id).cloned()),
                ip: row.ip,
                changes: row.changes.0.into_iter().map(|change| named(change, &people)).collect(),
                message_id: row.message_id,
                detail: row.detail,
            })
            .collect(),
    ))
}
