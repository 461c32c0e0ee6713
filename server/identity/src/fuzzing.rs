//! For `fuzz/` alone: what reads what is typed at a sign-in, and a browser's headers.

use std::net::IpAddr;

use axum::http::HeaderMap;
use chrono::{DateTime, Utc};

pub fn cookies(headers: &HeaderMap) -> Vec<String> {
    ["atum_session", "__Host-atum_session"].iter().filter_map(|name| crate::cookie::value(headers, name)).collect()
}

pub fn is_own(headers: &HeaderMap, public_url: &str) -> bool {
    crate::cross_origin::is_own(headers, public_url)
}

/// As it is kept, if it is one.
pub fn email(text: &str) -> Option<String> {
    Some(crate::account::normalized(text)).filter(|email| crate::account::is_email(email))
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
