use atum_core::{
    App, Problems, Result,
    extract::{Json, Path},
    ids::MailChannelId,
};
use atum_identity::Admin;
use axum::extract::State;

use super::view::{self, MailChannel};

#[utoipa::path(get, path = "/api/v1/mail-channels/{id}", tag = "mail", params(("id" = MailChannelId, Path)),
    responses((status = 200, body = MailChannel), Problems))]
pub(crate) async fn get_mail_channel(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<MailChannelId>,
) -> Result<Json<MailChannel>> {
    let mut tx = app.db.read(&admin).await?;
    let now = tx.now;
    Ok(Json(view::one(&mut tx, id, now).await?))
}
