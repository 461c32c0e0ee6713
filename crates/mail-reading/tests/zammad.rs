//! Agreement with the answers of another helpdesk, kept beside the repository: shared/corpora/mail/zammad.

#![expect(clippy::unwrap_used, reason = "a test that meets the unexpected fails where it met it")]

use std::{collections::BTreeSet, path::PathBuf};

use mail_reading::{Kind, Reading, read};
use serde_json::Value;
use sha2::{Digest, Sha256};

fn place() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora/mail/zammad")
}

fn visible(text: &str, html: bool) -> String {
    let text = if html { mail_text::html::visible(text).text } else { text.to_owned() };
    let text = text.replace("no visible content", "");
    let white = |c: char| {
        c.is_whitespace()
            || matches!(c, '\u{a0}' | '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{ad}' | '\u{feff}' | '\u{2060}')
    };
    text.chars().filter(|c| !white(*c)).collect()
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn addresses(text: &str) -> BTreeSet<String> {
    let found = regex::Regex::new(r#"[^\s<>,;"'\[\]()]+@[^\s<>,;"'\[\]()]+"#).unwrap();
    found.find_iter(text).map(|m| m.as_str().to_lowercase()).collect()
}

fn lf(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for (i, b) in bytes.iter().enumerate() {
        if *b == b'\r' && bytes.get(i + 1) == Some(&b'\n') {
            continue;
        }
        out.push(*b);
    }
    out
}

/// A mail on which we disagree, in which fields, what our answer is, and why.
type Disagreement = (&'static str, &'static [&'static str], fn(&Reading) -> bool, &'static str);

const DISAGREEMENTS: &[Disagreement] = &[
    (
        "mail021",
        &["body"],
        |ours| ours.body.contains('\u{fffd}'),
        "Spam whose bytes are not its declared charset: we show that one was wrong; HTML5 gives another sign for the entity lang than HTML4.",
    ),
    (
        "mail025",
        &["body", "bytes", "names"],
        |ours| ours.body.trim().is_empty() && ours.attachments.len() == 1,
        "The text is one uuencoded file: it is an attachment, not a page of letters.",
    ),
    (
        "mail027",
        &["kind"],
        |ours| ours.kind == Kind::Html,
        "HTML with nothing but a remote image stays HTML: the desk can say that an image is blocked.",
    ),
    (
        "mail035",
        &["from"],
        |ours| address(ours).chars().all(|sign| sign != '"'),
        "From is an address in quotation marks: the marks are not part of it.",
    ),
    (
        "mail064",
        &["names"],
        |ours| ours.attachments[0].name.contains('\u{301}'),
        "A name in windows-1258 with combining accents is read, not shown as other letters.",
    ),
    ("mail072", &["body"], |ours| ours.body.contains('à'), "A text in windows-1258 is read as that."),
    ("mail076", &["from", "name"], |ours| address(ours).starts_with('@'), "From is garbage: nothing is made of it."),
    (
        "mail085",
        &["body", "bytes", "names"],
        |ours| ours.body.len() > 100 && ours.attachments.is_empty(),
        "Two HTML parts one after the other are what the writer sees as one mail.",
    ),
    (
        "mail087",
        &["from", "name", "body", "bytes", "names"],
        |ours| !address(ours).contains(' ') && !ours.body.is_empty(),
        "A last part that never ends is still the text, and an address without brackets has a name before it.",
    ),
];

fn address(reading: &Reading) -> &str {
    reading.from.as_ref().map_or("", |from| &from.address)
}

#[test]
fn mails_agree_with_another_helpdesk() {
    let Ok(answers) = std::fs::read_to_string(place().join("answers.json")) else { return };
    let answers: Value = serde_json::from_str(&answers).unwrap();
    let (mut core, mut strict) = (0, 0);
    for (mail, answer) in answers.as_object().unwrap() {
        let reading = read(&std::fs::read(place().join(format!("{mail}.box"))).unwrap());
        let other: Vec<&str> =
            compared(&reading, answer).into_iter().filter(|(_, same)| !same).map(|(field, _)| field).collect();
        let listed = DISAGREEMENTS.iter().find(|(listed, ..)| listed == mail);
        assert_eq!(other, listed.map_or(&[][..], |(_, fields, ..)| fields), "{mail}: {reading:#?}");
        if let Some((_, _, ours, why)) = listed {
            assert!(ours(&reading), "{mail}: {why} {reading:#?}");
        }
        strict += usize::from(other.is_empty());
        core += usize::from(other.iter().all(|field| matches!(*field, "kind" | "names")));
    }
    assert!(core >= 46 && strict >= 44, "core {core}, strict {strict}");
}

/// The fields of the corpus's README, and whether each is equal.
fn compared(reading: &Reading, answer: &Value) -> Vec<(&'static str, bool)> {
    let text = |key: &str| answer[key].as_str().unwrap_or_default();
    let from = reading.from.clone().unwrap_or_default();
    let is_html = text("content_type") == "text/html";
    let attachments: Vec<&Value> =
        answer["attachments"].as_array().into_iter().flatten().filter(|of| of["html_body_copy"] != true).collect();
    let sums: Vec<[String; 2]> = reading.attachments.iter().map(|of| [of.sha256(), sum(&lf(&of.contents))]).collect();
    let found = |of: &&Value| {
        sums.iter().any(|[raw, lf]| raw == of["sha256"].as_str().unwrap() || lf == of["sha256_lf"].as_str().unwrap())
    };
    let mut names: Vec<&str> = attachments.iter().map(|of| of["filename"].as_str().unwrap_or_default()).collect();
    let mut ours: Vec<&str> = reading.attachments.iter().map(|of| of.name.as_str()).collect();
    names.sort_unstable();
    ours.sort_unstable();
    let to: BTreeSet<String> =
        reading.to.iter().map(|of| of.address.to_lowercase()).filter(|of| of.contains('@')).collect();
    vec![
        ("subject", folded(text("subject")) == folded(&reading.subject)),
        ("from", text("from_email").eq_ignore_ascii_case(&from.address)),
        ("name", folded(text("from_display_name")) == folded(&from.name)),
        ("to", addresses(text("to")) == to),
        ("body", visible(text("body"), is_html) == visible(&reading.body, false)),
        ("bytes", attachments.len() == sums.len() && attachments.iter().all(found)),
        ("names", names == ours),
        ("kind", is_html == (reading.kind == Kind::Html)),
    ]
}

fn sum(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}
