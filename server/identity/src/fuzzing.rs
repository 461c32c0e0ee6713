//! For `fuzz/` alone: what reads what is typed at a sign-in, a browser's headers, tokens, passkeys and providers' answers.

mod passkey;

use std::net::IpAddr;

use atum_core::extract;
use axum::http::HeaderMap;
use chrono::{DateTime, Utc};

pub use crate::single_sign_on::fuzzing as single_sign_on;
use crate::{
    allow_list::{AllowList, AllowedNetwork},
    api_token::TokenKind,
    api_token_text, bearer,
};
pub use passkey::{Passkeys, attested};

/// The value of each cookie of ours, if it was sent.
pub fn cookies(headers: &HeaderMap) -> Vec<String> {
    ["atum_session", "__Host-atum_session"].iter().filter_map(|name| cookie(headers, name)).collect()
}

pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    crate::cookie::value(headers, name)
}

pub fn is_own(headers: &HeaderMap, public_url: &str) -> bool {
    crate::cross_origin::is_own(headers, public_url)
}

/// As it is kept, if it is one.
pub fn email(text: &str) -> Option<String> {
    Some(crate::account::normalized(text)).filter(|email| crate::account::is_email(email))
}

/// Everything but the operator's own list.
pub fn is_password(password: &str, forbidden: &[&str]) -> bool {
    crate::password::check_alone("password", password, forbidden).is_ok()
}

pub fn recovery_code(text: &str) -> String {
    crate::recovery_code::plain(text)
}

pub fn totp_step(secret: &[u8], code: &str, now: DateTime<Utc>) -> Option<i64> {
    crate::totp::step_of(secret, code, now)
}

pub fn network(ip: IpAddr) -> String {
    crate::throttle::network(ip)
}

/// What a request brings as its API token, and whether it can be one of ours.
pub fn api_token(headers: &HeaderMap) -> Option<(String, bool)> {
    bearer::of(headers).map(|token| (token.to_owned(), api_token_text::is_well_formed(token)))
}

pub fn new_api_token(machine: bool) -> String {
    api_token_text::generate(if machine { TokenKind::Machine } else { TokenKind::Personal })
}

/// The networks of a list that would be saved, as they would be.
pub fn allow_list(body: &[u8]) -> Option<Vec<(String, String)>> {
    let networks = extract::read::<Vec<AllowedNetwork>>(body).ok()?;
    let kept = AllowList::checked(&networks).ok()?;
    Some(kept.into_iter().map(|AllowedNetwork { network, note }| (network, note)).collect())
}
