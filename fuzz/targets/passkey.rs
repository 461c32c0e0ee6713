//! Answers of an authenticator: nothing made up signs in, and a passkey that is taken is one that can be checked later.

#![no_main]

use std::sync::LazyLock;

use atum_identity::fuzzing::{Passkeys, attested};

static PASSKEYS: LazyLock<Passkeys> = LazyLock::new(Passkeys::default);

libfuzzer_sys::fuzz_target!(|given: (&[u8], &[u8], Option<&str>, u8)| {
    let (first, second, text, flags) = given;
    assert!(!PASSKEYS.signed_in(first), "an answer out of nothing");
    assert!(!PASSKEYS.signed(first, second, text), "a signature out of nothing");
    let taken = [PASSKEYS.added(first), PASSKEYS.attested(first), PASSKEYS.attested(&attested(flags, second))];
    for (length, algorithm) in taken.into_iter().flatten() {
        assert!((16..=1023).contains(&length));
        assert!([-8, -7, -35, -257, -258].contains(&algorithm));
    }
});
