//! Axum's extractors with our problems in place of its plain texts.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequest, FromRequestParts, Request},
    http::{HeaderMap, request::Parts},
    response::{IntoResponse, Response},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{App, Problem, network::Network, problem::Kind};

/// A JSON body of at most 1 MiB.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &App) -> Result<Self, Problem> {
        let body = axum::body::to_bytes(request.into_body(), 1 << 20)
            .await
            .map_err(|_| Problem::new(Kind::TooLarge).detail("a JSON body has at most 1 MiB"))?;
        read(&body).map(Self)
    }
}

/// A body that is JSON but not the right shape names the field; one that is no JSON says where it breaks.
pub fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| unreadable(&error))?;
    deserializer.end().map_err(|error| malformed(&error))?;
    refuse_nul(body)?;
    Ok(value)
}

fn unreadable(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let inner = error.inner();
    if !inner.is_data() {
        return malformed(inner);
    }
    let words = inner.to_string();
    let (field, code) = nameless(&words).map_or((None, "invalid"), |(name, code)| (Some(name), code));
    let parts = error.path().iter().filter_map(part).chain(field.map(str::to_owned));
    Problem::field(&parts.map(|part| escaped(&part)).collect::<Vec<_>>().join("/"), code, words)
}

fn malformed(error: &serde_json::Error) -> Problem {
    Problem::new(Kind::Malformed).detail(format!("not JSON: {error}"))
}

/// Of a field that is absent or comes twice, serde tells the path to what it is in, and its name in words.
fn nameless(words: &str) -> Option<(&str, &'static str)> {
    let name = |begin: &str| words.strip_prefix(begin)?.split('`').next();
    name("missing field `")
        .map(|name| (name, "required"))
        .or_else(|| name("duplicate field `").map(|name| (name, "duplicate")))
}

fn part(segment: &serde_path_to_error::Segment) -> Option<String> {
    use serde_path_to_error::Segment;
    match segment {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key } => Some(key.clone()),
        Segment::Enum { .. } | Segment::Unknown => None,
    }
}

/// RFC 6901 §3.
fn escaped(part: &str) -> String {
    part.replace('~', "~0").replace('/', "~1")
}

/// PostgreSQL cannot hold a NUL in a text, wherever it is written: refused here for every field there is. In JSON it can
/// only be written as an escape.
fn refuse_nul(body: &[u8]) -> Result<(), Problem> {
    if !body.windows(6).any(|window| window == b"\\u0000") {
        return Ok(());
    }
    let value = serde_json::from_slice(body).map_err(|error| malformed(&error))?;
    match nul(&value) {
        Some(at) => Err(Problem::field(&at.join("/"), "invalid", "must not contain a NUL character")),
        None => Ok(()),
    }
}

/// Where there is a NUL in a name or a text.
fn nul(value: &Value) -> Option<Vec<String>> {
    let below = |part: String, value: &Value| nul(value).map(|rest| std::iter::once(part).chain(rest).collect());
    match value {
        Value::String(text) => text.contains('\0').then(Vec::new),
        Value::Array(items) => items.iter().enumerate().find_map(|(place, item)| below(place.to_string(), item)),
        Value::Object(fields) => fields.iter().find_map(|(name, value)| match name.contains('\0') {
            true => Some(vec![]),
            false => below(escaped(name), value),
        }),
        _ => None,
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        if let Some(name) = nul_in_query(parts.uri.query().unwrap_or_default()) {
            return Err(Problem::new(Kind::Malformed).detail(format!("{name} must not contain a NUL character")));
        }
        axum::extract::Query::try_from_uri(&parts.uri)
            .map(|query| Self(query.0))
            .map_err(|rejection| Problem::new(Kind::Malformed).detail(rejection.body_text()))
    }
}

/// The name of a parameter that PostgreSQL could not hold.
fn nul_in_query(query: &str) -> Option<&str> {
    let pair = query.split('&').find(|pair| pair.contains("%00"))?;
    Some(pair.split('=').next().unwrap_or(pair))
}

/// A path whose id cannot be read names nothing: 404, the same as an absent one.
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        axum::extract::Path::from_request_parts(parts, app)
            .await
            .map(|path| Self(path.0))
            .map_err(|_| Problem::not_found())
    }
}

/// The address a request came from. `X-Forwarded-For` counts only where the peer is a configured proxy, and then its
/// last entry that is none. `Forwarded` (RFC 7239) is not read: a proxy that sets the one header lets the other through
/// as the client wrote it.
pub struct ClientAddress(pub Option<IpAddr>);

impl FromRequestParts<App> for ClientAddress {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        Ok(Self(peer.map(|peer| behind_proxies(peer, &parts.headers, &app.config.trusted_proxies))))
    }
}

/// From the peer backwards, as long as a proxy vouches for the one before it. An entry that is no address ends the walk:
/// whatever stands before it was vouched for by nobody.
pub(crate) fn behind_proxies(peer: IpAddr, headers: &HeaderMap, proxies: &[Network]) -> IpAddr {
    // A socket for both families shows an IPv4 peer as ::ffff:127.0.0.1.
    let mut address = peer.to_canonical();
    let lines: Vec<&str> =
        headers.get_all("x-forwarded-for").iter().map(|value| value.to_str().unwrap_or("?")).collect();
    let mut hops: Vec<&str> = lines.iter().flat_map(|list| list.split(',')).map(str::trim).collect();
    while proxies.iter().any(|proxy| proxy.contains(address)) {
        match hops.pop().map(hop) {
            Some(Some(hop)) => address = hop,
            _ => break,
        }
    }
    address
}

/// Some proxies write the port as well: `203.0.113.9:4711`, `[2001:db8::9]:4711`.
fn hop(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address: Option<IpAddr> = bare.parse().ok();
    let address = address.or_else(|| text.parse().ok().map(|with_port: SocketAddr| with_port.ip()));
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &[&'static str], proxies: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        let proxies: Vec<Network> = proxies.iter().map(|proxy| proxy.parse().unwrap()).collect();
        behind_proxies(peer.parse().unwrap(), &headers, &proxies).to_string()
    }

    fn told(body: &str) -> Vec<(String, String)> {
        #[derive(Debug, serde::Deserialize)]
        #[expect(dead_code, reason = "only whether it can be read is looked at")]
        struct Order {
            title: String,
            lines: Vec<Line>,
        }
        #[derive(Debug, serde::Deserialize)]
        #[expect(dead_code, reason = "only whether it can be read is looked at")]
        struct Line {
            text: String,
        }
        let errors = read::<Order>(body.as_bytes()).map_err(|problem| problem.errors).err().unwrap_or_default();
        errors.into_iter().map(|error| (error.pointer, error.code)).collect()
    }

    #[test]
    fn the_field_at_fault_is_named() {
        for (body, pointer, code) in [
            (r#"{"lines": []}"#, "#/title", "required"),
            (r#"{"title": 1, "lines": []}"#, "#/title", "invalid"),
            (r#"{"title": "a", "title": "b", "lines": []}"#, "#/title", "duplicate"),
            (r#"{"title": "a", "lines": [{"text": "b"}, {}]}"#, "#/lines/1/text", "required"),
            (r#"{"title": "a", "lines": [{"text": []}]}"#, "#/lines/0/text", "invalid"),
            (r#"{"title": "a", "lines": {}}"#, "#/lines", "invalid"),
            (r#"[]"#, "#", "invalid"),
            (r#""words""#, "#", "invalid"),
            (r#"{"title": "a\u0000", "lines": []}"#, "#/title", "invalid"),
            (r#"{"title": "a", "lines": [], "x/y": ["\u0000"]}"#, "#/x~1y/0", "invalid"),
        ] {
            assert_eq!(told(body), [(pointer.to_owned(), code.to_owned())], "{body}");
        }
        assert_eq!(told(r#"{"title": "a\\u0000", "lines": []}"#), [], "a backslash and digits are no NUL");
    }

    #[test]
    fn what_follows_a_body_is_refused() {
        assert_eq!(read::<Value>(b"{} {}").unwrap_err().kind, Kind::Malformed);
        assert_eq!(read::<Value>(&b"[".repeat(1_000)).unwrap_err().kind, Kind::Malformed, "deep nesting");
    }

    #[test]
    fn a_parameter_that_the_database_cannot_hold_is_named() {
        assert_eq!(nul_in_query("limit=1&q=a%00b"), Some("q"));
        assert_eq!(nul_in_query("q=a%20b"), None);
    }

    #[test]
    fn a_stranger_cannot_choose_its_address() {
        assert_eq!(seen("203.0.113.9", &["10.0.0.1"], &["127.0.0.1"]), "203.0.113.9");
    }

    #[test]
    fn a_proxy_is_believed_about_its_own_peer_only() {
        assert_eq!(seen("127.0.0.1", &["6.6.6.6, 203.0.113.9"], &["127.0.0.1"]), "203.0.113.9");
        assert_eq!(seen("127.0.0.1", &["203.0.113.9, 10.0.0.2"], &["127.0.0.1", "10.0.0.2"]), "203.0.113.9");
        assert_eq!(seen("127.0.0.1", &["6.6.6.6", "203.0.113.9"], &["127.0.0.1"]), "203.0.113.9", "two lines");
    }

    #[test]
    fn a_network_of_proxies_is_believed() {
        assert_eq!(seen("172.18.0.5", &["6.6.6.6, 203.0.113.9, 172.18.0.7"], &["172.16.0.0/12"]), "203.0.113.9");
    }

    #[test]
    fn an_entry_that_cannot_be_read_hides_nobody_behind_it() {
        assert_eq!(seen("127.0.0.1", &["6.6.6.6, unknown"], &["127.0.0.1"]), "127.0.0.1");
        assert_eq!(seen("127.0.0.1", &["6.6.6.6, "], &["127.0.0.1"]), "127.0.0.1");
        assert_eq!(seen("127.0.0.1", &["6.6.6.6, _hidden, 10.0.0.2"], &["127.0.0.1", "10.0.0.2"]), "10.0.0.2");
    }

    #[test]
    fn ports_and_mapped_addresses_are_the_same_address() {
        assert_eq!(seen("127.0.0.1", &["6.6.6.6, 203.0.113.9:4711"], &["127.0.0.1"]), "203.0.113.9");
        assert_eq!(seen("::1", &["[2001:db8::9]:4711"], &["::1"]), "2001:db8::9");
        assert_eq!(seen("::ffff:127.0.0.1", &["::ffff:203.0.113.9"], &["127.0.0.1"]), "203.0.113.9");
    }

    #[test]
    fn a_proxy_that_names_nobody_is_the_address() {
        assert_eq!(seen("127.0.0.1", &[], &["127.0.0.1"]), "127.0.0.1");
    }
}
