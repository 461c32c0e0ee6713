//! A mail's HTML: text without tags comes out, no longer than what came, and what is folded lies in it.

#![no_main]

use mail_text::html::visible;

libfuzzer_sys::fuzz_target!(|html: &str| {
    let seen = visible(html);
    let mut end = 0;
    for range in &seen.folded {
        assert!(range.start >= end && seen.text.get(range.clone()).is_some(), "{:?}", seen.folded);
        end = range.end;
    }
    // A reference such as &NotEqualTilde; becomes fewer bytes than it has; a line is begun by a tag at most.
    assert!(seen.text.len() <= 3 * html.len() + 16, "{} bytes of {}", seen.text.len(), html.len());
});
