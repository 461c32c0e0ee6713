use atum_core::{App, Problems, Result, extract::Path};
use atum_identity::Manager;
use atum_sla::Signal;
use axum::extract::State;

use crate::{
    show::Shown,
    sight::{TicketRef, party},
    step,
    ticket::Ticket,
    view::TicketView,
};

/// Accepts a new ticket and starts its SLA clocks.
#[utoipa::path(post, path = "/api/v1/tickets/{ticket}/accept", tag = "tickets",
    params(("ticket" = String, Path, description = "The ticket's number or id.")),
    responses((status = 200, body = TicketView), Problems))]
pub(crate) async fn accept_ticket(
    State(app): State<App>,
    manager: Manager,
    Path(reference): Path<TicketRef>,
) -> Result<Shown> {
    let rule = |ticket: Ticket, now| ticket.accept(party(&manager), now);
    step::take(&app, &manager, &reference, "ticket_accepted", rule, |ticket| Signal::Accepted {
        priority: ticket.priority,
    })
    .await
}
