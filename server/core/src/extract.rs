//! Axum's extractors with our problems in place of its plain texts.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequest, FromRequestParts, Request},
    http::{HeaderMap, request::Parts},
    response::{IntoResponse, Response},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{App, Problem, network::Network, problem::Kind};

/// A JSON body of at most 1 MiB.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &App) -> Result<Self, Problem> {
        let body = axum::body::to_bytes(request.into_body(), 1 << 20)
            .await
            .map_err(|_| Problem::new(Kind::TooLarge).detail("a JSON body has at most 1 MiB"))?;
        let mut deserializer = serde_json::Deserializer::from_slice(&body);
        serde_path_to_error::deserialize(&mut deserializer).map(Self).map_err(|error| unreadable(&error))
    }
}

/// A body that is JSON but not the right shape names the field; one that is no JSON says where it breaks.
fn unreadable(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    if error.inner().is_data() {
        return Problem::field(&pointer(error.path()), "invalid", error.inner().to_string());
    }
    Problem::new(Kind::Malformed).detail(format!("not JSON: {}", error.inner()))
}

/// RFC 6901, without the slash in front.
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let segments = path.iter().map(|segment| match segment {
        Segment::Seq { index } => index.to_string(),
        Segment::Map { key } => key.replace('~', "~0").replace('/', "~1"),
        Segment::Enum { variant } => variant.clone(),
        Segment::Unknown => "?".into(),
    });
    segments.collect::<Vec<_>>().join("/")
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
        axum::extract::Query::try_from_uri(&parts.uri)
            .map(|query| Self(query.0))
            .map_err(|rejection| Problem::new(Kind::Malformed).detail(rejection.body_text()))
    }
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
fn behind_proxies(peer: IpAddr, headers: &HeaderMap, proxies: &[Network]) -> IpAddr {
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
