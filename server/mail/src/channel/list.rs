use atum_core::{App, Problems, Result, extract::Json};
use atum_identity::Admin;
use axum::extract::State;

use super::view::{self, MailChannel};

/// Oldest first.
#[utoipa::path(get, path = "/api/v1/mail-channels", tag = "mail",
    responses((status = 200, body = Vec<MailChannel>), Problems))]
pub(crate) async fn list_mail_channels(State(app): State<App>, admin: Admin) -> Result<Json<Vec<MailChannel>>> {
    let mut tx = app.db.read(&admin).await?;
    let now = tx.now;
    Ok(Json(view::views(&mut tx, None, now).await?))
}
