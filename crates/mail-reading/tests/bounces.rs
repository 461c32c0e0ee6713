//! Agreement with another reader of bounces, kept beside the repository: shared/corpora/mail/bounces and not-bounces.

use std::path::PathBuf;

use mail_reading::read;
use serde_json::Value;

fn place() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora/mail")
}

#[test]
fn bounces_agree_with_another_reader() {
    let Ok(answers) = std::fs::read_to_string(place().join("bounces/answers.json")) else { return };
    let answers: Value = serde_json::from_str(&answers).unwrap();
    let (mut bounces, mut flagged, mut complaints, mut told, mut away, mut automatic) = (0, 0, 0, 0, 0, 0);
    let (mut structured, mut rows, mut status, mut class, mut hard, mut counted) = (0, 0, 0, 0, 0, 0);
    let (mut p_rows, mut p_all, mut p_class, mut p_hard, mut p_n) = (0, 0, 0, 0, 0);
    let mut ids = 0;
    for (mail, answer) in answers.as_object().unwrap() {
        let raw = std::fs::read(place().join("bounces/mails").join(mail)).unwrap();
        let reading = read(&raw);
        let wanted = answer["recipients"].as_array().unwrap();
        match answer["kind"].as_str().unwrap() {
            "bounce" => {
                bounces += 1;
                if reading.bounce.verdict { flagged += 1 } else { println!("not flagged {mail}: {} {:?}", reading.subject, reading.from) }
                ids += usize::from(reading.bounce.original_message_id.is_some());
                let got = &reading.bounce.recipients;
                let machine = raw.windows(23).any(|w| w.eq_ignore_ascii_case(b"message/delivery-status"));
                if machine {
                    structured += 1;
                    if got.len() == wanted.len() { rows += 1 } else { println!("rows {mail}: {} / {got:?}", wanted.len()) }
                } else {
                    p_all += 1;
                    if got.len() == wanted.len() { p_rows += 1 } else if std::env::var("PROSE").is_ok() { println!("prose rows {mail}: {} / {got:?}", wanted.len()) }
                }
                for (index, row) in wanted.iter().enumerate() {
                    let ours = got.get(index).cloned().unwrap_or_default();
                    let want = row["status"].as_str().unwrap();
                    let same_class = want.get(..1) == ours.status.get(..1);
                    let same_hard = row["hard"].as_bool().unwrap() == ours.hard;
                    if machine {
                        counted += 1;
                        status += usize::from(want == ours.status);
                        class += usize::from(same_class);
                        hard += usize::from(same_hard);
                        if !same_class { println!("class {mail}: {want} {} / {ours:?}", row["reason"]) }
                        if !same_hard { println!("hard {mail}: {want} {} / {ours:?}", row["reason"]) }
                    } else {
                        p_n += 1;
                        p_class += usize::from(same_class);
                        p_hard += usize::from(same_hard);
                    }
                }
            }
            "feedback" => { complaints += 1; if reading.bounce.complaint.is_some() { told += 1 } else { println!("complaint {mail}") } }
            _ => { away += 1; if reading.automatic.verdict { automatic += 1 } else { println!("vacation {mail}") }; if reading.bounce.verdict { println!("vacation as bounce {mail}") } }
        }
    }
    println!("flagged {flagged}/{bounces}, ids {ids}, complaints {told}/{complaints}, automatic {automatic}/{away}");
    println!("structured {structured}: rows {rows}, status {status}, class {class}, hard {hard} of {counted}");
    println!("prose {p_all}: rows {p_rows}, class {p_class}, hard {p_hard} of {p_n}");
    assert!(flagged * 100 >= bounces * 99 && class * 100 >= counted * 95 && hard * 100 >= counted * 85);
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
