//! Agreement with the answers of another helpdesk, kept beside the repository: shared/corpora/mail/zammad.

use std::{collections::BTreeSet, path::PathBuf};

use mail_reading::{Kind, read};
use serde_json::Value;
use sha2::{Digest, Sha256};

fn place() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora/mail/zammad")
}

fn visible(text: &str, html: bool) -> String {
    let text = if html { mail_text::html::visible(text).text } else { text.to_owned() };
    let text = text.replace("no visible content", "");
    let white = |c: char| c.is_whitespace() || matches!(c, '\u{a0}' | '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{ad}' | '\u{feff}' | '\u{2060}');
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
        if *b == b'\r' && bytes.get(i + 1) == Some(&b'\n') { continue; }
        out.push(*b);
    }
    out
}

#[test]
fn mails_agree_with_another_helpdesk() {
    let Ok(answers) = std::fs::read_to_string(place().join("answers.json")) else { return };
    let answers: Value = serde_json::from_str(&answers).unwrap();
    let (mut core, mut strict, mut all) = (0, 0, 0);
    let mut fields = std::collections::BTreeMap::<&str, usize>::new();
    for (mail, answer) in answers.as_object().unwrap() {
        let raw = std::fs::read(place().join(format!("{mail}.box"))).unwrap();
        let reading = read(&raw);
        let text = |key: &str| answer[key].as_str().unwrap_or_default();
        let from = reading.from.clone().unwrap_or_default();
        let attachments: Vec<&Value> = answer["attachments"].as_array().map(|all| all.iter().filter(|a| a["html_body_copy"] != true).collect()).unwrap_or_default();
        let ours: Vec<(String, String)> = reading.attachments.iter().map(|a| (a.sha256(), hex::encode(Sha256::digest(lf(&a.contents))))).collect();
        let bytes = attachments.len() == ours.len() && attachments.iter().all(|a| ours.iter().any(|(s, l)| s == a["sha256"].as_str().unwrap() || l == a["sha256_lf"].as_str().unwrap()));
        let mut names: Vec<&str> = attachments.iter().map(|a| a["filename"].as_str().unwrap_or_default()).collect();
        let mut our_names: Vec<&str> = reading.attachments.iter().map(|a| a.name.as_str()).collect();
        names.sort_unstable();
        our_names.sort_unstable();
        let is_html = text("content_type") == "text/html";
        let kind = if reading.kind == Kind::Html { "text/html" } else { "text/plain" };
        let our_to: BTreeSet<String> = reading.to.iter().map(|m| m.address.to_lowercase()).filter(|a| a.contains('@')).collect();
        let checks = [
            ("subject", folded(text("subject")) == folded(&reading.subject), format!("{:?} / {:?}", text("subject"), reading.subject)),
            ("from", text("from_email").eq_ignore_ascii_case(&from.address), format!("{:?} / {:?}", text("from_email"), from)),
            ("name", folded(text("from_display_name")) == folded(&from.name), format!("{:?} / {:?}", text("from_display_name"), from)),
            ("to", addresses(text("to")) == our_to, format!("{:?} / {:?}", text("to"), reading.to)),
            ("body", visible(text("body"), is_html) == visible(&reading.body, false), diff(&visible(text("body"), is_html), &visible(&reading.body, false))),
            ("bytes", bytes, format!("{:?} / {:?}", attachments.iter().map(|a| (&a["filename"], &a["bytes"])).collect::<Vec<_>>(), reading.attachments.iter().map(|a| (&a.name, &a.media_type, a.contents.len())).collect::<Vec<_>>())),
            ("names", names == our_names, format!("{names:?} / {our_names:?}")),
            ("kind", kind == text("content_type"), format!("{} / {kind}", text("content_type"))),
        ];
        all += 1;
        core += usize::from(checks[..6].iter().all(|c| c.1));
        strict += usize::from(checks.iter().all(|c| c.1));
        for (field, right, told) in checks {
            *fields.entry(field).or_default() += usize::from(right);
            if !right {
                println!("{mail} {field}: {told}");
            }
        }
    }
    println!("core {core} strict {strict} of {all}; {fields:?}");
    assert!(core >= 46 && strict >= 44 && fields["subject"] == all);
}

fn diff(a: &str, b: &str) -> String {
    let same = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let near = |t: &str| t.chars().skip(same.saturating_sub(10)).take(60).collect::<String>();
    format!("at {same}: {:?} / {:?}", near(a), near(b))
}
