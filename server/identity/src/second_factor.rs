//! My second factor: set up, confirm, remove, new recovery codes. Open to whoever has to set one up before anything else.

use atum_core::{App, Problems, Result, caller::Caller, extract::Json};
use axum::{extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Newcomer, account, authenticator,
    confirm_session::wrong,
    event::{self, Client, Event},
    organization,
    profile::confirm,
    recovery_code, session,
    throttle::{self, Who},
    totp::{self, Picture},
};

#[derive(Serialize, ToSchema)]
pub(crate) struct SecondFactor {
    /// Null: there is none.
    enrolled_at: Option<DateTime<Utc>>,
    recovery_codes_left: i64,
}

#[utoipa::path(get, path = "/api/v1/profile/second-factor", tag = "profile",
    responses((status = 200, body = SecondFactor), Problems))]
pub(crate) async fn get_second_factor(State(app): State<App>, me: Newcomer) -> Result<Json<SecondFactor>> {
    let mut tx = app.db.identity().await?;
    Ok(Json(SecondFactor {
        enrolled_at: authenticator::enrolled_at(&mut tx, me.account_id).await?,
        recovery_codes_left: recovery_code::left(&mut tx, me.account_id).await?,
    }))
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct BeginSecondFactor {
    current_password: String,
}

/// What the program that shows the codes has to know.
#[derive(Serialize, ToSchema)]
pub(crate) struct SecondFactorSecret {
    /// Base 32, for typing.
    secret: String,
    /// The same as an `otpauth:` address.
    address: String,
    /// The address as a QR code.
    picture: Option<Picture>,
}

/// Begins to set one up. Nothing is asked for at sign-in before it is confirmed.
#[utoipa::path(post, path = "/api/v1/profile/second-factor", tag = "profile",
    responses((status = 200, body = SecondFactorSecret), Problems))]
pub(crate) async fn begin_second_factor(
    State(app): State<App>,
    me: Newcomer,
    Json(begin): Json<BeginSecondFactor>,
) -> Result<Json<SecondFactorSecret>> {
    confirm(&app, &me, &begin.current_password).await?;
    let mut tx = app.db.identity().await?;
    let secret = authenticator::begin(&mut tx, &app, me.account_id).await?;
    let email = account::by_id(&mut tx, me.account_id).await?.email;
    let organization = organization::name(&mut tx, me.organization_id).await?;
    tx.commit().await?;
    let address = totp::address(&secret, &organization, &email);
    let picture = totp::picture(&address);
    Ok(Json(SecondFactorSecret { secret: totp::as_text(&secret), address, picture }))
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct ConfirmSecondFactor {
    code: String,
}

/// Shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecoveryCodes {
    recovery_codes: Vec<String>,
}

/// Confirms it by its first code. From now on it is asked for; sessions elsewhere, begun without it, end.
#[utoipa::path(put, path = "/api/v1/profile/second-factor", tag = "profile",
    responses((status = 200, body = RecoveryCodes), Problems))]
pub(crate) async fn confirm_second_factor(
    State(app): State<App>,
    me: Newcomer,
    client: Client,
    Json(given): Json<ConfirmSecondFactor>,
) -> Result<Json<RecoveryCodes>> {
    let now = app.clock.now();
    let mut tx = app.db.identity().await?;
    if !authenticator::confirm(&mut tx, &app, me.account_id, &given.code).await? {
        return Err(wrong());
    }
    let recovery_codes = recovery_code::replace(&mut tx, me.account_id, now).await?;
    session::end_all(&mut tx, me.account_id, Some(me.session_id), now).await?;
    event::append(&mut tx, now, Event::of("second_factor_enrolled", me.account_id, &client)).await?;
    tx.commit().await?;
    Ok(Json(RecoveryCodes { recovery_codes }))
}

/// Both factors once more: an open browser is not enough to weaken the account.
#[derive(Deserialize, ToSchema)]
pub(crate) struct BothFactors {
    current_password: String,
    /// Six digits of the program, or a recovery code.
    code: String,
}

#[utoipa::path(post, path = "/api/v1/profile/second-factor/removal", tag = "profile",
    responses((status = 204), Problems))]
pub(crate) async fn remove_second_factor(
    State(app): State<App>,
    me: Newcomer,
    client: Client,
    Json(both): Json<BothFactors>,
) -> Result<StatusCode> {
    confirm_both(&app, &me, &client, &both).await?;
    let mut tx = app.db.identity().await?;
    authenticator::remove(&mut tx, me.account_id).await?;
    event::append(&mut tx, app.clock.now(), Event::of("second_factor_removed", me.account_id, &client)).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// New recovery codes; the earlier ones end.
#[utoipa::path(post, path = "/api/v1/profile/second-factor/recovery-codes", tag = "profile",
    responses((status = 200, body = RecoveryCodes), Problems))]
pub(crate) async fn replace_recovery_codes(
    State(app): State<App>,
    me: Newcomer,
    client: Client,
    Json(both): Json<BothFactors>,
) -> Result<Json<RecoveryCodes>> {
    confirm_both(&app, &me, &client, &both).await?;
    let now = app.clock.now();
    let mut tx = app.db.identity().await?;
    let recovery_codes = recovery_code::replace(&mut tx, me.account_id, now).await?;
    event::append(&mut tx, now, Event::of("recovery_codes_replaced", me.account_id, &client)).await?;
    tx.commit().await?;
    Ok(Json(RecoveryCodes { recovery_codes }))
}

async fn confirm_both(app: &App, me: &Caller, client: &Client, both: &BothFactors) -> Result<()> {
    confirm(app, me, &both.current_password).await?;
    let who = Who::SecondFactor { account_id: me.account_id, device: Some(me.session_id.0.as_bytes()) };
    let mut tx = app.db.identity().await?;
    throttle::charge(&mut tx, &who, app.clock.now()).await?;
    tx.commit().await?;
    let mut tx = app.db.identity().await?;
    let right = authenticator::take(&mut tx, app, me.account_id, &both.code).await?.is_some();
    if right {
        throttle::give_back(&mut tx, &who).await?;
    } else {
        event::append(&mut tx, app.clock.now(), Event::of("second_factor_failed", me.account_id, client)).await?;
    }
    tx.commit().await?;
    if right { Ok(()) } else { Err(wrong()) }
}
