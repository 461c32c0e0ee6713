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

/// Closes a resolved ticket, for good: it is read-only from here on.
#[utoipa::path(post, path = "/api/v1/tickets/{ticket}/close", tag = "tickets",
    params(("ticket" = String, Path, description = "The ticket's number or id.")),
    responses((status = 200, body = TicketView), Problems))]
pub(crate) async fn close_ticket(
    State(app): State<App>,
    manager: Manager,
    Path(reference): Path<TicketRef>,
) -> Result<Shown> {
    let rule = |ticket: Ticket, now| ticket.close(party(&manager), now);
    step::take(&app, &manager, &reference, "ticket_closed", rule, |_| Signal::Closed).await
}
