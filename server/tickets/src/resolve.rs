use atum_core::{
    App, Problems, Result,
    checks::Checks,
    extract::{Json, Path},
};
use atum_identity::Agent;
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
pub(crate) struct Resolution {
    /// What was done, for the customer to read.
    resolution: String,
    /// Why it happened, for staff.
    root_cause: Option<String>,
}

/// Resolves a ticket with a text for the customer and, for staff, the root cause. Its clocks stop.
#[utoipa::path(post, path = "/api/v1/tickets/{ticket}/resolve", tag = "tickets", request_body = Resolution,
    params(("ticket" = String, Path, description = "The ticket's number or id.")),
    responses((status = 200, body = TicketView), Problems))]
pub(crate) async fn resolve_ticket(
    State(app): State<App>,
    agent: Agent,
    Path(reference): Path<TicketRef>,
    Json(given): Json<Resolution>,
) -> Result<Shown> {
    let root_cause = given.root_cause.map(|cause| cause.trim().to_owned()).filter(|cause| !cause.is_empty());
    Checks::new()
        .text("resolution", &given.resolution, 1..=10_000)
        .text("root_cause", root_cause.as_deref().unwrap_or_default(), 0..=10_000)
        .finish()?;
    let rule = |ticket: Ticket, now| ticket.resolve(party(&agent), given.resolution.trim().to_owned(), root_cause, now);
    step::take(&app, &agent, &reference, "ticket_resolved", rule, |_| Signal::Resolved).await
}
