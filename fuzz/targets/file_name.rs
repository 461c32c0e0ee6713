//! A file's name: harmless after one cleaning, the same after two, and sent back so that it can be read and not broken
//! out of.

#![no_main]

use atum_files::fuzzing::{clean, disposition};

libfuzzer_sys::fuzz_target!(|name: &str| {
    let Some(kept) = clean(name) else { return };
    assert!(!kept.is_empty() && kept.len() <= 255);
    assert!(!kept.contains(['/', '\\']) && !kept.chars().any(char::is_control));
    assert!(kept != "." && kept != "..");
    assert_eq!(clean(&kept).as_ref(), Some(&kept), "cleaning twice is cleaning once");
    let header = disposition(&kept);
    assert!(http::HeaderValue::from_str(&header).is_ok() && header.is_ascii(), "{header}");
    assert_eq!(header.matches('"').count(), 2, "{header}");
    let exact = header.split_once("filename*=UTF-8''").expect("the exact name").1;
    assert_eq!(decoded(exact), kept.as_bytes());
});

fn decoded(text: &str) -> Vec<u8> {
    let mut bytes = text.bytes();
    let mut decoded = vec![];
    while let Some(byte) = bytes.next() {
        let mut digit = || char::from(bytes.next().expect("two digits")).to_digit(16).expect("a digit") as u8;
        decoded.push(if byte == b'%' { digit() * 16 + digit() } else { byte });
    }
    decoded
}
