//! What an ID token must say besides being signed (OpenID Connect Core 1.0, section 3.1.3.7).

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{
    rules::Claims,
    signature::{self, Forged, Key},
};

/// How far the provider's clock may be from ours.
const LEEWAY_SECONDS: i64 = 60;
/// A token is made when its code is exchanged: one that is older comes from elsewhere.
const OLDEST_SECONDS: i64 = 600;

/// What the token has to be about.
pub(super) struct Expected<'a> {
    pub issuer: &'a str,
    pub client_id: &'a str,
    pub nonce: &'a str,
    pub now: DateTime<Utc>,
}

#[derive(Debug, PartialEq, thiserror::Error)]
pub(super) enum Untrue {
    #[error("{0}")]
    Forged(#[from] Forged),
    #[error("its claims cannot be read")]
    Unreadable,
    #[error("its {0} is wrong or missing")]
    Claim(&'static str),
}

/// The claims and the subject of a token that holds.
pub(super) fn read(token: &str, keys: &[Key], expected: &Expected<'_>) -> Result<(String, Claims), Untrue> {
    let payload = signature::verify(token, keys)?;
    let claims: Claims = serde_json::from_slice(&payload).map_err(|_| Untrue::Unreadable)?;
    let now = expected.now.timestamp();
    let soon = now + LEEWAY_SECONDS;
    let holds = [
        ("iss", text(&claims, "iss") == Some(expected.issuer)),
        ("aud", is_for(&claims, expected.client_id)),
        ("azp", is_asked_for_by(&claims, expected.client_id)),
        ("nonce", text(&claims, "nonce") == Some(expected.nonce)),
        ("exp", time(&claims, "exp").is_some_and(|expires| now - LEEWAY_SECONDS < expires)),
        ("iat", time(&claims, "iat").is_some_and(|issued| (now - OLDEST_SECONDS..=soon).contains(&issued))),
        ("nbf", !claims.contains_key("nbf") || time(&claims, "nbf").is_some_and(|from| from <= soon)),
    ];
    if let Some((claim, _)) = holds.iter().find(|(_, holds)| !holds) {
        return Err(Untrue::Claim(claim));
    }
    // At most 255 ASCII characters (section 2).
    let subject =
        text(&claims, "sub").filter(|sub| (1..=255).contains(&sub.len()) && sub.is_ascii() && !sub.contains('\0'));
    Ok((subject.ok_or(Untrue::Claim("sub"))?.to_owned(), claims))
}

fn text<'a>(claims: &'a Claims, name: &str) -> Option<&'a str> {
    claims.get(name)?.as_str()
}

fn is_for(claims: &Claims, client_id: &str) -> bool {
    match claims.get("aud") {
        Some(Value::String(audience)) => audience == client_id,
        Some(Value::Array(audiences)) => audiences.iter().any(|audience| audience == client_id),
        _ => false,
    }
}

/// Where a token is for several, it has to say that we are the one who asked; where it says who asked, it is us.
fn is_asked_for_by(claims: &Claims, client_id: &str) -> bool {
    let several = claims.get("aud").and_then(Value::as_array).is_some_and(|audiences| audiences.len() > 1);
    match claims.get("azp") {
        Some(party) => party == client_id,
        None => !several,
    }
}

/// Seconds since 1970, which some write with a fraction.
fn time(claims: &Claims, name: &str) -> Option<i64> {
    let value = claims.get(name)?;
    #[expect(clippy::cast_possible_truncation, reason = "a fraction of a second does not matter")]
    value.as_i64().or_else(|| value.as_f64().map(|seconds| seconds as i64))
}

#[cfg(test)]
#[path = "id_token_tests.rs"]
mod tests;
