//! What people type into the search is words, never query syntax.

#![no_main]

use atum_tickets::fuzzing::{number, prefixes};

libfuzzer_sys::fuzz_target!(|words: &str| {
    if let Some(query) = prefixes(words) {
        let terms: Vec<&str> = query.split(" & ").collect();
        assert!((1..=8).contains(&terms.len()));
        for term in terms {
            let word = term.strip_suffix(":*").unwrap_or(term);
            assert!(
                !word.is_empty()
                    && !word.contains(|c: char| c.is_ascii_punctuation() || c.is_whitespace() || c == '\0')
            );
        }
    }
    if let Some(number) = number(words) {
        assert!(words.contains(&number.unsigned_abs().to_string()) || words.contains('0') || words.contains('+'));
    }
});
