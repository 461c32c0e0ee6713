use atum_core::{
    App, Problems, Result,
    checks::Checks,
    extract::{Json, Path},
};
use atum_identity::Anyone;
use atum_sla::Signal;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    show::Shown,
    sight::{TicketRef, party},
    step,
    ticket::Ticket,
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
) -> Result<Shown> {
    Checks::new().text("reason", &given.reason, 1..=2_000).finish()?;
    let rule = |ticket: Ticket, _| ticket.cancel(party(&caller), given.reason.trim().to_owned());
    step::take(&app, &caller, &reference, "ticket_cancelled", rule, |_| Signal::Cancelled).await
}
