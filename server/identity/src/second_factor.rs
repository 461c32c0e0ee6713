//! My second factor: set up a program that shows codes, confirm, remove it, new recovery codes. Open to whoever has to set one up before anything else.

use atum_core::{App, Problem, Problems, Result, caller::Caller, extract::Json};
use axum::{extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Newcomer, account, authenticator,
    event::{self, Client, Event},
    factors::{self, SecondFactorProof},
    organization,
    passkey_proof::{self as proof, PasskeyQuestion},
    profile::confirm,
    recovery_code, session,
    throttle::{self, Who},
    totp::{self, Picture},
};

#[derive(Serialize, ToSchema)]
pub(crate) struct SecondFactor {
    /// Since when there is a program that shows codes. Null: there is none.
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

/// Begins to set a program up. Nothing is asked for at sign-in before it is confirmed.
#[utoipa::path(post, path = "/api/v1/profile/second-factor", tag = "profile",
    responses((status = 200, body = SecondFactorSecret), Problems))]
pub(crate) async fn begin_second_factor(
    State(app): State<App>,
    me: Newcomer,
    client: Client,
    Json(both): Json<BothFactors>,
) -> Result<Json<SecondFactorSecret>> {
    confirm_both(&app, &me, &client, &both).await?;
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

/// Shown this once. Empty where the account had a second factor, and codes, before.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecoveryCodes {
    recovery_codes: Vec<String>,
}

/// Confirms it by its first code. From now on it is asked for. The account's first factor ends the sessions elsewhere,
/// which began without it.
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
    let first = !factors::exist(&mut tx, me.account_id).await?;
    if !authenticator::confirm(&mut tx, &app, me.account_id, &given.code).await? {
        return Err(Problem::field("code", "wrong", "is no code that works now"));
    }
    let mut recovery_codes = vec![];
    if first {
        recovery_codes = recovery_code::replace(&mut tx, me.account_id, now).await?;
        session::end_all(&mut tx, me.account_id, Some(me.session_id), now).await?;
    }
    event::append(&mut tx, now, Event::of("second_factor_enrolled", me.account_id, &client)).await?;
    tx.commit().await?;
    Ok(Json(RecoveryCodes { recovery_codes }))
}

/// The password once more, and the second factor where the account has one: an open browser is not enough to weaken the
/// account, or to give somebody else a way in.
#[derive(Deserialize, ToSchema)]
pub(crate) struct BothFactors {
    current_password: String,
    #[serde(flatten)]
    second: SecondFactorProof,
}

/// Asks for one of my passkeys, for an act that takes both factors.
#[utoipa::path(post, path = "/api/v1/profile/second-factor/passkey", tag = "profile",
    responses((status = 200, body = PasskeyQuestion), Problems))]
pub(crate) async fn ask_own_passkey(
    State(app): State<App>,
    me: Newcomer,
    client: Client,
) -> Result<Json<PasskeyQuestion>> {
    let mut tx = app.db.identity().await?;
    let question = proof::ask(&mut tx, &app, factors::confirmation(&me), client.ip).await?;
    tx.commit().await?;
    Ok(Json(question))
}

/// Removes the program; the recovery codes go with the last factor of the account.
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
    if !authenticator::remove(&mut tx, me.account_id).await? {
        return Err(Problem::wrong_state("the account has no program that shows codes"));
    }
    factors::forget_codes_without(&mut tx, me.account_id).await?;
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
    if !factors::exist(&mut tx, me.account_id).await? {
        return Err(Problem::wrong_state("recovery codes stand for a second factor; set one up first"));
    }
    let recovery_codes = recovery_code::replace(&mut tx, me.account_id, now).await?;
    event::append(&mut tx, now, Event::of("recovery_codes_replaced", me.account_id, &client)).await?;
    tx.commit().await?;
    Ok(Json(RecoveryCodes { recovery_codes }))
}

pub(crate) async fn confirm_both(app: &App, me: &Caller, client: &Client, both: &BothFactors) -> Result<()> {
    confirm(app, me, &both.current_password).await?;
    if !factors::exist(&mut *app.db.identity().await?, me.account_id).await? {
        return Ok(());
    }
    let who = Who::SecondFactor { account_id: me.account_id, device: Some(me.session_id.0.as_bytes()) };
    let mut tx = app.db.identity().await?;
    throttle::charge(&mut tx, &who, app.clock.now()).await?;
    tx.commit().await?;
    let mut tx = app.db.identity().await?;
    let right = both.second.take(&mut tx, app, me.account_id, Some(me.session_id), client).await?.is_some();
    if right {
        throttle::give_back(&mut tx, &who).await?;
    } else {
        event::append(&mut tx, app.clock.now(), Event::of("second_factor_failed", me.account_id, client)).await?;
    }
    tx.commit().await?;
    if right { Ok(()) } else { Err(both.second.wrong()) }
}
