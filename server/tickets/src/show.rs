use atum_core::{
    App, Problems, Result,
    caller::Caller,
    db::{ReadWrite, TenantTx},
    extract::{Json, Path},
    ids::TicketId,
};
use atum_identity::Anyone;
use axum::{
    extract::State,
    http::header,
    response::{AppendHeaders, IntoResponse},
};

use crate::{
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
) -> Result<impl IntoResponse> {
    let mut tx = app.db.write(&caller).await?;
    let found = ticket::find(&mut tx, &caller, &reference).await?;
    if !caller.role.is_staff() {
        mark_seen(&mut tx, &caller, found.id).await?;
    }
    let view = view::view(&mut tx, &caller, found).await?;
    tx.commit().await?;
    Ok(versioned(view))
}

/// The answer of everything that gives a ticket.
pub(crate) fn versioned(view: TicketView) -> (AppendHeaders<[(header::HeaderName, String); 1]>, Json<TicketView>) {
    (AppendHeaders([(header::ETAG, format!("\"{}\"", view.version))]), Json(view))
}

/// Commits a change and gives the ticket as it now is.
pub(crate) async fn commit_and_show(
    mut tx: TenantTx<ReadWrite>,
    caller: &Caller,
    ticket: Ticket,
) -> Result<impl IntoResponse + use<>> {
    let view = view::view(&mut tx, caller, ticket).await?;
    tx.commit().await?;
    Ok(versioned(view))
}

async fn mark_seen(tx: &mut TenantTx<ReadWrite>, caller: &Caller, id: TicketId) -> Result<()> {
    sqlx::query!(
        "insert into desk.ticket_seen (organization_id, ticket_id, person_id, seen_at) values ($1, $2, $3, $4)
         on conflict (organization_id, person_id, ticket_id) do update set seen_at = excluded.seen_at",
        tx.organization_id.0,
        id.0,
        caller.person_id.0,
        tx.now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
