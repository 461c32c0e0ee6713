//! Access tokens (RFC 6749, sections 4.4 and 6): fetched anew before they expire and when they are refused. A refresh
//! token that the provider replaced is replaced here too.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex as Plain, PoisonError},
};

use atum_core::{
    App, Problem, Result,
    caller::{Reason, System},
    ids::{MailChannelId, OrganizationId},
};
use atum_identity::{Fetch, FetchFailed};
use chrono::{DateTime, Duration, Utc};
use serde_json::Value;
use tokio::sync::Mutex;
use url::form_urlencoded::Serializer;

use super::{
    entity,
    secret::{self, Secret, secret},
    settings::OauthSettings,
};
use crate::wire::{Failed, StepName};

/// A token is not used up to its last second: it has to last for the sign-in.
const EARLY: Duration = Duration::seconds(120);
/// What a provider that does not say is taken to give (RFC 6749, section 5.1, recommends to say).
const UNSTATED: Duration = Duration::minutes(10);

/// Whether a token that is kept is good enough, or was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    Kept,
    New,
}

/// What a provider gave.
pub(super) struct Given {
    pub access_token: String,
    refresh_token: Option<String>,
    lasts: Duration,
}

/// The token that the channel's servers are shown now. One at a time asks the provider: a refresh token that is replaced
/// at each use is good once.
pub async fn access_token(
    app: &App,
    organization_id: OrganizationId,
    channel_id: MailChannelId,
    freshness: Freshness,
) -> Result<String, Failed> {
    let turn = turn(channel_id);
    let _turn = turn.lock().await;
    let (settings, kept, client_secret, refresh_token) =
        known(app, organization_id, channel_id).await.map_err(|problem| ours(&problem))?;
    if let (Freshness::Kept, Some(token)) = (freshness, kept) {
        return Ok(token);
    }
    let settings =
        settings.ok_or_else(|| Failed::lasting(StepName::SignIn, "no address gives tokens for this channel"))?;
    let given = ask(app, &settings, client_secret.as_deref(), refresh_token.as_deref()).await?;
    keep(app, organization_id, channel_id, &given).await.map_err(|problem| ours(&problem))?;
    Ok(given.access_token)
}

fn turn(channel_id: MailChannelId) -> Arc<Mutex<()>> {
    static TURNS: LazyLock<Plain<HashMap<MailChannelId, Arc<Mutex<()>>>>> = LazyLock::new(Plain::default);
    TURNS.lock().unwrap_or_else(PoisonError::into_inner).entry(channel_id).or_default().clone()
}

type Known = (Option<OauthSettings>, Option<String>, Option<String>, Option<String>);

async fn known(app: &App, organization_id: OrganizationId, id: MailChannelId) -> Result<Known> {
    let mut tx = app.db.read(&System { organization_id, reason: Reason::Job }).await?;
    let channel = entity::find(&mut tx, id).await?;
    Ok((
        channel.oauth,
        secret(app, &mut tx, id, Secret::OauthAccessToken).await?,
        secret(app, &mut tx, id, Secret::OauthClientSecret).await?,
        secret(app, &mut tx, id, Secret::OauthRefreshToken).await?,
    ))
}

async fn keep(app: &App, organization_id: OrganizationId, id: MailChannelId, given: &Given) -> Result<()> {
    let mut tx = app.db.write(&System { organization_id, reason: Reason::Job }).await?;
    let until: DateTime<Utc> = tx.now + given.lasts - EARLY;
    secret::keep(app, &mut tx, id, Secret::OauthAccessToken, &given.access_token, Some(until)).await?;
    if let Some(replaced) = &given.refresh_token {
        secret::keep(app, &mut tx, id, Secret::OauthRefreshToken, replaced, None).await?;
    }
    tx.commit().await
}

/// By the refresh token or, where there is none, as the client itself.
pub(super) async fn ask(
    app: &App,
    settings: &OauthSettings,
    client_secret: Option<&str>,
    refresh_token: Option<&str>,
) -> Result<Given, Failed> {
    let form = form(settings, client_secret, refresh_token);
    let fetch = Fetch::new(&app.config).map_err(|problem| ours(&problem))?;
    let answer = fetch.post(&settings.token_url, form, None).await.map_err(|failed| refused(&failed))?;
    given(&answer)
        .ok_or_else(|| Failed::new(StepName::SignIn, format!("{} answers without an access token", settings.token_url)))
}

fn form(settings: &OauthSettings, client_secret: Option<&str>, refresh_token: Option<&str>) -> String {
    let mut form = Serializer::new(String::new());
    form.append_pair("client_id", &settings.client_id);
    match refresh_token {
        Some(token) => form.append_pair("grant_type", "refresh_token").append_pair("refresh_token", token),
        None => form.append_pair("grant_type", "client_credentials"),
    };
    if let Some(secret) = client_secret {
        form.append_pair("client_secret", secret);
    }
    if !settings.scope.is_empty() {
        form.append_pair("scope", &settings.scope);
    }
    form.finish()
}

fn given(answer: &Value) -> Option<Given> {
    let text = |name: &str| answer[name].as_str().map(str::to_owned);
    let seconds = answer["expires_in"].as_i64().filter(|seconds| *seconds > 0);
    let lasts = seconds.and_then(Duration::try_seconds).unwrap_or(UNSTATED).max(EARLY * 2);
    Some(Given { access_token: text("access_token")?, refresh_token: text("refresh_token"), lasts })
}

/// RFC 6749, section 5.2: of these a second try says nothing else.
fn refused(failed: &FetchFailed) -> Failed {
    let words = failed.to_string();
    let dead = ["invalid_grant", "invalid_client", "unauthorized_client", "invalid_scope"];
    let lasting = matches!(failed, FetchFailed::Address(_)) || dead.iter().any(|code| words.contains(code));
    Failed { lasting, ..Failed::new(StepName::SignIn, format!("no access token: {words}")) }
}

fn ours(problem: &Problem) -> Failed {
    Failed::new(StepName::SignIn, problem.to_string())
}
