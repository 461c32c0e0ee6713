use atum_core::{App, Problems, Result, checks::Checks, extract::Json};
use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    account,
    event::Client,
    password_request,
    throttle::{self, Who},
};

#[derive(Deserialize, ToSchema)]
pub(crate) struct NewPasswordRequest {
    email: String,
}

/// Says that somebody forgot the password. Where their organization can send mail, a link is mailed to them soon after;
/// admins and operators see that it was asked for in any case, and can make one. The answer, and what is done for it, is the same whether or not there is such an account.
#[utoipa::path(post, path = "/api/v1/password-requests", tag = "session", request_body = NewPasswordRequest,
    responses((status = 202, description = "Noted."), Problems))]
pub(crate) async fn request_password(
    State(app): State<App>,
    client: Client,
    Json(new): Json<NewPasswordRequest>,
) -> Result<StatusCode> {
    let email = account::normalized(&new.email);
    Checks::new().require(account::is_email(&email), "email", "invalid", "is no e-mail address").finish()?;
    let now = app.clock.now();
    let mut tx = app.db.identity().await?;
    throttle::charge(&mut tx, &Who::PasswordRequest { email: &email, ip: client.ip }, now).await?;
    password_request::note(&mut tx, &email, &client, now).await?;
    tx.commit().await?;
    Ok(StatusCode::ACCEPTED)
}
