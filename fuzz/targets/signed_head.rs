//! A head of the audit chain that an auditor kept: nothing made up is ever taken for signed.

#![no_main]

use atum_audit::Head;

libfuzzer_sys::fuzz_target!(|given: (&[u8], &str)| {
    let (line, key) = given;
    let Ok(head) = serde_json::from_slice::<Head>(line) else { return };
    assert!(head.check(key).is_err(), "a signature out of nothing");
    assert!(head.check(&head.public_key).is_err(), "a signature out of nothing");
});
