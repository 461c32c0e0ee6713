use atum_audit::Event;
use atum_core::{
    App, Problems, Result,
    checks::Checks,
    extract::{Json, Path},
};
use atum_identity::Anyone;
use atum_sla::Signal;
use axum::{extract::State, response::IntoResponse};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    show::commit_and_show,
    sight::{TicketRef, party},
    ticket,
    view::TicketView,
};

#[derive(Deserialize, ToSchema)]
pub(crate) struct Cancellation {
    /// For both sides to read.
    reason: String,
}

/// Cancels an open ticket: a manager any, a customer what was not yet accepted.
#[utoipa::path(post, path = "/api/v1/tickets/{ticket}/cancel", tag = "tickets", request_body = Cancellation,
    params(("ticket" = String, Path, description = "The ticket's number or id.")),
    responses((status = 200, body = TicketView), Problems))]
pub(crate) async fn cancel_ticket(
    State(app): State<App>,
    caller: Anyone,
    Path(reference): Path<TicketRef>,
    Json(given): Json<Cancellation>,
) -> Result<impl IntoResponse> {
    Checks::new().text("reason", &given.reason, 1..=2_000).finish()?;
    let mut tx = app.db.write(&caller).await?;
    let before = ticket::lock(&mut tx, &caller, &reference).await?;
    let now = tx.now;
    let after = before.clone().cancel(party(&caller), given.reason.trim().to_owned())?;
    let saved = ticket::save(&mut tx, &before, after, Event::public("ticket_cancelled")).await?;
    atum_sla::apply(&mut tx, saved.id, Signal::Cancelled, now).await?;
    commit_and_show(tx, &caller, saved).await
}
