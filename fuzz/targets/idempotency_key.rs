//! `Idempotency-Key`: what is taken is what was sent, can be kept, and stands in its own header alone.

#![no_main]

use atum_core::fuzzing::idempotency_key;
use http::{HeaderMap, HeaderValue};

libfuzzer_sys::fuzz_target!(|given: (&[u8], &[u8])| {
    let mut headers = HeaderMap::new();
    for value in [given.0, given.1] {
        let Ok(value) = HeaderValue::from_bytes(value) else { return };
        headers.append("idempotency-key", value);
    }
    if let Ok(key) = idempotency_key(&headers) {
        let key = key.expect("it was sent");
        assert!((1..=200).contains(&key.len()) && !key.contains('\0'));
        assert_eq!(key.as_bytes(), given.0);
    }
    headers.remove("idempotency-key");
    assert_eq!(idempotency_key(&headers).expect("nothing to read"), None);
});
