//! Every part that malformed and ordinary mails declare is found: shared/corpora/mail/mail-parser, beside the repository.

#![expect(clippy::unwrap_used, reason = "a test that meets the unexpected fails where it met it")]

use std::path::{Path, PathBuf};

use mail_reading::{Reading, read};
use serde_json::Value;

fn letters(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).collect()
}

/// Everything that a reading holds, as letters and as bytes.
fn holds(reading: &Reading, part: &Value) -> bool {
    let text = |text: &str| {
        let wanted = letters(text);
        let seen = letters(&mail_text::html::visible(text).text);
        let body = letters(&reading.body) + &letters(reading.html.as_deref().unwrap_or_default());
        let files = reading.attachments.iter().map(|of| letters(&String::from_utf8_lossy(&of.contents)));
        let alternative = letters(reading.alternative.as_deref().unwrap_or_default());
        [body, alternative].into_iter().chain(files).any(|held| held.contains(&wanted) || held.contains(&seen))
    };
    let bytes = |bytes: &Value| {
        let bytes: Vec<u8> = serde_json::from_value(bytes.clone()).unwrap();
        reading.attachments.iter().any(|of| of.contents == bytes)
    };
    let (kind, of) = part["body"].as_object().unwrap().iter().next().unwrap();
    match kind.as_str() {
        "Text" | "Html" => text(of.as_str().unwrap()),
        "Binary" | "InlineBinary" => bytes(of),
        "Message" => reading.attachments.iter().any(|of| of.media_type.starts_with("message/")),
        _ => true,
    }
}

fn mails(place: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(place).into_iter().flatten().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            mails(&entry, found);
        } else if entry.extension().is_some_and(|of| of == "eml") {
            found.push(entry);
        }
    }
}

#[test]
fn every_declared_part_is_found() {
    let mut found = Vec::new();
    mails(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora/mail/mail-parser"), &mut found);
    for mail in found {
        let reading = read(&std::fs::read(&mail).unwrap());
        let answer: Value = serde_json::from_slice(&std::fs::read(mail.with_extension("json")).unwrap()).unwrap();
        for (index, part) in answer["parts"].as_array().unwrap().iter().enumerate() {
            assert!(holds(&reading, part), "{mail:?} part {index}: {:?}\n{reading:#?}", part["body"]);
        }
    }
}
