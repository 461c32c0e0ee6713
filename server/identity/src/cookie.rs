//! The cookies: the session, the device that is known to have signed in before (see [`crate::throttle`]), and the
//! sign-in that waits for a second factor (see [`crate::challenge`]).

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

fn device_name(config: &Config) -> &'static str {
    name(config, "atum_device", "__Host-atum_device")
}

pub fn device(config: &Config, headers: &HeaderMap) -> Option<String> {
    value(headers, device_name(config))
}

pub fn with_device(config: &Config, jar: CookieJar, token: &Token) -> CookieJar {
    jar.add(cookie(config, device_name(config), token.as_str().to_owned(), crate::device::LIFETIME))
}

fn challenge_name(config: &Config) -> &'static str {
    name(config, "atum_challenge", "__Host-atum_challenge")
}

pub fn challenge(config: &Config, headers: &HeaderMap) -> Option<String> {
    value(headers, challenge_name(config))
}

pub fn with_challenge(config: &Config, jar: CookieJar, token: &Token) -> CookieJar {
    jar.add(cookie(config, challenge_name(config), token.as_str().to_owned(), crate::challenge::LIFETIME))
}

pub fn without_challenge(config: &Config, jar: CookieJar) -> CookieJar {
    jar.add(cookie(config, challenge_name(config), String::new(), Duration::ZERO))
}

fn single_sign_on_name(config: &Config) -> &'static str {
    name(config, "atum_single_sign_on", "__Host-atum_single_sign_on")
}

/// The browser that was sent to a provider.
pub fn single_sign_on(config: &Config, headers: &HeaderMap) -> Option<String> {
    value(headers, single_sign_on_name(config))
}

pub fn with_single_sign_on(config: &Config, jar: CookieJar, token: &Token) -> CookieJar {
    let lifetime = crate::single_sign_on::LIFETIME;
    jar.add(cookie(config, single_sign_on_name(config), token.as_str().to_owned(), lifetime))
}

fn link_name(config: &Config) -> &'static str {
    name(config, "atum_link", "__Host-atum_link")
}

/// The browser in which somebody came from a provider and has still to prove an account.
pub fn link(config: &Config, headers: &HeaderMap) -> Option<String> {
    value(headers, link_name(config))
}

pub fn with_link(config: &Config, jar: CookieJar, token: &Token) -> CookieJar {
    jar.add(cookie(config, link_name(config), token.as_str().to_owned(), crate::single_sign_on::LIFETIME))
}

pub fn without_link(config: &Config, jar: CookieJar) -> CookieJar {
    jar.add(cookie(config, link_name(config), String::new(), Duration::ZERO))
}

pub(crate) fn value(headers: &HeaderMap, name: &str) -> Option<String> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn config(public_url: &str) -> Config {
        Config {
            data_dir: "/nowhere".into(),
            public_url: public_url.into(),
            upload_limit_bytes: 0,
            trusted_proxies: vec![],
            metrics_token: None,
            breached_passwords_file: None,
            mail_listen: None,
            watched_certificates: vec![],
            secret_key: atum_core::config::SecretKey([0; 32]),
        }
    }

    fn written(public_url: &str) -> String {
        let jar = with_session(&config(public_url), CookieJar::new(), &Token::from("value".to_owned()));
        jar.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn behind_tls_the_cookie_is_bound_to_this_host() {
        let cookie = written("https://desk.example");
        assert_eq!(cookie, "__Host-atum_session=value; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=2592000");
    }

    #[test]
    fn without_tls_it_is_one_that_browsers_accept() {
        assert_eq!(
            written("http://127.0.0.1:8000"),
            "atum_session=value; HttpOnly; SameSite=Lax; Path=/; Max-Age=2592000"
        );
    }

    #[test]
    fn behind_tls_a_cookie_that_a_subdomain_could_have_planted_is_not_read() {
        let mut headers = HeaderMap::new();
        headers.insert("cookie", "atum_session=planted".parse().unwrap());
        assert_eq!(session(&config("https://desk.example"), &headers), None);
        assert_eq!(session(&config("http://desk.example"), &headers), Some("planted".into()));
    }
}
