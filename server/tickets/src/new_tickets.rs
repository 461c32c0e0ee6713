use atum_core::{
    App, Problems, Result,
    extract::{Json, Query},
    page::PageQuery,
};
use atum_identity::Manager;
use axum::extract::State;

use crate::{
    list::{self, TicketQuery},
    summary::TicketPage,
};

/// The manager's inbox: what waits to be accepted, oldest first.
#[utoipa::path(get, path = "/api/v1/internal/tickets/new", tag = "tickets", params(PageQuery),
    responses((status = 200, body = TicketPage), Problems))]
pub(crate) async fn list_new_tickets(
    State(app): State<App>,
    manager: Manager,
    Query(page): Query<PageQuery>,
) -> Result<Json<TicketPage>> {
    let mut tx = app.db.read(&manager).await?;
    let now = tx.now;
    let PageQuery { cursor, limit } = page;
    let waiting = TicketQuery { status: Some("new".into()), sort: Some("oldest".into()), ..Default::default() };
    let query = TicketQuery { cursor, limit, ..waiting };
    Ok(Json(list::list(&mut tx, &manager, query, now).await?))
}
