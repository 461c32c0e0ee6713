//! The addresses that an organization is used from, as an admin sends them: what is kept is read again as the same, and
//! no network is there twice.

#![no_main]

use std::collections::HashSet;

use atum_core::network::Network;
use atum_identity::fuzzing::allow_list;

libfuzzer_sys::fuzz_target!(|given: (&[u8], Vec<(&str, &str)>)| {
    let (body, entries) = given;
    let entries: Vec<_> =
        entries.iter().map(|(network, note)| serde_json::json!({ "network": network, "note": note })).collect();
    let ours = serde_json::to_vec(&entries).expect("JSON");
    for kept in [allow_list(body), allow_list(&ours)].into_iter().flatten() {
        assert!(kept.len() <= 200);
        let mut seen = HashSet::new();
        for (network, note) in kept {
            let read: Network = network.parse().expect("it was written by us");
            assert_eq!(read.to_string(), network);
            assert!(note.chars().count() <= 120 && note.trim() == note && !note.contains('\0'), "{note:?}");
            assert!(seen.insert(network), "twice");
        }
    }
});
