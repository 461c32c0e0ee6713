//! Behind the browser's back: the code for tokens, the token for claims.

use atum_core::App;
use serde_json::Value;
use url::form_urlencoded::Serializer;

use super::{
    attempt::Attempt,
    begin::redirect_uri,
    discovery::Discovery,
    fetch::{Failed, Fetch},
    id_token::{self, Expected},
    refusal::{Refusal, Stop},
    rules::Claims,
    settings::Kept,
};

/// Proves that the code is the issuer's answer to this attempt. Gives the subject and all its claims.
pub(super) async fn claims(
    app: &App,
    fetch: &Fetch,
    discovery: &Discovery,
    kept: &Kept,
    attempt: &Attempt,
    code: &str,
) -> Result<(String, Claims), Stop> {
    let secret = kept.secret(app)?;
    let redirect_uri = redirect_uri(&app.config, &attempt.slug);
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", &redirect_uri),
        ("code_verifier", &attempt.code_verifier),
    ];
    let tokens = tokens(fetch, discovery, &kept.settings.client_id, secret.as_deref(), &form).await;
    let tokens = tokens.map_err(|failed| unproven(&failed))?;
    let id_token = tokens["id_token"].as_str().ok_or_else(|| unproven(&"the provider gave no ID token"))?;
    let keys = discovery.keys(fetch).await.map_err(|failed| unreachable(&failed))?;
    let expected = Expected {
        issuer: &kept.settings.issuer,
        client_id: &kept.settings.client_id,
        nonce: &attempt.nonce,
        now: app.clock.now(),
    };
    let (subject, mut claims) = id_token::read(id_token, &keys, &expected).map_err(|untrue| unproven(&untrue))?;
    if let Some((address, token)) = discovery.userinfo_endpoint.as_deref().zip(tokens["access_token"].as_str()) {
        let more = fetch.get(address, Some(token)).await.map_err(|failed| unreachable(&failed))?;
        add(&mut claims, &subject, more)?;
    }
    Ok((subject, claims))
}

/// What userinfo adds. It is believed only about the same subject (OpenID Connect Core 1.0, section 5.3.2), and never
/// against what was signed.
fn add(claims: &mut Claims, subject: &str, more: Value) -> Result<(), Stop> {
    if more["sub"] != subject {
        return Err(unproven(&"userinfo is about another subject"));
    }
    if let Value::Object(more) = more {
        for (name, value) in more {
            claims.entry(name).or_insert(value);
        }
    }
    Ok(())
}

/// Asks the token endpoint, as the client that we are there.
pub(super) async fn tokens(
    fetch: &Fetch,
    discovery: &Discovery,
    client_id: &str,
    secret: Option<&str>,
    form: &[(&str, &str)],
) -> Result<Value, Failed> {
    let mut form = form.to_vec();
    let in_header = secret.filter(|_| !discovery.wants_secret_in_form());
    if in_header.is_none() {
        form.push(("client_id", client_id));
        form.extend(secret.map(|secret| ("client_secret", secret)));
    }
    let form = Serializer::new(String::new()).extend_pairs(form).finish();
    fetch.post(&discovery.token_endpoint, form, in_header.map(|secret| (client_id, secret))).await
}

/// The reason is for the server's log: the page tells whoever came no more than that it did not work.
fn unproven(reason: &dyn std::fmt::Display) -> Stop {
    tracing::warn!("a provider's answer is refused: {reason}");
    Refusal::Unproven.into()
}

pub(super) fn unreachable(reason: &dyn std::fmt::Display) -> Stop {
    tracing::warn!("a provider cannot be used: {reason}");
    Refusal::Unreachable.into()
}
