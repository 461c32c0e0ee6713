//! For `fuzz/` alone: what reads headers, without a request around it.

use std::net::IpAddr;

use axum::http::HeaderMap;

use crate::{Result, extract, idempotency, network::Network, version};

pub fn behind_proxies(peer: IpAddr, headers: &HeaderMap, proxies: &[Network]) -> IpAddr {
    extract::behind_proxies(peer, headers, proxies)
}

pub fn if_match(headers: &HeaderMap) -> Result<Option<i64>> {
    Ok(version::read(headers)?.map(|version| version.0))
}

pub fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>> {
    Ok(idempotency::key(headers)?.map(str::to_owned))
}
