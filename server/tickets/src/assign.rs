use atum_audit::Event;
use atum_core::{
    App, Problem, Problems, Result,
    caller::Role,
    extract::{Json, Path},
    ids::PersonId,
    version::IfMatch,
};
use atum_identity::Agent;
use axum::{extract::State, response::IntoResponse};
use serde::Deserialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use crate::{show::commit_and_show, sight::TicketRef, ticket, update, view::TicketView};

#[derive(Deserialize, ToSchema)]
pub(crate) struct Assignment {
    /// `null`: nobody.
    assignee_id: Option<PersonId>,
}

/// Gives a ticket to a member of staff, who is told, or to nobody.
#[utoipa::path(post, path = "/api/v1/tickets/{ticket}/assign", tag = "tickets", request_body = Assignment,
    params(("ticket" = String, Path, description = "The ticket's number or id."),
           ("If-Match" = Option<String>, Header, description = "The version that you saw.")),
    responses((status = 200, body = TicketView), Problems))]
pub(crate) async fn assign_ticket(
    State(app): State<App>,
    agent: Agent,
    seen: Option<IfMatch>,
    Path(reference): Path<TicketRef>,
    Json(given): Json<Assignment>,
) -> Result<impl IntoResponse> {
    let mut tx = app.db.write(&agent).await?;
    let before = ticket::lock(&mut tx, &agent, &reference).await?;
    let after = before.clone().assign(given.assignee_id)?;
    if let Some(assignee) = given.assignee_id {
        can_take_tickets(&mut tx, assignee).await?;
    }
    update::refuse_stale(&mut tx, &before, &after, seen).await?;
    if before.assignee_id == after.assignee_id {
        return commit_and_show(tx, &agent, before).await;
    }
    let saved = ticket::save(&mut tx, &before, after, Event::public("ticket_assigned")).await?;
    commit_and_show(tx, &agent, saved).await
}

async fn can_take_tickets(conn: &mut PgConnection, person: PersonId) -> Result<()> {
    let role =
        sqlx::query_scalar!(r#"select role as "role: Role" from desk.person where id = $1 and active"#, person.0)
            .fetch_optional(conn)
            .await?;
    match role {
        Some(role) if role.is_staff() => Ok(()),
        _ => Err(Problem::field("assignee_id", "not_staff", "must be an active member of staff")),
    }
}
