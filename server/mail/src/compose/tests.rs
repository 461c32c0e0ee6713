#![cfg(test)]

use proptest::prelude::*;

use super::*;

fn explained(raw: &[u8]) -> serde_json::Value {
    serde_json::to_value(mail_reading::Explanation::of(&mail_reading::read(raw))).unwrap()
}

fn letter() -> Letter {
    let mailbox = |address: &str, name: &str| Mailbox {
        address: address.parse().unwrap(),
        name: Some(name.to_owned()).filter(|name| !name.is_empty()),
    };
    Letter {
        message_id: "t.42.7.mac@desk.example".into(),
        date: "2026-11-20T10:00:00Z".parse().unwrap(),
        from: mailbox("support@desk.example", "Acme Support"),
        reply_to: Some("support+t42.mac@desk.example".parse().unwrap()),
        to: vec![mailbox("ann@example.com", "Ann Müller")],
        cc: vec![mailbox("bob@example.com", "")],
        subject: "Re: Drucker brennt – ميناء".into(),
        in_reply_to: Some("first@example.com".into()),
        references: vec!["zero@example.com".into(), "first@example.com".into()],
        automatic: false,
        text: "Hello,\n\n.\nbye".into(),
        html: Some(in_page(&from_text("Hello <b>"), "en")),
        pictures: vec![],
        enclosed: vec![],
    }
}

fn picture(id: &str) -> Picture {
    Picture {
        id: id.into(),
        file: Enclosed { name: "shot.png".into(), media_type: "image/png".into(), bytes: vec![1; 90] },
    }
}

#[test]
fn the_same_letter_is_the_same_bytes() {
    let letter = Letter { pictures: vec![picture("p1@desk")], ..letter() };
    assert_eq!(letter.raw(), letter.raw());
}

#[test]
fn a_letter_reads_as_it_was_written() {
    let pdf =
        Enclosed { name: "Ä\r\nX-Evil: 1.pdf".into(), media_type: "application/pdf".into(), bytes: vec![7; 1000] };
    let letter = Letter { pictures: vec![picture("p1@desk")], enclosed: vec![pdf], ..letter() };
    let raw = letter.raw();
    let read = explained(&raw);
    assert_eq!(read["subject"], letter.subject);
    assert_eq!(read["from"]["address"], "support@desk.example");
    assert_eq!(read["to"][0]["name"], "Ann Müller");
    assert_eq!(read["cc"][0]["address"], "bob@example.com");
    assert_eq!(read["message_id"], letter.message_id);
    assert_eq!(read["references"], serde_json::json!(["zero@example.com", "first@example.com", letter.message_id]));
    assert_eq!(read["automatic"]["verdict"], false);
    let attachments: Vec<_> = read["attachments"].as_array().unwrap().iter().map(|file| &file["bytes"]).collect();
    assert_eq!(attachments, [90, 1000]);
    assert!(!String::from_utf8(raw).unwrap().contains("\r\nX-Evil"));
}

#[test]
fn only_what_no_person_wrote_says_so() {
    let automatic = Letter { automatic: true, ..letter() }.raw();
    let read = explained(&automatic);
    assert_eq!(read["automatic"]["verdict"], true);
    let personal = String::from_utf8(letter().raw()).unwrap();
    for (name, _) in [("Auto-Submitted", ()), ("Precedence", ()), ("X-Auto-Response-Suppress", ()), ("X-Atum-Loop", ())]
    {
        assert!(!personal.contains(name), "{name}");
    }
}

#[test]
fn references_keep_the_first_and_the_newest() {
    let references = (0..40).map(|number| format!("r{number}@x")).collect();
    let raw = String::from_utf8(Letter { references, ..letter() }.raw()).unwrap();
    let unfolded = raw.replace("\r\n ", " ");
    let line = unfolded.lines().find(|line| line.starts_with("References:")).unwrap();
    let ids: Vec<&str> = line.split_whitespace().skip(1).collect();
    assert_eq!((ids.len(), ids[0], ids[1], ids[19]), (20, "<r0@x>", "<r22@x>", "<t.42.7.mac@desk.example>"));
}

#[test]
fn lines_find_their_direction_and_addresses_are_links() {
    let html = from_text("See https://desk.example/a?b=1&c=<2>.\n\nمرحبا");
    assert!(html.contains("<a href=\"https://desk.example/a?b=1&amp;c=\""), "{html}");
    assert!(html.contains("&lt;2&gt;"), "{html}");
    assert_eq!(html.matches("<p dir=\"auto\"").count(), 2);
    assert!(in_page("", "ar").contains("<html lang=\"ar\" dir=\"rtl\">"));
}

proptest! {
    /// Whatever people write into names, subjects and ids, a mail has the headers that it should have and no other.
    #[test]
    fn no_value_begins_a_header(name in any::<String>(), subject in any::<String>(), id in any::<String>()) {
        let mut given = letter();
        given.from.name = Some(name);
        given.subject = subject;
        given.in_reply_to = Some(id.clone());
        given.references = vec![id];
        let raw = given.raw();
        let end = raw.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        let header = String::from_utf8(raw[..end].to_vec()).unwrap();
        let names: Vec<&str> = header.split("\r\n").filter(|line| !line.starts_with([' ', '\t']))
            .map(|line| line.split_once(':').expect("a header").0).collect();
        prop_assert_eq!(names, ["Date", "From", "Reply-To", "To", "Cc", "Subject", "Message-ID", "In-Reply-To",
            "References", "X-Mailer", "MIME-Version", "Content-Type"]);
    }
}
