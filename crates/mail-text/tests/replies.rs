//! Agreement with the answers of other projects, kept beside the repository: shared/corpora/mail/replies.

use std::path::Path;

fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn texts_agree_with_other_projects() {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora/mail/replies/text.jsonl");
    let Ok(cases) = std::fs::read_to_string(place) else { return };
    let (mut right, mut wrong) = (0, Vec::new());
    for case in cases.lines() {
        let case: serde_json::Value = serde_json::from_str(case).unwrap();
        let mail = case["mail"].as_str().unwrap();
        let reply = mail_text::unfolded(mail, &mail_text::fold(mail));
        if bare(&reply) == bare(case["reply"].as_str().unwrap()) {
            right += 1;
        } else {
            if std::env::var("SHOW").is_ok() {
                println!("=== {}\n{reply}\n--- wanted\n{}", case["id"], case["reply"].as_str().unwrap());
            }
            wrong.push(case["id"].as_str().unwrap().to_owned());
        }
    }
    println!("{right} of {}; not: {wrong:#?}", right + wrong.len());
    assert!(right >= 110, "{right}");
}

#[test]
fn html_agrees_with_another_project() {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora/mail/replies/html.jsonl");
    let Ok(cases) = std::fs::read_to_string(place) else { return };
    let mut right = 0;
    for case in cases.lines() {
        let case: serde_json::Value = serde_json::from_str(case).unwrap();
        let seen = mail_text::html::visible(case["mail"].as_str().unwrap());
        let reply = mail_text::unfolded(&seen.text, &seen.folded);
        if bare(&reply) == bare(case["reply"].as_str().unwrap()) {
            right += 1;
        } else {
            println!("=== {}\n{reply}\n--- of\n{}", case["id"], seen.text);
        }
    }
    assert!(right >= 8, "{right}");
}
