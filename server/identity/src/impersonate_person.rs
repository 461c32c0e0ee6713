use atum_core::{
    App, Problems, Result,
    checks::Checks,
    extract::{Json, Path},
    ids::PersonId,
};
use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{Admin, event::Client, impersonation, person};

#[derive(Deserialize, ToSchema)]
pub(crate) struct NewImpersonation {
    /// For the audit trail, and for the person to read.
    #[schema(example = "Ana asked on the telephone why her ticket does not show")]
    reason: String,
}

/// Goes on as this person, in this browser, for an hour at most. The person is told. Never as an admin. Until it ends
/// (`DELETE /api/v1/session/impersonation`), `GET /api/v1/session` is the person's and names the admin beside.
#[utoipa::path(post, path = "/api/v1/people/{id}/impersonation", tag = "people", request_body = NewImpersonation,
    params(("id" = uuid::Uuid, Path)), responses((status = 204), Problems))]
pub(crate) async fn impersonate_person(
    State(app): State<App>,
    admin: Admin,
    client: Client,
    Path(id): Path<PersonId>,
    Json(given): Json<NewImpersonation>,
) -> Result<StatusCode> {
    let reason = given.reason.trim();
    Checks::new().text("reason", reason, 1..=500).finish()?;
    let mut tx = app.db.read(&admin).await?;
    impersonation::may_be_acted_as(&person::get(&mut tx, id).await?)?;
    drop(tx);
    let mut tx = app.db.identity().await?;
    impersonation::start(&mut tx, &admin, id, reason, &client, app.clock.now()).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
