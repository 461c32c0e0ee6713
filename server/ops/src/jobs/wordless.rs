//! What is left of a job when every word of a customer is taken out.

use serde_json::Value;

const MOST: usize = 400;

/// A payload's ids, numbers and yes or no; every text is `null`.
pub(super) fn payload(payload: Value) -> Value {
    match payload {
        Value::String(text) if uuid::Uuid::parse_str(&text).is_err() => Value::Null,
        Value::Array(items) => items.into_iter().map(self::payload).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, self::payload(value))).collect(),
        other => other,
    }
}

/// Why an attempt failed, without e-mail addresses and without what stands in quotation marks.
pub(crate) fn reason(reason: &str) -> String {
    let mut told = String::new();
    for (index, part) in unquoted(reason).split(' ').enumerate() {
        if index > 0 {
            told.push(' ');
        }
        told.push_str(if part.contains('@') { "…@…" } else { part });
    }
    match told.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &told[..end]),
        None => told,
    }
}

/// A quotation that is not closed goes to the end.
fn unquoted(text: &str) -> String {
    let mut told = String::new();
    let mut until = None;
    for letter in text.chars() {
        match until {
            Some(end) if letter == end => {
                told.push('…');
                told.push(letter);
                until = None;
            }
            Some(_) => {}
            None => {
                told.push(letter);
                until = closing(letter);
            }
        }
    }
    if until.is_some() {
        told.push('…');
    }
    told
}

/// An apostrophe quotes nothing: "can't".
fn closing(letter: char) -> Option<char> {
    match letter {
        '"' => Some('"'),
        '`' => Some('`'),
        '“' => Some('”'),
        '„' => Some('“'),
        '«' => Some('»'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_payload_keeps_its_ids_and_no_text() {
        let told = payload(json!({
            "message_id": "0199a7c2-4f6b-7c31-9d0e-000000000001", "subject": "My password is plum",
            "to": [{ "address": "amira@nile.test", "try": 2 }], "again": true,
        }));
        assert_eq!(
            told,
            json!({
                "message_id": "0199a7c2-4f6b-7c31-9d0e-000000000001", "subject": null,
                "to": [{ "address": null, "try": 2 }], "again": true,
            })
        );
    }

    #[test]
    fn a_reason_keeps_its_words_and_no_customers() {
        for (said, told) in [
            ("ran past its deadline", "ran past its deadline"),
            ("550 <amira@nile.test> is unknown", "550 …@… is unknown"),
            ("no file \"my salary.pdf\" here", "no file \"…\" here"),
            ("panicked: `secret` and “words” and more", "panicked: `…` and “…” and more"),
            ("an open \"quotation never ends", "an open \"…"),
            ("can't connect", "can't connect"),
        ] {
            assert_eq!(reason(said), told);
        }
        assert_eq!(reason(&"ä".repeat(500)).chars().count(), MOST + 1);
    }
}
