//! `Authorization: Bearer`: what is no token of ours is known without a database, and one changed letter shows.

#![no_main]

use atum_identity::fuzzing::{api_token, new_api_token};
use http::{HeaderMap, HeaderValue};

libfuzzer_sys::fuzz_target!(|given: (&[u8], bool, u8, u8)| {
    let (value, machine, at, to) = given;
    if let Some((token, well_formed)) = HeaderValue::from_bytes(value).ok().and_then(read) {
        assert!(token.trim() == token);
        assert!(!well_formed || (token.len() == 47 && token.starts_with("atum_")), "{token}");
    }
    let mut token = new_api_token(machine).into_bytes();
    let at = usize::from(at) % token.len();
    let is_same = token[at] == to;
    token[at] = to;
    let header = [b"bEARER ".as_slice(), &token].concat();
    if let Some((token, well_formed)) = HeaderValue::from_bytes(&header).ok().and_then(read) {
        assert_eq!(well_formed, is_same, "{token}");
    }
});

fn read(value: HeaderValue) -> Option<(String, bool)> {
    let mut headers = HeaderMap::new();
    headers.insert("authorization", value);
    api_token(&headers)
}
