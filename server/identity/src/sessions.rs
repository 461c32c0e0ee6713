use atum_core::{
    App, Problem, Problems, Result,
    extract::{Json, Path},
    ids::SessionId,
};
use axum::{extract::State, http::StatusCode};

use crate::{
    event::{self, Client, Event},
    session::{self, SessionInfo, SignedIn},
};

/// Where the account is signed in, the latest first.
#[utoipa::path(get, path = "/api/v1/sessions", tag = "session", responses((status = 200, body = Vec<SessionInfo>), Problems))]
pub(crate) async fn list_sessions(State(app): State<App>, signed_in: SignedIn) -> Result<Json<Vec<SessionInfo>>> {
    let mut tx = app.db.identity().await?;
    Ok(Json(session::open_ones(&mut tx, &signed_in, app.clock.now()).await?))
}

/// Signs out everywhere else, at once.
#[utoipa::path(delete, path = "/api/v1/sessions", tag = "session", responses((status = 204), Problems))]
pub(crate) async fn revoke_other_sessions(
    State(app): State<App>,
    signed_in: SignedIn,
    client: Client,
) -> Result<StatusCode> {
    let now = app.clock.now();
    let mut tx = app.db.identity().await?;
    session::end_all(&mut tx, signed_in.account_id, Some(signed_in.session_id), now).await?;
    event::append(&mut tx, now, Event::of("other_sessions_revoked", signed_in.account_id, &client)).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Signs out elsewhere, at once.
#[utoipa::path(delete, path = "/api/v1/sessions/{id}", tag = "session",
    params(("id" = uuid::Uuid, Path)), responses((status = 204), Problems))]
pub(crate) async fn revoke_session(
    State(app): State<App>,
    signed_in: SignedIn,
    client: Client,
    Path(id): Path<SessionId>,
) -> Result<StatusCode> {
    let now = app.clock.now();
    let mut tx = app.db.identity().await?;
    if !session::end(&mut tx, &signed_in, id, now).await? {
        return Err(Problem::not_found());
    }
    event::append(&mut tx, now, Event::of("session_revoked", signed_in.account_id, &client)).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
