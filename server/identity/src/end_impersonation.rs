use atum_core::{App, Problem, Problems, Result, extract::Json, problem::Kind};
use axum::extract::State;

use crate::{
    event::Client,
    impersonation,
    session_view::{Session, session_view},
    who::Holder,
};

/// Back to one's own work, without signing in again. Also where it was over already; one's own session stays as it is.
#[utoipa::path(delete, path = "/api/v1/session/impersonation", tag = "session",
    responses((status = 200, body = Session), Problems))]
pub(crate) async fn end_impersonation(
    State(app): State<App>,
    Holder(signed_in): Holder,
    client: Client,
) -> Result<Json<Session>> {
    let here = signed_in.membership.ok_or_else(|| Problem::new(Kind::Unauthenticated))?;
    let mut tx = app.db.identity().await?;
    impersonation::leave(&mut tx, signed_in.session_id, &client, app.clock.now()).await?;
    tx.commit().await?;
    Ok(Json(session_view(&app, signed_in.account_id, here.organization_id).await?))
}
