//! A mail's text: what is folded and what is left are the whole text, byte by byte, and something is left.

#![no_main]

use mail_text::{fold, unfolded};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let ranges = fold(text);
    let (mut whole, mut from) = (String::new(), 0);
    for range in &ranges {
        assert!(range.start >= from && range.start < range.end, "out of order: {ranges:?}");
        whole.push_str(&text[from..range.start]);
        whole.push_str(&text[range.clone()]);
        from = range.end;
    }
    whole.push_str(&text[from..]);
    assert_eq!(whole, text);
    let folded: usize = ranges.iter().map(ExactSizeIterator::len).sum();
    assert_eq!(unfolded(text, &ranges).len() + folded, text.len());
});
