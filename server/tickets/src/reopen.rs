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

/// Reopens a resolved ticket: it is in progress again and its clock goes on.
#[utoipa::path(post, path = "/api/v1/tickets/{ticket}/reopen", tag = "tickets",
    params(("ticket" = String, Path, description = "The ticket's number or id.")),
    responses((status = 200, body = TicketView), Problems))]
pub(crate) async fn reopen_ticket(
    State(app): State<App>,
    agent: Agent,
    Path(reference): Path<TicketRef>,
) -> Result<Shown> {
    let rule = |ticket: Ticket, _| ticket.reopen(party(&agent));
    step::take(&app, &agent, &reference, "ticket_reopened", rule, |_| Signal::Reopened).await
}
