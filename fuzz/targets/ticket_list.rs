//! A ticket in a path, and the filters of the list: read, or refused with words.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Some(read) = atum_tickets::fuzzing::ticket_reference(text) {
        assert_eq!(atum_tickets::fuzzing::ticket_reference(&read).as_ref(), Some(&read), "written and read again");
    }
    if let Some(statuses) = atum_tickets::fuzzing::statuses(text) {
        assert!(
            !statuses.is_empty()
                && statuses.iter().all(|status| status.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
        );
    }
});
