//! The session's cookie, among whatever else a browser sends: one that we set is read back, and no other name is taken
//! for it.

#![no_main]

use atum_identity::fuzzing::cookie;
use http::{HeaderMap, HeaderValue};

const NAME: &str = "__Host-atum_session";

libfuzzer_sys::fuzz_target!(|given: (&[u8], &[u8], u8)| {
    let (others, value, split) = given;
    let mut headers = HeaderMap::new();
    for line in [others, value] {
        let Ok(line) = HeaderValue::from_bytes(line) else { return };
        headers.append("cookie", line);
    }
    if let Some(read) = cookie(&headers, NAME) {
        let written = [others, value].concat();
        let name = NAME.as_bytes();
        assert!(written.windows(name.len()).any(|window| window == name), "{read:?} from nowhere");
    }
    // A token of ours is letters of base 64: nothing round it changes it.
    let token: String =
        value.iter().map(|byte| char::from(b"ABCDEFGHabcdefgh01234-_"[usize::from(byte % 23)])).collect();
    let others: String = others
        .iter()
        .filter(|byte| byte.is_ascii_alphanumeric() || b" =".contains(byte))
        .map(|byte| char::from(*byte))
        .collect();
    let (before, after) = others.split_at(usize::from(split).min(others.len()));
    let line = format!("a{before}; {NAME}={token}; b{after}");
    let mut headers = HeaderMap::new();
    headers.insert("cookie", HeaderValue::from_str(&line).expect("letters"));
    assert_eq!(cookie(&headers, NAME), Some(token), "{line}");
});
