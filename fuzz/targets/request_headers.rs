//! The headers that we read ourselves: `If-Match`, `Idempotency-Key`, the cookies, where a browser's request comes from.

#![no_main]

use http::{HeaderMap, HeaderValue};

libfuzzer_sys::fuzz_target!(|given: (u8, &[u8], &[u8])| {
    let (which, first, second) = given;
    let names = ["if-match", "idempotency-key", "cookie", "sec-fetch-site", "origin", "host"];
    let mut headers = HeaderMap::new();
    for (name, value) in names.iter().cycle().skip(usize::from(which)).zip([first, second]) {
        let Ok(value) = HeaderValue::from_bytes(value) else { return };
        headers.append(*name, value);
    }
    if let Ok(Some(version)) = atum_core::fuzzing::if_match(&headers) {
        assert!(headers.contains_key("if-match"), "version {version} from nowhere");
    }
    if let Ok(Some(key)) = atum_core::fuzzing::idempotency_key(&headers) {
        assert!((1..=200).contains(&key.len()) && key.is_ascii());
    }
    let _ = atum_identity::fuzzing::cookies(&headers);
    let is_own = atum_identity::fuzzing::is_own(&headers, "https://desk.example");
    assert!(
        !is_own
            || !headers.get("origin").is_some_and(|origin| origin == "https://evil.example")
            || headers.contains_key("sec-fetch-site")
            || headers.get("host").is_some_and(|host| host == "evil.example")
    );
});
