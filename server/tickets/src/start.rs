use atum_core::{App, Problems, Result, extract::Path};
use atum_identity::Agent;
use atum_sla::Signal;
use axum::extract::State;

use crate::{
    show::Shown,
    sight::{TicketRef, party},
    step,
    ticket::Ticket,
    view::TicketView,
};

/// Takes up work: an accepted or waiting ticket is in progress, its clocks run.
#[utoipa::path(post, path = "/api/v1/tickets/{ticket}/start", tag = "tickets",
    params(("ticket" = String, Path, description = "The ticket's number or id.")),
    responses((status = 200, body = TicketView), Problems))]
pub(crate) async fn start_ticket(
    State(app): State<App>,
    agent: Agent,
    Path(reference): Path<TicketRef>,
) -> Result<Shown> {
    let rule = |ticket: Ticket, _| ticket.start(party(&agent));
    step::take(&app, &agent, &reference, "ticket_started", rule, |_| Signal::WaitingEnded).await
}
