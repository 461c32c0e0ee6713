//! `X-Forwarded-For`: nobody but a configured proxy is believed, and a proxy only about what it saw.

#![no_main]

use std::net::{IpAddr, Ipv4Addr};

use atum_core::fuzzing::behind_proxies;
use http::{HeaderMap, HeaderValue};

libfuzzer_sys::fuzz_target!(|given: (&[u8], &[u8], u32)| {
    let (first, second, proxy) = given;
    let mut headers = HeaderMap::new();
    for value in [first, second] {
        let Ok(value) = HeaderValue::from_bytes(value) else { return };
        headers.append("x-forwarded-for", value);
    }
    let peer: IpAddr = Ipv4Addr::LOCALHOST.into();
    let proxy: IpAddr = Ipv4Addr::from(proxy).into();
    assert_eq!(behind_proxies(peer, &headers, &[]), peer);
    let network = |address: IpAddr| address.to_string().parse().expect("an address is a network");
    let seen = behind_proxies(peer, &headers, &[network(peer), network(proxy)]);
    let written = [first, second].concat();
    let is_written =
        || String::from_utf8_lossy(&written).contains(|letter: char| letter.is_ascii_hexdigit() || letter == ':');
    assert!(seen == peer || is_written(), "an address from nowhere");
});
