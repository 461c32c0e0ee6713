//! The two cookies: the session, and the device that is known to have signed in before (see [`crate::throttle`]).

use std::time::Duration;

use atum_core::config::Config;
use axum::http::HeaderMap;
use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};

use crate::token::Token;

/// Browsers accept a `__Host-` cookie only from this very host, over TLS, for every path (RFC 6265bis §4.1.3.2). Without
/// TLS they would drop it, so plain HTTP uses plain names.
fn name(config: &Config, plain: &'static str, secured: &'static str) -> &'static str {
    if config.is_https() { secured } else { plain }
}

fn session_name(config: &Config) -> &'static str {
    name(config, "atum_session", "__Host-atum_session")
}

pub fn session(config: &Config, headers: &HeaderMap) -> Option<String> {
    value(headers, session_name(config))
}

pub fn with_session(config: &Config, jar: CookieJar, token: &Token) -> CookieJar {
    jar.add(cookie(config, session_name(config), token.as_str().to_owned(), crate::session::LIFETIME))
}

pub fn without_session(config: &Config, jar: CookieJar) -> CookieJar {
    jar.add(cookie(config, session_name(config), String::new(), Duration::ZERO))
}

fn value(headers: &HeaderMap, name: &str) -> Option<String> {
    CookieJar::from_headers(headers).get(name).map(|cookie| cookie.value().to_owned())
}

fn cookie(config: &Config, name: &'static str, value: String, lifetime: Duration) -> Cookie<'static> {
    Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(config.is_https())
        .max_age(lifetime.try_into().unwrap_or_default())
        .build()
}
