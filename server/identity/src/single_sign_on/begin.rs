use atum_core::{
    App, Problems, Result,
    config::Config,
    extract::{Json, Path, Query},
};
use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::{IntoParams, ToSchema};

use super::{
    attempt::{self, Attempt},
    discovery::Discovery,
    exchange::unreachable,
    fetch::Fetch,
    refusal::{Refusal, Stop},
    settings::{self, Kept},
};
use crate::{
    cookie,
    event::Client,
    throttle::{self, Who},
    token::Token,
};

/// What the sign-in page of an organization shows.
#[derive(Serialize, ToSchema)]
pub(crate) struct SingleSignOnOffer {
    /// Null: there is no such way in. Whether there is such an organization is not told.
    pub button: Option<ProviderButton>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct ProviderButton {
    pub label: String,
    /// Where the button leads. The browser goes there itself and comes back signed in.
    pub url: String,
}

#[utoipa::path(get, path = "/api/v1/session/single-sign-on/{organization}", tag = "session",
    params(("organization" = String, Path, description = "the organization's slug")),
    responses((status = 200, body = SingleSignOnOffer), Problems))]
pub(crate) async fn get_offer(State(app): State<App>, Path(slug): Path<String>) -> Result<Json<SingleSignOnOffer>> {
    let kept = settings::enabled(&mut *app.db.identity().await?, &slug).await?;
    let button = kept.map(|kept| ProviderButton { label: kept.settings.label, url: start_url(&app.config, &slug) });
    Ok(Json(SingleSignOnOffer { button }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Start {
    /// The path of the web app to go on at.
    next: Option<String>,
}

/// Sends the browser to the organization's provider. Where that cannot be, back to the sign-in page with the reason.
#[utoipa::path(get, path = "/api/v1/session/single-sign-on/{organization}/start", tag = "session",
    params(("organization" = String, Path, description = "the organization's slug"), Start),
    responses((status = 303, description = "to the provider, or back to the sign-in page"), Problems))]
pub(crate) async fn start_single_sign_on(
    State(app): State<App>,
    Path(slug): Path<String>,
    Query(start): Query<Start>,
    client: Client,
    headers: HeaderMap,
) -> Response {
    match send(&app, &slug, start.next.as_deref(), &client, &headers).await {
        Ok(response) => response,
        Err(stop) => stop.tell(&slug),
    }
}

async fn send(
    app: &App,
    slug: &str,
    next: Option<&str>,
    client: &Client,
    headers: &HeaderMap,
) -> Result<Response, Stop> {
    let now = app.clock.now();
    let mut tx = app.db.identity().await?;
    let kept = settings::enabled(&mut tx, slug).await?.ok_or(Refusal::Off)?;
    // Each start makes us ask the provider: nobody makes us ask it as often as they like.
    throttle::charge(&mut tx, &Who::ToProvider { ip: client.ip }, now).await?;
    tx.commit().await?;
    let discovery = Discovery::read(&Fetch::new(&app.config)?, &kept.settings.issuer).await;
    let discovery = discovery.map_err(|unknown| unreachable(&unknown))?;
    let attempt = Attempt::new(kept.organization_id, slug, next);
    let mut tx = app.db.identity().await?;
    let browser = match cookie::single_sign_on(&app.config, headers) {
        Some(browser) if attempt::is_open(&mut tx, &browser, now).await? => Token::from(browser),
        _ => Token::new(),
    };
    let state = attempt::begin(&mut tx, &attempt, &browser, now).await?;
    tx.commit().await?;
    let address = question(app, &discovery, &kept, &attempt, &state)?;
    let jar = cookie::with_single_sign_on(&app.config, CookieJar::new(), &browser);
    Ok((jar, Redirect::to(address.as_str())).into_response())
}

/// The address at the provider with our question (OpenID Connect Core 1.0, section 3.1.2.1).
fn question(app: &App, discovery: &Discovery, kept: &Kept, attempt: &Attempt, state: &Token) -> Result<Url, Stop> {
    let mut address = Url::parse(&discovery.authorization_endpoint).map_err(|error| unreachable(&error))?;
    let asked = kept.settings.scopes.iter().map(String::as_str).filter(|scope| *scope != "openid");
    let scopes = std::iter::once("openid").chain(asked).collect::<Vec<_>>().join(" ");
    address
        .query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", &kept.settings.client_id)
        .append_pair("redirect_uri", &redirect_uri(&app.config, &attempt.slug))
        .append_pair("scope", &scopes)
        .append_pair("state", state.as_str())
        .append_pair("nonce", &attempt.nonce)
        .append_pair("code_challenge", &attempt.code_challenge())
        .append_pair("code_challenge_method", "S256");
    Ok(address)
}

/// Each organization has an address of its own to come back to: an answer meant for one is no answer for another
/// (RFC 9700, section 4.4.2.2).
pub(super) fn redirect_uri(config: &Config, slug: &str) -> String {
    format!("{}/api/v1/session/single-sign-on/{slug}/callback", config.public_url)
}

fn start_url(config: &Config, slug: &str) -> String {
    format!("{}/api/v1/session/single-sign-on/{slug}/start", config.public_url)
}
