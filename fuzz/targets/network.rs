//! A network in a list of those from which an organization is used, or of proxies: what is read is written and read again
//! as the same, and has its own first address in it.

#![no_main]

use atum_core::network::Network;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let Ok(network) = text.parse::<Network>() else { return };
    let written = network.to_string();
    assert_eq!(written.parse(), Ok(network), "{written}");
    let first = written.split('/').next().expect("an address").parse().expect("an address");
    assert!(network.contains(first), "{written}");
});
