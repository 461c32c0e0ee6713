//! What is typed at a sign-in: e-mail, codes of a telephone, recovery codes; and the network it is charged to.

#![no_main]

use std::net::Ipv6Addr;

use atum_identity::fuzzing::{email, network, recovery_code, totp_step};

libfuzzer_sys::fuzz_target!(|given: (&str, u128, i64)| {
    let (text, ip, second) = given;
    if let Some(email) = email(text) {
        assert!(email.len() <= 254 && email.contains('@') && !email.contains(char::is_whitespace));
    }
    let plain = recovery_code(text);
    assert_eq!(recovery_code(&plain), plain, "read twice is read once");
    let now = chrono::DateTime::from_timestamp(second.rem_euclid(4_000_000_000), 0).expect("a time");
    assert!(
        totp_step(b"12345678901234567890", text, now).is_none()
            || text.chars().filter(char::is_ascii_digit).count() >= 6
    );
    let network = network(Ipv6Addr::from(ip).into());
    assert!(network.ends_with("/24") || network.ends_with("/56"), "{network}");
});
