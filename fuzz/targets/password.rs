//! A new password, with names that it must not hold: judged in bounded time, whatever it is.

#![no_main]

libfuzzer_sys::fuzz_target!(|given: (&str, &str)| {
    let (password, name) = given;
    if atum_identity::fuzzing::is_password(password, &[name]) {
        assert!((12..=256).contains(&password.chars().count()));
    }
});
