//! What a provider says about itself (OpenID Connect Discovery 1.0).

use serde::Deserialize;
use serde_json::Value;

use super::{
    fetch::{Failed, Fetch, Near},
    signature::{Key, keys},
};

#[derive(Debug, Deserialize)]
pub(super) struct Discovery {
    pub issuer: String,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub jwks_uri: String,
    pub userinfo_endpoint: Option<String>,
    #[serde(default)]
    pub token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    pub code_challenge_methods_supported: Option<Vec<String>>,
    /// RFC 9207: every answer to the browser names the issuer.
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Unknown {
    #[error(transparent)]
    Failed(#[from] Failed),
    #[error("the discovery document cannot be read: {0}")]
    Unreadable(String),
    #[error("the discovery document is of the issuer {0}, which is not the one that is set here, letter for letter")]
    OtherIssuer(String),
}

impl Discovery {
    /// Reads the document below the issuer's address. It must name that very issuer (section 4.3).
    pub async fn read(fetch: &Fetch, issuer: &str) -> Result<Self, Unknown> {
        Self::of(fetch.get(&address(issuer), None).await?, issuer, fetch.near)
    }

    pub fn of(document: Value, issuer: &str, near: Near) -> Result<Self, Unknown> {
        let discovery: Self =
            serde_json::from_value(document).map_err(|error| Unknown::Unreadable(error.to_string()))?;
        if discovery.issuer != issuer {
            return Err(Unknown::OtherIssuer(discovery.issuer));
        }
        let addresses = [&discovery.authorization_endpoint, &discovery.token_endpoint, &discovery.jwks_uri];
        for address in addresses.into_iter().chain(&discovery.userinfo_endpoint) {
            near.allowed(address)?;
        }
        Ok(discovery)
    }

    /// The provider's keys as they are now: what was rotated out is gone, what was rotated in is there.
    pub async fn keys(&self, fetch: &Fetch) -> Result<Vec<Key>, Failed> {
        let set: Value = fetch.get(&self.jwks_uri, None).await?;
        Ok(keys(&set))
    }

    /// Whether the secret goes into the form, because the provider does not take it in a header (which is what holds where
    /// it says nothing).
    pub fn wants_secret_in_form(&self) -> bool {
        let methods = self.token_endpoint_auth_methods_supported.as_deref();
        methods.is_some_and(|methods| {
            let has = |method: &str| methods.iter().any(|offered| offered == method);
            !has("client_secret_basic") && has("client_secret_post")
        })
    }
}

pub(super) fn address(issuer: &str) -> String {
    format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))
}
