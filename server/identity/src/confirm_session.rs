use atum_core::{App, Problem, Problems, Result, db::IdentityTx, extract::Json, problem::Kind};
use axum::{extract::State, http::HeaderMap};
use axum_extra::extract::CookieJar;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    authenticator,
    challenge::{self, Challenge},
    cookie,
    create_session::{begin_session, known_device, sign_in},
    event::{self, Client, Event},
    factors::{Factor, SecondFactorProof},
    passkey,
    passkey_ceremony::Ceremony,
    passkey_proof::{self as proof, PasskeyQuestion},
    relying_party::RelyingParty,
    session_view::{Session, first_view},
    single_sign_on,
    throttle::{self, Who},
};

/// What the account may be asked for; a recovery code is good in any case.
#[derive(Serialize, ToSchema)]
pub(crate) struct SecondFactorChoice {
    /// Six digits of a program.
    code: bool,
    /// One that works at this address.
    passkey: bool,
}

/// In the browser that gave the password: with what signing in can go on.
#[utoipa::path(get, path = "/api/v1/session/second-factor", tag = "session",
    responses((status = 200, body = SecondFactorChoice), Problems))]
pub(crate) async fn get_second_factor_choice(
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Json<SecondFactorChoice>> {
    let mut tx = app.db.identity().await?;
    let challenge = present(&app, &mut tx, &headers).await?;
    let code = authenticator::enrolled_at(&mut tx, challenge.account_id).await?.is_some();
    let passkey = match RelyingParty::of(&app.config) {
        Some(place) => !passkey::usable(&mut tx, challenge.account_id, &place.id).await?.is_empty(),
        None => false,
    };
    Ok(Json(SecondFactorChoice { code, passkey }))
}

/// Asks for one of the account's passkeys, in the browser that gave the password.
#[utoipa::path(post, path = "/api/v1/session/second-factor/passkey", tag = "session",
    responses((status = 200, body = PasskeyQuestion), Problems))]
pub(crate) async fn ask_second_passkey(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
) -> Result<Json<PasskeyQuestion>> {
    let mut tx = app.db.identity().await?;
    let account_id = present(&app, &mut tx, &headers).await?.account_id;
    let question = proof::ask(&mut tx, &app, Ceremony::SecondFactor(account_id), client.ip).await?;
    tx.commit().await?;
    Ok(Json(question))
}

async fn present(app: &App, tx: &mut IdentityTx, headers: &HeaderMap) -> Result<Challenge> {
    let token = cookie::challenge(&app.config, headers).ok_or_else(over)?;
    challenge::lock(tx, &token, app.clock.now()).await?.ok_or_else(over)
}

/// The second half of signing in, in the browser that gave the password: a code or a passkey. A recovery code is used
/// up by it.
#[utoipa::path(post, path = "/api/v1/session/second-factor", tag = "session",
    responses((status = 200, body = Session), Problems))]
pub(crate) async fn confirm_session(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    Json(given): Json<SecondFactorProof>,
) -> Result<(CookieJar, Json<Session>)> {
    let token = cookie::challenge(&app.config, &headers).ok_or_else(over)?;
    let challenge = prove(&app, &client, &headers, &token, &given).await?;
    let Challenge { account_id, organization_id, through_provider, .. } = challenge;
    let mut tx = app.db.identity().await?;
    // Of two right codes at once one finds the challenge gone.
    challenge::lock(&mut tx, &token, app.clock.now()).await?.ok_or_else(over)?;
    challenge::end(&mut tx, &token).await?;
    let (_, linked) = single_sign_on::destined(&mut tx, &app, &headers, account_id, organization_id).await?;
    let jar = if through_provider {
        let through = single_sign_on::vouching(&mut tx, organization_id.ok_or_else(over)?).await?.ok_or_else(over)?;
        begin_session(&app, &client, &headers, tx, account_id, organization_id, Some(&through)).await?
    } else {
        sign_in(&app, &client, &headers, tx, account_id, organization_id).await?
    };
    let jar = cookie::without_challenge(&app.config, jar);
    let view = first_view(&app, account_id, organization_id).await?;
    Ok((jar, Json(if through_provider || linked { view.only_here() } else { view })))
}

fn over() -> Problem {
    Problem::new(Kind::Unauthenticated).detail("the password was given too long ago; give it again")
}

/// Whose factor this is. The try is charged and committed before it is looked at.
async fn prove(
    app: &App,
    client: &Client,
    headers: &HeaderMap,
    token: &str,
    given: &SecondFactorProof,
) -> Result<Challenge> {
    let now = app.clock.now();
    let mut tx = app.db.identity().await?;
    let challenge = challenge::lock(&mut tx, token, now).await?.ok_or_else(over)?;
    let device = known_device(app, &mut tx, headers, Some(challenge.account_id)).await?;
    let who = Who::SecondFactor { account_id: challenge.account_id, device: device.as_deref() };
    throttle::charge(&mut tx, &who, now).await?;
    tx.commit().await?;

    let mut tx = app.db.identity().await?;
    let factor = given.take(&mut tx, app, challenge.account_id, None, client).await?;
    let kind = match factor {
        Some(Factor::Program) => None,
        Some(Factor::Passkey) => Some("passkey_used"),
        Some(Factor::RecoveryCode) => Some("recovery_code_used"),
        None => Some("second_factor_failed"),
    };
    if let Some(kind) = kind {
        let event = Event { email: Some(&challenge.email), ..Event::of(kind, challenge.account_id, client) };
        event::append(&mut tx, now, event).await?;
    }
    if factor.is_some() {
        throttle::give_back(&mut tx, &who).await?;
    }
    tx.commit().await?;
    factor.map(|_| challenge).ok_or_else(|| given.wrong())
}
