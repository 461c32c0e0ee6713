use atum_core::{App, Problem, Problems, Result, extract::Json};
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    begin::redirect_uri,
    discovery::{Discovery, Unknown, address},
    exchange,
    fetch::{Failed, Fetch},
    settings::{self, Kept},
};
use crate::{Admin, organization};

/// Each step in turn; what comes after one that failed is not tried.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConnectionCheck {
    steps: Vec<ConnectionStep>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConnectionStep {
    step: ConnectionStepName,
    passed: bool,
    /// What was found, or exactly what went wrong.
    detail: String,
}

#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ConnectionStepName {
    /// The discovery document can be read.
    Discovery,
    /// It is this issuer's.
    Issuer,
    /// It offers what this server asks for.
    Features,
    /// The keys can be read, and there is one that can be used.
    Keys,
    /// The provider knows the client and its secret.
    Client,
}

/// Tries the settings that are kept, as a sign-in would use them, without anybody signing in.
#[utoipa::path(post, path = "/api/v1/organization/single-sign-on/check", tag = "organization",
    responses((status = 200, body = ConnectionCheck), Problems))]
pub(crate) async fn check_single_sign_on(State(app): State<App>, admin: Admin) -> Result<Json<ConnectionCheck>> {
    let mut tx = app.db.identity().await?;
    let kept = settings::find(&mut tx, admin.organization_id).await?;
    let slug = organization::slug(&mut tx, admin.organization_id).await?;
    drop(tx);
    let kept = kept.ok_or_else(|| Problem::wrong_state("there are no settings yet"))?;
    let mut check = ConnectionCheck { steps: vec![] };
    // The first failure is in the list already: the rest is not tried.
    let _ = run(&mut check, &app, &kept, &slug).await?;
    Ok(Json(check))
}

impl ConnectionCheck {
    fn note(&mut self, step: ConnectionStepName, found: Result<String, String>) -> Option<()> {
        let passed = found.is_ok();
        self.steps.push(ConnectionStep { step, passed, detail: found.unwrap_or_else(|wrong| wrong) });
        passed.then_some(())
    }
}

async fn run(check: &mut ConnectionCheck, app: &App, kept: &Kept, slug: &str) -> Result<Option<()>> {
    let fetch = Fetch::new(&app.config)?;
    let secret = kept.secret(app)?;
    let redirect_uri = redirect_uri(&app.config, slug);
    Ok(steps(check, &fetch, kept, secret.as_deref(), &redirect_uri).await)
}

async fn steps(
    check: &mut ConnectionCheck,
    fetch: &Fetch,
    kept: &Kept,
    secret: Option<&str>,
    redirect_uri: &str,
) -> Option<()> {
    let settings = &kept.settings;
    let discovery = match Discovery::read(fetch, &settings.issuer).await {
        Err(other @ Unknown::OtherIssuer(_)) => {
            check.note(ConnectionStepName::Discovery, Ok(address(&settings.issuer)))?;
            return check.note(ConnectionStepName::Issuer, Err(other.to_string()));
        }
        Err(unknown) => return check.note(ConnectionStepName::Discovery, Err(unknown.to_string())),
        Ok(discovery) => discovery,
    };
    check.note(ConnectionStepName::Discovery, Ok(address(&settings.issuer)))?;
    check.note(ConnectionStepName::Issuer, Ok(discovery.issuer.clone()))?;
    check.note(ConnectionStepName::Features, features(&discovery))?;
    check.note(ConnectionStepName::Keys, keys(fetch, &discovery).await)?;
    // A code that nobody was given: a provider that knows the client refuses the code, another refuses the client.
    let form = [("grant_type", "authorization_code"), ("code", "connection-check"), ("redirect_uri", redirect_uri)];
    let form = [&form[..], &[("code_verifier", "connection-check-connection-check-connection-check")]].concat();
    let answer = exchange::tokens(fetch, &discovery, &settings.client_id, secret, &form).await;
    check.note(ConnectionStepName::Client, client(answer.err()))
}

/// A provider that lists its methods of PKCE has to list ours; many do not list any and know it all the same.
fn features(discovery: &Discovery) -> Result<String, String> {
    let methods = discovery.code_challenge_methods_supported.as_deref();
    if methods.is_some_and(|methods| !methods.iter().any(|method| method == "S256")) {
        return Err("the provider does not offer PKCE with S256".into());
    }
    let iss = discovery.authorization_response_iss_parameter_supported;
    let iss =
        if iss { "names the issuer in its answers (RFC 9207)" } else { "does not name the issuer in its answers" };
    Ok(if methods.is_some() { format!("PKCE with S256; {iss}") } else { iss.to_owned() })
}

async fn keys(fetch: &Fetch, discovery: &Discovery) -> Result<String, String> {
    let keys = discovery.keys(fetch).await.map_err(|failed| failed.to_string())?;
    match keys.len() {
        0 => Err(format!("{} has no key that could sign a token for us", discovery.jwks_uri)),
        number => Ok(format!("{number} at {}", discovery.jwks_uri)),
    }
}

fn client(answer: Option<Failed>) -> Result<String, String> {
    match answer {
        Some(Failed::Status { what, .. }) if what == " (invalid_grant)" => Ok("the provider knows the client".into()),
        Some(failed) => Err(failed.to_string()),
        None => Err("the provider gave tokens for a code that it never gave out".into()),
    }
}
