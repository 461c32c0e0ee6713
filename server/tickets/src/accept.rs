use atum_audit::Event;
use atum_core::{App, Problems, Result, extract::Path};
use atum_identity::Manager;
use atum_sla::Signal;
use axum::{extract::State, response::IntoResponse};

use crate::{
    show::commit_and_show,
    sight::{TicketRef, party},
    ticket,
    view::TicketView,
};

/// Accepts a new ticket and starts its SLA clocks.
#[utoipa::path(post, path = "/api/v1/tickets/{ticket}/accept", tag = "tickets",
    params(("ticket" = String, Path, description = "The ticket's number or id.")),
    responses((status = 200, body = TicketView), Problems))]
pub(crate) async fn accept_ticket(
    State(app): State<App>,
    caller: Manager,
    Path(reference): Path<TicketRef>,
) -> Result<impl IntoResponse> {
    let mut tx = app.db.write(&caller).await?;
    let before = ticket::lock(&mut tx, &caller, &reference).await?;
    let now = tx.now;
    let after = before.clone().accept(party(&caller), now)?;
    let saved = ticket::save(&mut tx, &before, after, Event::public("ticket_accepted")).await?;
    atum_sla::apply(&mut tx, saved.id, Signal::Accepted { priority: saved.priority }, now).await?;
    commit_and_show(tx, &caller, saved).await
}
