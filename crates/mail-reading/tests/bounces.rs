//! Agreement with another reader of bounces, kept beside the repository: shared/corpora/mail/bounces and not-bounces.

#![expect(clippy::unwrap_used, reason = "a test that meets the unexpected fails where it met it")]

use std::path::PathBuf;

use mail_reading::{Reading, read};
use serde_json::Value;

fn place() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora/mail")
}

/// So many of so many, as the corpus's README counts them.
#[derive(Debug, Default)]
struct Tally {
    right: usize,
    all: usize,
}

impl Tally {
    fn count(&mut self, right: bool) {
        self.right += usize::from(right);
        self.all += 1;
    }

    fn percent(&self) -> usize {
        self.right * 100 / self.all.max(1)
    }
}

#[derive(Debug, Default)]
struct Agreement {
    flagged: Tally,
    complaints: Tally,
    automatic: Tally,
    status: Tally,
    class: Tally,
    hard: Tally,
}

#[test]
fn bounces_agree_with_another_reader() {
    let Ok(answers) = std::fs::read_to_string(place().join("bounces/answers.json")) else { return };
    let answers: Value = serde_json::from_str(&answers).unwrap();
    let mut agreement = Agreement::default();
    for (mail, answer) in answers.as_object().unwrap() {
        let raw = std::fs::read(place().join("bounces/mails").join(mail)).unwrap();
        agreement.compare(&raw, &read(&raw), answer);
    }
    let Agreement { flagged, complaints, automatic, class, hard, .. } = &agreement;
    assert!(flagged.percent() >= 99, "{agreement:?}");
    assert!(class.percent() >= 95 && hard.percent() >= 85, "{agreement:?}");
    assert!(complaints.right >= 8 && automatic.percent() == 100, "{agreement:?}");
}

impl Agreement {
    fn compare(&mut self, raw: &[u8], reading: &Reading, answer: &Value) {
        match answer["kind"].as_str().unwrap() {
            "bounce" => self.flagged.count(reading.bounce.verdict),
            "feedback" => self.complaints.count(reading.bounce.complaint.is_some()),
            _ => self.automatic.count(reading.automatic.verdict && !reading.bounce.verdict),
        }
        let structured = raw.windows(23).any(|part| part.eq_ignore_ascii_case(b"message/delivery-status"));
        if structured && answer["kind"] == "bounce" {
            self.compare_rows(reading, answer["recipients"].as_array().unwrap());
        }
    }

    fn compare_rows(&mut self, reading: &Reading, rows: &[Value]) {
        for (index, row) in rows.iter().enumerate() {
            let ours = reading.bounce.recipients.get(index).cloned().unwrap_or_default();
            let status = row["status"].as_str().unwrap();
            self.status.count(ours.status == status);
            self.class.count(ours.status.get(..1) == status.get(..1));
            self.hard.count(row["hard"] == ours.hard);
        }
    }
}

#[test]
fn ordinary_mails_are_no_bounces() {
    let Ok(mails) = std::fs::read_dir(place().join("not-bounces")) else { return };
    for mail in mails.map(|mail| mail.unwrap().path()) {
        let reading = read(&std::fs::read(&mail).unwrap());
        assert!(!reading.bounce.verdict && reading.bounce.complaint.is_none(), "{mail:?} {:?}", reading.bounce);
        assert!(!reading.automatic.verdict, "{mail:?} {:?}", reading.automatic);
    }
}
