//! The type of a file by its content: always a media type, and nothing that a browser could run is called a picture.

#![no_main]

use atum_files::fuzzing::{detect, has_thumbnail};

libfuzzer_sys::fuzz_target!(|content: &[u8]| {
    let head = &content[..content.len().min(8192)];
    let kind = detect(head);
    assert!(kind.is_ascii() && kind.matches('/').count() == 1, "{kind}");
    let markup = head.trim_ascii_start().first() == Some(&b'<');
    assert!(!(markup && has_thumbnail(kind)), "markup is taken for {kind}");
});
