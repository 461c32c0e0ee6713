use atum_core::{
    App, Problems, Result,
    extract::{Path, Query},
};
use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    admit::{self, Member},
    attempt::{self, Attempt},
    discovery::Discovery,
    exchange::{self, unreachable},
    external::{self, External},
    fetch::Fetch,
    first::{self, Welcome},
    link,
    refusal::{Refusal, Stop, to_sign_in},
    rules::Arrival,
    settings::{self, Kept},
};
use crate::{
    challenge, cookie,
    create_session::{Through, begin_session},
    event::Client,
    factors, organization,
    throttle::{self, Who},
};

/// What the provider lets the browser bring (OpenID Connect Core 1.0, section 3.1.2.5; RFC 9207).
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Brought {
    state: Option<String>,
    code: Option<String>,
    iss: Option<String>,
    /// Why the provider let nobody in.
    error: Option<String>,
}

/// Where the provider sends the browser back to: signs in, or tells on the sign-in page why not.
#[utoipa::path(get, path = "/api/v1/session/single-sign-on/{organization}/callback", tag = "session",
    params(("organization" = String, Path, description = "the organization's slug"), Brought),
    responses((status = 303, description = "to the page to go on at, or to the sign-in page"), Problems))]
pub(crate) async fn complete_single_sign_on(
    State(app): State<App>,
    Path(slug): Path<String>,
    Query(brought): Query<Brought>,
    client: Client,
    headers: HeaderMap,
) -> Response {
    match come_in(&app, &slug, &brought, &client, &headers).await {
        Ok(response) => response,
        Err(stop) => stop.tell(&slug),
    }
}

async fn come_in(
    app: &App,
    slug: &str,
    brought: &Brought,
    client: &Client,
    headers: &HeaderMap,
) -> Result<Response, Stop> {
    let attempt = own_attempt(app, slug, brought, headers).await?;
    let kept = settings::find(&mut *app.db.identity().await?, attempt.organization_id).await?;
    let kept = kept.filter(|kept| kept.settings.enabled).ok_or(Refusal::Off)?;
    let arrival = prove(app, &kept, &attempt, brought).await?;
    arrival.check_domain(&kept.settings)?;
    let (now, settings) = (app.clock.now(), &kept.settings);
    let who = External { organization_id: kept.organization_id, issuer: &settings.issuer, subject: &arrival.subject };
    let mut tx = app.db.identity().await?;
    throttle::give_back(&mut tx, &Who::ToProvider { ip: client.ip }).await?;
    let known = external::find(&mut tx, &who, now).await?;
    tx.commit().await?;
    let account_id = match known {
        Some(account_id) => account_id,
        None => match first::welcome(app, &kept, &arrival, &who).await? {
            Welcome::Known(account_id) => account_id,
            Welcome::ToBeProven(account_id) => {
                let mut tx = app.db.identity().await?;
                let token = link::begin(&mut tx, &who, account_id, arrival.second_factor_done, now).await?;
                tx.commit().await?;
                let jar = cookie::with_link(&app.config, CookieJar::new(), &token);
                return Ok((jar, back(slug, "link", &attempt)).into_response());
            }
        },
    };
    let member = admit::by_account(&mut *app.db.identity().await?, &kept, account_id).await?;
    let member = member.ok_or(Refusal::Ended)?;
    if let Some(refusal) = member.refusal() {
        return Err(refusal.into());
    }
    let member = admit::follow_claims(app, &kept, &arrival, member).await?;
    let second_factor_done = arrival.second_factor_done;
    finish(app, client, headers, &kept, &attempt, member, second_factor_done).await
}

/// The attempt that this browser's answer belongs to. It is over now, whatever the answer is.
async fn own_attempt(app: &App, slug: &str, brought: &Brought, headers: &HeaderMap) -> Result<Attempt, Stop> {
    let browser = cookie::single_sign_on(&app.config, headers).ok_or(Refusal::Over)?;
    let state = brought.state.as_deref().ok_or(Refusal::Over)?;
    let mut tx = app.db.identity().await?;
    let attempt = attempt::take(&mut tx, state, &browser, slug, app.clock.now()).await?;
    tx.commit().await?;
    Ok(attempt.ok_or(Refusal::Over)?)
}

/// Whom the provider means by its answer.
async fn prove(app: &App, kept: &Kept, attempt: &Attempt, brought: &Brought) -> Result<Arrival, Stop> {
    let settings = &kept.settings;
    if brought.iss.as_ref().is_some_and(|issuer| *issuer != settings.issuer) {
        tracing::warn!("an answer names another issuer than the one that was asked");
        return Err(Refusal::Unproven.into());
    }
    if let Some(error) = &brought.error {
        tracing::warn!("the provider let nobody in: {}", error.chars().take(80).collect::<String>().escape_debug());
        return Err(Refusal::Declined.into());
    }
    let code = brought.code.as_deref().ok_or(Refusal::Unproven)?;
    let fetch = Fetch::new(&app.config)?;
    let discovery = Discovery::read(&fetch, &settings.issuer).await.map_err(|unknown| unreachable(&unknown))?;
    if discovery.authorization_response_iss_parameter_supported && brought.iss.is_none() {
        tracing::warn!("an answer does not name its issuer, which this provider always does");
        return Err(Refusal::Unproven.into());
    }
    let (subject, claims) = exchange::claims(app, &fetch, &discovery, kept, attempt, code).await?;
    Ok(Arrival::of(settings, subject, &claims))
}

/// Signs in, or asks for our second factor first.
async fn finish(
    app: &App,
    client: &Client,
    headers: &HeaderMap,
    kept: &Kept,
    attempt: &Attempt,
    member: Member,
    second_factor_done: bool,
) -> Result<Response, Stop> {
    let Member { account_id, role, managed, .. } = member;
    let organization_id = kept.organization_id;
    let mut tx = app.db.identity().await?;
    if !second_factor_done {
        if factors::exist(&mut tx, account_id).await? {
            let token = challenge::begin(&mut tx, account_id, Some(organization_id), app.clock.now()).await?;
            challenge::vouch(&mut tx, &token).await?;
            tx.commit().await?;
            let jar = cookie::with_challenge(&app.config, CookieJar::new(), &token);
            return Ok((jar, back(&attempt.slug, "code", attempt)).into_response());
        }
        // An account that is the organization's own has no second factor here, and no password to set one up with.
        if managed && role.is_staff() && organization::second_factor_required(&mut tx, organization_id).await? {
            return Err(Refusal::SecondFactor.into());
        }
    }
    let through = Through { issuer: kept.settings.issuer.clone(), second_factor_done };
    let jar = begin_session(app, client, headers, tx, account_id, Some(organization_id), Some(&through)).await?;
    let home = if role.is_staff() { "/desk" } else { "/portal" };
    let next = attempt.next.as_deref().filter(|next| role.is_staff() || !next.starts_with("/desk"));
    Ok((jar, Redirect::to(next.unwrap_or(home))).into_response())
}

/// To the sign-in page, where something is still to be given.
fn back(slug: &str, wanted: &str, attempt: &Attempt) -> Redirect {
    let next = attempt.next.as_deref().map(|next| ("next", next));
    let words: Vec<(&str, &str)> = std::iter::once(("wanted", wanted)).chain(next).collect();
    to_sign_in(slug, &words)
}
