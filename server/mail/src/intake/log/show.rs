use atum_core::{
    App, Problems, Result,
    extract::{Json, Path},
    ids::InboundMailId,
};
use atum_identity::Admin;
use axum::extract::State;

use super::entry::{self, LoggedMailDetail};

#[utoipa::path(get, path = "/api/v1/mail-log/{id}", tag = "mail", params(("id" = InboundMailId, Path)),
    responses((status = 200, body = LoggedMailDetail), Problems))]
pub(crate) async fn get_logged_mail(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<InboundMailId>,
) -> Result<Json<LoggedMailDetail>> {
    let mut tx = app.db.read(&admin).await?;
    Ok(Json(entry::find(&mut tx, id).await?))
}
