//! Promises as an admin sends them: what is taken has one target for each priority, each of a minute or more.

#![no_main]

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    if let Some(minutes) = atum_sla::fuzzing::policy(body) {
        assert_eq!(minutes.len(), 4);
        assert!(minutes.into_iter().flatten().all(|minutes| (1..=527_040).contains(&minutes)));
    }
});
