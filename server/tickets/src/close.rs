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

/// Closes a resolved ticket, for good: it is read-only from here on.
#[utoipa::path(post, path = "/api/v1/tickets/{ticket}/close", tag = "tickets",
    params(("ticket" = String, Path, description = "The ticket's number or id.")),
    responses((status = 200, body = TicketView), Problems))]
pub(crate) async fn close_ticket(
    State(app): State<App>,
    caller: Manager,
    Path(reference): Path<TicketRef>,
) -> Result<impl IntoResponse> {
    let mut tx = app.db.write(&caller).await?;
    let before = ticket::lock(&mut tx, &caller, &reference).await?;
    let now = tx.now;
    let after = before.clone().close(party(&caller), now)?;
    let saved = ticket::save(&mut tx, &before, after, Event::public("ticket_closed")).await?;
    atum_sla::apply(&mut tx, saved.id, Signal::Closed, now).await?;
    commit_and_show(tx, &caller, saved).await
}
