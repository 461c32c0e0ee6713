use atum_core::{
    App, Problems, Result,
    caller::Caller,
    db::{ReadWrite, TenantTx},
    extract::{Json, Path},
};
use atum_identity::Anyone;
use axum::{extract::State, http::header, response::AppendHeaders};

use crate::{
    seen,
    sight::TicketRef,
    ticket::{self, Ticket},
    view::{self, TicketView},
};

/// A ticket as the caller may see it. A customer who reads it has seen its answers.
#[utoipa::path(get, path = "/api/v1/tickets/{ticket}", tag = "tickets",
    params(("ticket" = String, Path, description = "The ticket's number or id.")),
    responses((status = 200, body = TicketView, description = "The ETag is the version."), Problems))]
pub(crate) async fn get_ticket(
    State(app): State<App>,
    caller: Anyone,
    Path(reference): Path<TicketRef>,
) -> Result<Shown> {
    if caller.role.is_staff() {
        let mut tx = app.db.read(&caller).await?;
        let found = ticket::find(&mut tx, &caller, &reference).await?;
        return Ok(versioned(view::view(&mut tx, &caller, found).await?));
    }
    let mut tx = app.db.write(&caller).await?;
    let found = ticket::find(&mut tx, &caller, &reference).await?;
    seen::mark(&mut tx, found.id).await?;
    let view = view::view(&mut tx, &caller, found).await?;
    tx.commit().await?;
    Ok(versioned(view))
}

/// The answer of everything that gives a ticket: its version as `ETag`, and the ticket.
pub(crate) type Shown = (AppendHeaders<[(header::HeaderName, String); 1]>, Json<TicketView>);

pub(crate) fn versioned(view: TicketView) -> Shown {
    (AppendHeaders([(header::ETAG, format!("\"{}\"", view.version))]), Json(view))
}

/// Commits a change and gives the ticket as it now is.
pub(crate) async fn commit_and_show(mut tx: TenantTx<ReadWrite>, caller: &Caller, ticket: Ticket) -> Result<Shown> {
    let view = view::view(&mut tx, caller, ticket).await?;
    tx.commit().await?;
    Ok(versioned(view))
}
