//! How many requests one caller may make. Whoever is signed in is counted by account, a program by its token: an office
//! shares one address. Only who is nobody yet is counted by address, and the doors where something is guessed
//! ([`is_door`]) more strictly. Beside these stands identity's throttle, which counts failures and not requests.
//!
//! - A session or token that was not seen lately is counted by address until it proves good, and given back then: made-up
//!   ones are counted together.
//! - This machine itself (127.0.0.0/8, ::1) has no count by address: behind a proxy that is not among the trusted ones
//!   everybody would share it.
//! - An address is one of IPv4 or the /64 of IPv6 that one machine may have all of.
//! - Counts are this process's own and are gone with it; each node of several counts for itself.

use std::{
    collections::{HashMap, hash_map::RandomState},
    fmt,
    hash::{BuildHasher, Hash},
    net::{IpAddr, Ipv6Addr},
    str::FromStr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::Response,
};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::{App, Problem, Result, extract::ClientAddress, problem::Kind};

/// So long a session or token counts as good without having been seen.
const REMEMBERED: TimeDelta = TimeDelta::minutes(10);
/// So many counts are kept before those that say nothing any more are looked for.
const ROOM: usize = 10_000;

/// `10:200`: ten a second on average, two hundred at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    pub per_second: f64,
    pub at_once: u32,
}

/// A rate, or `none`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit(pub Option<Rate>);

impl FromStr for Limit {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "is no limit such as 10:200 (a second, at once) or none";
        if text == "none" {
            return Ok(Self(None));
        }
        let (per_second, at_once) = text.split_once(':').ok_or(FORM)?;
        let rate =
            Rate { per_second: per_second.parse().map_err(|_| FORM)?, at_once: at_once.parse().map_err(|_| FORM)? };
        let holds = rate.per_second.is_finite() && rate.per_second > 0.0 && rate.at_once > 0;
        if holds { Ok(Self(Some(rate))) } else { Err(FORM) }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(rate) => write!(f, "{}:{}", rate.per_second, rate.at_once),
            None => f.write_str("none"),
        }
    }
}

/// Each of them; `None` counts nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rates {
    pub caller: Option<Rate>,
    pub address: Option<Rate>,
    pub door: Option<Rate>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Whose {
    Account(Uuid),
    Token(Uuid),
    Address(IpAddr),
    Door(IpAddr),
}

/// The counts of one process.
#[derive(Clone, Default)]
pub struct Limits {
    rates: Rates,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Default)]
struct Kept {
    counts: HashMap<Whose, Count>,
    /// What proved good, by a hash that nobody outside can foresee, and when it was last seen.
    good: HashMap<u64, DateTime<Utc>>,
    hasher: RandomState,
}

#[derive(Debug, Clone, Copy)]
struct Count {
    left: f64,
    at: DateTime<Utc>,
}

impl Count {
    fn at(self, rate: Rate, now: DateTime<Utc>) -> Self {
        // A clock that was put back takes nothing away.
        let passed = (now - self.at).as_seconds_f64().max(0.0);
        Self { left: (self.left + passed * rate.per_second).min(f64::from(rate.at_once)), at: now }
    }
}

impl Limits {
    pub fn new(rates: Rates) -> Self {
        Self { rates, kept: Arc::default() }
    }

    fn rate(&self, whose: Whose) -> Option<Rate> {
        match whose {
            Whose::Account(_) | Whose::Token(_) => self.rates.caller,
            Whose::Address(_) => self.rates.address,
            Whose::Door(_) => self.rates.door,
        }
    }

    /// Counts one request, or refuses it with 429 and `Retry-After`.
    pub fn take(&self, whose: Whose, now: DateTime<Utc>) -> Result<()> {
        let Some(rate) = self.rate(whose) else { return Ok(()) };
        let mut kept = self.kept();
        if kept.counts.len() >= ROOM {
            kept.counts.retain(|whose, count| {
                self.rate(*whose).is_some_and(|rate| count.at(rate, now).left < f64::from(rate.at_once))
            });
        }
        let full = Count { left: f64::from(rate.at_once), at: now };
        let count = kept.counts.entry(whose).or_insert(full);
        *count = count.at(rate, now);
        if count.left >= 1.0 {
            count.left -= 1.0;
            return Ok(());
        }
        let wait = ((1.0 - count.left) / rate.per_second).ceil().max(1.0) as u64;
        tracing::debug!("{whose:?} is over its limit of {}", Limit(Some(rate)));
        let detail = format!("wait {wait} s before the next request");
        Err(Problem::new(Kind::TooManyRequests).detail(detail).retry_after(wait))
    }

    fn give_back(&self, whose: Whose) {
        if let Some(count) = self.kept().counts.get_mut(&whose) {
            count.left += 1.0;
        }
    }

    fn is_good(&self, secret: &str, now: DateTime<Utc>) -> bool {
        let kept = self.kept();
        kept.good.get(&kept.hasher.hash_one(secret)).is_some_and(|seen| now - *seen < REMEMBERED)
    }

    fn remember(&self, secret: &str, good: bool, now: DateTime<Utc>) {
        let mut kept = self.kept();
        let hash = kept.hasher.hash_one(secret);
        if !good {
            kept.good.remove(&hash);
            return;
        }
        if kept.good.len() >= ROOM {
            kept.good.retain(|_, seen| now - *seen < REMEMBERED);
        }
        kept.good.insert(hash, now);
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One request's way: laid down by the layer, marked by who finds out whose it is.
#[derive(Default)]
struct Pass {
    known: AtomicBool,
}

/// The layer for every route. What is no operation of the API is not counted.
pub async fn admit(State(app): State<App>, request: Request, next: Next) -> Result<Response> {
    if !request.uri().path().starts_with("/api/") {
        return Ok(next.run(request).await);
    }
    let (mut parts, body) = request.into_parts();
    let now = app.clock.now();
    let address = counted_address(&mut parts, &app).await;
    if let Some(address) = address.filter(|_| is_door(&parts.method, parts.uri.path())) {
        app.limits.take(Whose::Door(address), now)?;
    }
    let secret = secret(&parts.headers);
    let is_good = secret.as_deref().is_some_and(|secret| app.limits.is_good(secret, now));
    let charged = address.filter(|_| !is_good).map(Whose::Address);
    charged.map_or(Ok(()), |whose| app.limits.take(whose, now))?;
    let pass = Arc::new(Pass::default());
    parts.extensions.insert(pass.clone());
    let response = next.run(Request::from_parts(parts, body)).await;
    let known = pass.known.load(Ordering::Relaxed);
    if let Some(secret) = secret.filter(|_| known || response.status() == StatusCode::UNAUTHORIZED) {
        app.limits.remember(&secret, known, now);
    }
    charged.filter(|_| known).into_iter().for_each(|whose| app.limits.give_back(whose));
    Ok(response)
}

/// Called by identity when it knows whose request it is: once a request, however often somebody asks.
pub fn identified(parts: &Parts, app: &App, whose: Whose) -> Result<()> {
    let first = parts.extensions.get::<Arc<Pass>>().is_some_and(|pass| !pass.known.swap(true, Ordering::Relaxed));
    if first { app.limits.take(whose, app.clock.now()) } else { Ok(()) }
}

async fn counted_address(parts: &mut Parts, app: &App) -> Option<IpAddr> {
    let ClientAddress(address) = ClientAddress::from_request_parts(parts, app).await.unwrap_or(ClientAddress(None));
    address.map(|address| address.to_canonical()).filter(|address| !address.is_loopback()).map(
        |address| match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64)).into(),
        },
    )
}

/// What says who is asking: the header of a token, or the session's cookie, of either name.
fn secret(headers: &HeaderMap) -> Option<String> {
    if let Some(header) = headers.get(header::AUTHORIZATION) {
        return Some(String::from_utf8_lossy(header.as_bytes()).into_owned());
    }
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|cookies| cookies.split(';')).map(str::trim);
    pairs.find(|pair| pair.starts_with("atum_session=") || pair.starts_with("__Host-atum_session=")).map(str::to_owned)
}

/// Where passwords, codes, passkeys and invitations are tried, and mails are asked for.
fn is_door(method: &Method, path: &str) -> bool {
    let Some(path) = path.strip_prefix("/api/v1/") else { return false };
    let is_invitation = path.strip_prefix("invitations/").is_some_and(|token| !token.contains('/'));
    let is_start = path.starts_with("session/single-sign-on/") && path.ends_with("/start");
    let tries = [
        "session",
        "session/passkey",
        "session/passkey/challenge",
        "session/second-factor",
        "session/second-factor/passkey",
        "password-requests",
    ];
    (*method == Method::POST && (is_invitation || tries.contains(&path))) || (*method == Method::GET && is_start)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { per_second: 10.0, at_once: 20 };

    fn start() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn heard(limits: &Limits, whose: Whose, tries: usize, now: DateTime<Utc>) -> usize {
        (0..tries).filter(|_| limits.take(whose, now).is_ok()).count()
    }

    #[test]
    fn so_many_at_once_and_then_so_many_a_second() {
        let limits = Limits::new(Rates { caller: Some(RATE), ..Rates::default() });
        let (one, other) = (Whose::Account(Uuid::from_u128(1)), Whose::Token(Uuid::from_u128(1)));
        assert_eq!(heard(&limits, one, 100, start()), 20);
        assert_eq!(heard(&limits, other, 1, start()), 1, "others have their own");
        assert_eq!(heard(&limits, one, 100, start() + TimeDelta::milliseconds(500)), 5);
        assert_eq!(heard(&limits, one, 100, start() - TimeDelta::days(1)), 0, "a clock that is put back gives nothing");
        assert_eq!(heard(&limits, one, 100, start() + TimeDelta::days(1)), 20);
        assert_eq!(heard(&limits, Whose::Address(Ipv6Addr::LOCALHOST.into()), 100, start()), 100, "no limit");
    }

    #[test]
    fn waiting_as_told_is_enough() {
        let slow = Rate { per_second: 0.4, at_once: 1 };
        let limits = Limits::new(Rates { door: Some(slow), ..Rates::default() });
        let whose = Whose::Door(Ipv6Addr::LOCALHOST.into());
        assert_eq!(heard(&limits, whose, 2, start()), 1);
        let wait = limits.take(whose, start()).unwrap_err().retry_after_seconds.unwrap();
        assert_eq!(wait, 3);
        assert_eq!(heard(&limits, whose, 1, start() + TimeDelta::seconds(2)), 0);
        assert_eq!(heard(&limits, whose, 1, start() + TimeDelta::seconds(3)), 1);
    }

    #[test]
    fn counts_that_say_nothing_any_more_are_dropped() {
        let limits = Limits::new(Rates { address: Some(RATE), ..Rates::default() });
        for n in 0..30_000_u32 {
            let now = start() + TimeDelta::milliseconds(n.into());
            limits.take(Whose::Address(std::net::Ipv4Addr::from(n).into()), now).unwrap();
        }
        assert!(limits.kept().counts.len() <= ROOM);
    }

    #[test]
    fn limits_are_read_as_they_are_written() {
        for text in ["10:200", "0.5:1", "none"] {
            assert_eq!(text.parse::<Limit>().unwrap().to_string(), text);
        }
        for text in ["", "10", "0:5", "5:0", "-1:5", "inf:5", "a:b", "1:2:3"] {
            assert!(text.parse::<Limit>().is_err(), "{text}");
        }
    }

    #[test]
    fn doors_are_where_something_is_tried() {
        for path in ["session", "session/passkey/challenge", "password-requests", "invitations/abc"] {
            assert!(is_door(&Method::POST, &format!("/api/v1/{path}")), "{path}");
            assert!(!is_door(&Method::GET, &format!("/api/v1/{path}")), "{path}");
        }
        assert!(is_door(&Method::GET, "/api/v1/session/single-sign-on/acme/start"));
        assert!(!is_door(&Method::POST, "/api/v1/tickets"));
    }
}
