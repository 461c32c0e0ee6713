//! What claims mean here: pure rules, with no database and no network.

use atum_core::caller::Role;
use serde_json::{Map, Value};

use super::{
    refusal::Refusal,
    settings::{SingleSignOn, WhoseSecondFactor},
};
use crate::account;

pub(super) type Claims = Map<String, Value>;

/// Somebody who came from the provider, with what its claims say of them.
#[derive(Debug, PartialEq)]
pub(super) struct Arrival {
    pub subject: String,
    pub email: Option<String>,
    pub email_verified: bool,
    pub name: Option<String>,
    /// What they may belong to, by name. `None`: the provider says nothing of it.
    pub companies: Option<Vec<String>>,
    /// `None`: the rules have no place for them.
    pub role: Option<Given>,
    /// The provider checked a second factor, as far as this organization takes its word.
    pub second_factor_done: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Given {
    /// By a rule or, where no rule applied, by default: it holds at every sign-in.
    Decided(Role),
    /// There are no rules: newcomers become this, if there are to be any, and nobody else changes.
    ForNewcomers(Option<Role>),
}

impl Arrival {
    pub fn of(settings: &SingleSignOn, subject: String, claims: &Claims) -> Self {
        let text =
            |name: &str| claim(claims, name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
        let email = text(&settings.email_claim).map(account::normalized).filter(|email| account::is_email(email));
        Self {
            subject,
            email,
            email_verified: is_verified(settings, claims),
            name: text(&settings.name_claim)
                .filter(|name| !name.contains('\0'))
                .map(|name| name.chars().take(120).collect()),
            companies: settings.company_claim.as_deref().and_then(|name| claim(claims, name)).map(texts),
            role: role(settings, claims),
            second_factor_done: second_factor_done(settings.second_factor, claims),
        }
    }

    /// The e-mail of somebody who is not known yet, if it may be believed.
    pub fn proven_email(&self) -> Result<&str, Refusal> {
        let email = self.email.as_deref().ok_or(Refusal::NoEmail)?;
        if self.email_verified { Ok(email) } else { Err(Refusal::EmailUnverified) }
    }

    /// An e-mail of a domain that is not accepted is refused of whomever; no e-mail is a matter of newcomers alone.
    pub fn check_domain(&self, settings: &SingleSignOn) -> Result<(), Refusal> {
        let domain = self.email.as_deref().and_then(|email| email.rsplit_once('@')).map(|(_, domain)| domain);
        let accepted =
            |domain: &str| settings.email_domains.iter().any(|accepted| accepted == "*" || accepted == domain);
        if domain.is_none_or(accepted) { Ok(()) } else { Err(Refusal::Domain) }
    }
}

/// A claim by its name or, where none has it, by the way of dots into one.
fn claim<'a>(claims: &'a Claims, name: &str) -> Option<&'a Value> {
    if let Some(value) = claims.get(name) {
        return Some(value);
    }
    let (first, rest) = name.split_once('.')?;
    claim(claims.get(first)?.as_object()?, rest)
}

/// The text, or those of a list, as far as a company can have it as its name.
fn texts(claim: &Value) -> Vec<String> {
    let items = claim.as_array().map_or(std::slice::from_ref(claim), Vec::as_slice);
    let texts = items.iter().filter_map(Value::as_str).map(str::trim);
    texts.filter(|text| !text.is_empty() && !text.contains('\0')).map(str::to_owned).collect()
}

/// Some providers write the boolean as a text.
fn is_verified(settings: &SingleSignOn, claims: &Claims) -> bool {
    match claims.get("email_verified") {
        Some(Value::Bool(verified)) => *verified,
        Some(Value::String(verified)) => verified == "true",
        Some(_) => false,
        None => settings.unstated_email_accepted,
    }
}

fn role(settings: &SingleSignOn, claims: &Claims) -> Option<Given> {
    if settings.role_rules.is_empty() {
        return Some(Given::ForNewcomers(settings.default_role));
    }
    let rules = settings.role_rules.iter();
    let given = rules.filter(|rule| claim(claims, &rule.claim).is_some_and(|value| has(value, &rule.value)));
    given.map(|rule| rule.role).max().or(settings.default_role).map(Given::Decided)
}

/// Whether the claim is the value, or a list with it.
fn has(claim: &Value, wanted: &str) -> bool {
    match claim {
        Value::String(text) => text == wanted,
        Value::Bool(truth) => wanted == if *truth { "true" } else { "false" },
        Value::Number(number) => wanted.parse().is_ok_and(|wanted: serde_json::Number| wanted == *number),
        Value::Array(items) => items.iter().any(|item| !item.is_array() && has(item, wanted)),
        Value::Null | Value::Object(_) => false,
    }
}

/// Contexts that promise several factors: REFEDS MFA Profile 1.2, OpenID PAPE 1.0.
const SEVERAL_FACTORS: [&str; 2] =
    ["https://refeds.org/profile/mfa", "http://schemas.openid.net/pape/policies/2007/06/multi-factor"];

/// `amr` of RFC 8176 says `mfa` where several factors were used; the names of single methods say too little.
fn second_factor_done(whose: WhoseSecondFactor, claims: &Claims) -> bool {
    let is = |name: &str, value: &str| claims.get(name).is_some_and(|claim| has(claim, value));
    match whose {
        WhoseSecondFactor::Ours => false,
        WhoseSecondFactor::Stated => is("amr", "mfa") || SEVERAL_FACTORS.iter().any(|context| is("acr", context)),
        WhoseSecondFactor::Provider => true,
    }
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
