//! A telephone's code: six digits that one of three steps has, and nothing else.

#![no_main]

use atum_identity::fuzzing::totp_step;
use chrono::DateTime;

libfuzzer_sys::fuzz_target!(|given: (&[u8], &str, u32, u32)| {
    let (secret, text, number, second) = given;
    let now = DateTime::from_timestamp(second.into(), 0).expect("a time");
    for code in [text, &format!("{:06}", number % 1_000_000)] {
        let Some(step) = totp_step(secret, code, now) else { continue };
        assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()), "{code:?}");
        assert!((step - i64::from(second) / 30).abs() <= 1, "step {step} at {second}");
    }
});
