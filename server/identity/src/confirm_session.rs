use atum_core::{App, Problem, Problems, Result, extract::Json, problem::Kind};
use axum::{extract::State, http::HeaderMap};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    authenticator::{self, Factor},
    challenge::{self, Challenge},
    cookie,
    create_session::{known_device, sign_in},
    event::{self, Client, Event},
    session_view::{Session, session_view},
    throttle::{self, Who},
};

#[derive(Deserialize, ToSchema)]
pub(crate) struct SecondFactorCode {
    /// Six digits of the program, or a recovery code.
    code: String,
}

/// The second half of signing in, in the browser that gave the password. A recovery code is used up by it.
#[utoipa::path(post, path = "/api/v1/session/second-factor", tag = "session",
    responses((status = 200, body = Session), Problems))]
pub(crate) async fn confirm_session(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    Json(given): Json<SecondFactorCode>,
) -> Result<(CookieJar, Json<Session>)> {
    let token = cookie::challenge(&app.config, &headers).ok_or_else(over)?;
    let challenge = prove(&app, &client, &headers, &token, &given.code).await?;
    let Challenge { account_id, organization_id, .. } = challenge;
    let mut tx = app.db.identity().await?;
    // Of two right codes at once one finds the challenge gone.
    challenge::lock(&mut tx, &token, app.clock.now()).await?.ok_or_else(over)?;
    challenge::end(&mut tx, &token).await?;
    let jar = sign_in(&app, &client, &headers, tx, account_id, organization_id).await?;
    let jar = cookie::without_challenge(&app.config, jar);
    Ok((jar, Json(session_view(&app, account_id, organization_id).await?)))
}

fn over() -> Problem {
    Problem::new(Kind::Unauthenticated).detail("the password was given too long ago; give it again")
}

/// Whose code this is. The try is charged and committed before the code is looked at.
async fn prove(app: &App, client: &Client, headers: &HeaderMap, token: &str, code: &str) -> Result<Challenge> {
    let now = app.clock.now();
    let mut tx = app.db.identity().await?;
    let challenge = challenge::lock(&mut tx, token, now).await?.ok_or_else(over)?;
    let device = known_device(app, &mut tx, headers, Some(challenge.account_id)).await?;
    let who = Who::SecondFactor { account_id: challenge.account_id, device: device.as_deref() };
    throttle::charge(&mut tx, &who, now).await?;
    tx.commit().await?;

    let mut tx = app.db.identity().await?;
    let factor = authenticator::take(&mut tx, app, challenge.account_id, code).await?;
    let kind = match factor {
        Some(Factor::Program) => None,
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
    factor.map(|_| challenge).ok_or_else(wrong)
}

pub(crate) fn wrong() -> Problem {
    Problem::field("code", "wrong", "is no code that works now")
}
