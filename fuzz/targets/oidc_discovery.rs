//! What a provider says about itself: no address is called that is not behind TLS, and none that carries a password.

#![no_main]

use atum_identity::fuzzing::single_sign_on::{allowed, discovery};

libfuzzer_sys::fuzz_target!(|given: (&[u8], &str)| {
    let (document, address) = given;
    let found = discovery(document).into_iter().flatten().chain(allowed(address));
    for address in found {
        assert!(address.trim_start().to_ascii_lowercase().starts_with("https:"), "{address}");
    }
});
