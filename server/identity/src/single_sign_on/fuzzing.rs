//! For `fuzz/` alone: what a provider, or somebody in its place, may answer.

use chrono::{DateTime, Utc};

use super::{
    attempt::Attempt,
    discovery::Discovery,
    fetch::{Near, object},
    id_token::{self, Expected},
    rules::Arrival,
    settings::{RoleRule, SingleSignOn, WhoseSecondFactor},
    signature,
};
use crate::account;
use atum_core::{caller::Role, ids::OrganizationId};

const ISSUER: &str = "https://id.example";

/// All addresses of a discovery document that would be used.
pub fn discovery(body: &[u8]) -> Option<Vec<String>> {
    let found = Discovery::of(object(body)?, ISSUER, Near(false)).ok()?;
    let _ = found.wants_secret_in_form();
    let Discovery { authorization_endpoint, token_endpoint, jwks_uri, userinfo_endpoint, .. } = found;
    Some([authorization_endpoint, token_endpoint, jwks_uri].into_iter().chain(userinfo_endpoint).collect())
}

/// The subject of a token of one of these keys.
pub fn subject(token: &str, keys: &[u8], now: DateTime<Utc>) -> Option<String> {
    let keys = signature::keys(&object(keys)?);
    let expected = Expected { issuer: ISSUER, client_id: "atum", nonce: "n", now };
    id_token::read(token, &keys, &expected).ok().map(|(subject, _)| subject)
}

/// What claims make of somebody.
pub struct Told {
    pub email: Option<String>,
    pub name: Option<String>,
    pub is_admin: bool,
}

pub fn claims(body: &[u8], way: &str) -> Option<Told> {
    let claims = object(body)?;
    let arrival = Arrival::of(&settings(way), "1".into(), claims.as_object()?);
    let _ = arrival.check_domain(&settings(way));
    assert!(arrival.email.as_deref().is_none_or(account::is_email), "no e-mail");
    let companies = arrival.companies.iter().flatten();
    assert!(companies.into_iter().all(|name| !name.is_empty() && !name.contains('\0')), "no company's name");
    let is_admin = format!("{:?}", arrival.role).contains("Admin)");
    let Arrival { email, name, .. } = arrival;
    Some(Told { email, name, is_admin })
}

fn settings(way: &str) -> SingleSignOn {
    let rule = |value: &str, role| RoleRule { claim: way.into(), value: value.into(), role };
    SingleSignOn {
        enabled: true,
        issuer: ISSUER.into(),
        client_id: "atum".into(),
        label: "Example".into(),
        scopes: vec![],
        email_claim: way.into(),
        name_claim: "name".into(),
        company_claim: Some(way.into()),
        unstated_email_accepted: false,
        email_domains: vec!["acme.example".into()],
        role_rules: vec![rule("desk", Role::Agent), rule("1", Role::Manager)],
        default_role: Some(Role::Customer),
        second_factor: WhoseSecondFactor::Stated,
    }
}

/// The way back that would be gone, of one that a browser asked for.
pub fn way_back(next: &str) -> Option<String> {
    Attempt::new(OrganizationId::new(), "acme", Some(next)).next
}

pub fn allowed(address: &str) -> Option<String> {
    Near(false).allowed(address).ok().map(Into::into)
}
