//! `Last-Event-ID`: a horizon of ours is read back, whatever else is a stream that begins anew.

#![no_main]

use atum_tickets::fuzzing::resumed;
use http::{HeaderMap, HeaderValue};

libfuzzer_sys::fuzz_target!(|given: (&[u8], i64)| {
    let (value, horizon) = given;
    let mut headers = HeaderMap::new();
    headers.insert("last-event-id", HeaderValue::from(horizon));
    assert_eq!(resumed(&headers), Some(horizon));
    let Ok(value) = HeaderValue::from_bytes(value) else { return };
    let digits = value.as_bytes().iter().all(|byte| byte.is_ascii_digit() || b"+-".contains(byte));
    headers.insert("last-event-id", value);
    assert!(digits || resumed(&headers).is_none());
});
