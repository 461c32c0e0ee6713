use atum_core::{
    App, Problems, Result,
    extract::{Json, Query},
    page::{self, PageQuery},
};
use atum_identity::Admin;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    event::{AuditEvent, events},
    filter::{Filter, Row},
};

#[derive(Serialize, ToSchema)]
pub(crate) struct AuditEventPage {
    items: Vec<AuditEvent>,
    next_cursor: Option<String>,
}

/// Everything that happened in the organization, newest first.
#[utoipa::path(get, path = "/api/v1/audit/events", tag = "audit", params(Filter, PageQuery),
    responses((status = 200, body = AuditEventPage), Problems))]
pub(crate) async fn list_audit_events(
    State(app): State<App>,
    admin: Admin,
    Query(filter): Query<Filter>,
    Query(page): Query<PageQuery>,
) -> Result<Json<AuditEventPage>> {
    let mut tx = app.db.read(&admin).await?;
    let rows = filter.rows(&mut tx, page.after()?, page.limit() + 1).await?;
    let (rows, next_cursor) = page::cut(rows, page.limit(), Row::key);
    Ok(Json(AuditEventPage { items: events(&mut tx, rows).await?, next_cursor }))
}
