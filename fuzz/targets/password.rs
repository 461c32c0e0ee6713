//! A new password, with names that it must not hold: judged in bounded time, whatever it is.

#![no_main]

libfuzzer_sys::fuzz_target!(|given: (&str, &str)| {
    let (password, name) = given;
    if atum_identity::check_password(password, &[name]).is_ok() {
        assert!((12..=256).contains(&password.chars().count()));
    }
});
