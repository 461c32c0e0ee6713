use atum_audit::Event;
use atum_core::{App, Problems, Result, extract::Path};
use atum_identity::Agent;
use atum_sla::Signal;
use axum::{extract::State, response::IntoResponse};

use crate::{
    show::commit_and_show,
    sight::{TicketRef, party},
    ticket,
    view::TicketView,
};

/// Takes up work: an accepted or waiting ticket is in progress, its clocks run.
#[utoipa::path(post, path = "/api/v1/tickets/{ticket}/start", tag = "tickets",
    params(("ticket" = String, Path, description = "The ticket's number or id.")),
    responses((status = 200, body = TicketView), Problems))]
pub(crate) async fn start_ticket(
    State(app): State<App>,
    caller: Agent,
    Path(reference): Path<TicketRef>,
) -> Result<impl IntoResponse> {
    let mut tx = app.db.write(&caller).await?;
    let before = ticket::lock(&mut tx, &caller, &reference).await?;
    let now = tx.now;
    let after = before.clone().start(party(&caller))?;
    let saved = ticket::save(&mut tx, &before, after, Event::public("ticket_started")).await?;
    atum_sla::apply(&mut tx, saved.id, Signal::WaitingEnded, now).await?;
    commit_and_show(tx, &caller, saved).await
}
