//! Mails made to break a reader, and what was once read wrong.

use mail_reading::{Explanation, Kind, read};
use proptest::prelude::*;

fn mail(header: &str, body: &str) -> Vec<u8> {
    format!("From: Ana <ana@example.com>\r\nTo: desk@example.com\r\nSubject: Help\r\n{header}\r\n{body}").into_bytes()
}

#[test]
fn ten_thousand_parts_are_read() {
    let part = "--b\r\nContent-Type: image/png\r\n\r\nx\r\n".repeat(10_000);
    let reading = read(&mail("Content-Type: multipart/mixed; boundary=b\r\n", &format!("{part}--b--\r\n")));
    assert_eq!(reading.attachments.len(), 10_000);
    assert_eq!(reading.attachments[9_999].name, "image9999.png");
}

#[test]
fn two_hundred_nested_containers_are_read() {
    let mut body = String::new();
    for depth in 0..200 {
        body += &format!("--b{depth:03}\r\nContent-Type: multipart/mixed; boundary=b{:03}\r\n\r\n", depth + 1);
    }
    body += "--b200\r\n\r\nInnermost.\r\n";
    let reading = read(&mail("Content-Type: multipart/mixed; boundary=b000\r\n", &body));
    assert_eq!(reading.body.trim(), "Innermost.");
}

#[test]
fn nul_bytes_do_not_reach_the_text() {
    let reading = read(&mail("", "One\0two"));
    assert_eq!(reading.body, "Onetwo");
}

#[test]
fn nul_bytes_do_not_reach_what_is_beside_the_text() {
    let header = "References: <b\0@example.com> <c@example.com>\r\nReply-To: =?utf-8?B?QQBC?= <a\0@example.com>\r\n\
                  Message-ID: <i\0d@example.com>\r\nContent-Type: multipart/mixed; boundary=b\r\n";
    let part =
        "--b\r\nContent-Type: image/p\0ng; name=\"=?utf-8?B?YQBi?=.png\"\r\nContent-ID: <i\0@x>\r\n\r\n1\r\n--b--\r\n";
    let reading = read(&mail(header, part));
    assert_eq!(reading.references, ["b@example.com", "c@example.com"]);
    assert_eq!(reading.reply_to.len(), 1);
    assert!(!format!("{reading:?}").contains("\\0"), "{reading:?}");
}

#[test]
fn what_has_no_header_is_text() {
    assert_eq!(read(b"").body, "");
    assert_eq!(read(b"just words").body, "just words");
    assert_eq!(read(b"just words\nand more\n").body.trim(), "just words\nand more");
}

#[test]
fn a_letter_cut_in_two_between_encoded_words_is_one() {
    let raw = b"From: a@example.com\r\nSubject: =?utf-8?B?R3LDvMM=?=\r\n =?utf-8?B?nw==?=\r\n\r\nx";
    assert_eq!(read(raw).subject, "Grüß");
}

#[test]
fn raw_bytes_in_a_header_are_read_in_the_charset_they_seem_to_be_in() {
    let raw = b"From: J\xfcrgen M\xfcller <j@example.com>\r\nSubject: Gr\xfc\xdfe aus K\xf6ln\r\n\r\nHallo";
    let reading = read(raw);
    assert_eq!((reading.subject.as_str(), reading.from.unwrap().name.as_str()), ("Grüße aus Köln", "Jürgen Müller"));
}

#[test]
fn who_answers_is_from_and_not_reply_to() {
    let reading = read(&mail("Reply-To: Evil <evil@example.net>\r\n", "Hello"));
    assert_eq!(reading.from.unwrap().address, "ana@example.com");
    assert_eq!(reading.reply_to[0].address, "evil@example.net");
}

#[test]
fn an_image_that_the_html_shows_is_inline() {
    let body = "--b\r\nContent-Type: text/html\r\n\r\n<img src=\"cid:one@x\">\r\n\
        --b\r\nContent-Type: image/png\r\nContent-ID: <one@x>\r\nContent-Disposition: attachment; filename=a.png\r\n\r\n1\r\n\
        --b\r\nContent-Type: image/png\r\nContent-ID: <two@x>\r\nContent-Disposition: inline; filename=b.png\r\n\r\n2\r\n--b--\r\n";
    let reading = read(&mail("Content-Type: multipart/related; boundary=b\r\n", body));
    let inline: Vec<_> = reading.attachments.iter().map(|of| (of.name.as_str(), of.inline)).collect();
    assert_eq!((reading.kind, inline), (Kind::Html, vec![("a.png", true), ("b.png", false)]));
}

#[test]
fn names_have_no_path_and_no_direction() {
    let body = "--b\r\nContent-Type: application/x\r\nContent-Disposition: attachment; filename*=utf-8''..%2Fetc%2F%E2%80%AEgpj.exe\r\n\r\n1\r\n--b--\r\n";
    let reading = read(&mail("Content-Type: multipart/mixed; boundary=b\r\n", body));
    assert_eq!(reading.attachments[0].name, "gpj.exe");
}

#[test]
fn a_signed_mail_shows_its_text() {
    let inside = b"Content-Type: text/plain\r\n\r\nSigned words.";
    let value = |tag: u8, inside: Vec<u8>| [vec![tag, inside.len() as u8], inside].concat();
    let data =
        [b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01".to_vec(), value(0xa0, value(4, inside.to_vec()))].concat();
    let signed = value(0x30, [value(2, vec![1]), value(0x31, Vec::new()), value(0x30, data)].concat());
    let info = value(0x30, [b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02".to_vec(), value(0xa0, signed)].concat());
    let raw =
        [mail("Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\n", ""), info].concat();
    let reading = read(&raw);
    assert_eq!((reading.body.trim(), reading.signed), ("Signed words.", true));
}

#[test]
fn an_out_of_office_answer_is_automatic_and_a_list_is_only_not_answered() {
    let away = read(&mail("Auto-Submitted: auto-replied\r\n", "I am away"));
    assert_eq!(away.automatic.rule, Some("auto_submitted"));
    let list = read(&mail("List-Id: <all.example.com>\r\n", "News"));
    assert_eq!((list.automatic.verdict, list.unanswerable.rule), (false, Some("list")));
}

#[test]
fn folded_ranges_count_characters() {
    let reading = read(&mail("Content-Type: text/plain; charset=utf-8\r\n", "Grüße\r\n\r\n> alt\r\n"));
    let told = serde_json::to_value(Explanation::of(&reading)).unwrap();
    let start = told["folded"][0]["start"].as_u64().unwrap() as usize;
    let kept: String = told["body"].as_str().unwrap().chars().take(start).collect();
    assert_eq!((kept.trim(), told["reply"].as_str().unwrap()), ("Grüße", "Grüße"));
}

proptest! {
    #[test]
    fn any_bytes_are_read(raw in prop::collection::vec(any::<u8>(), 0..400)) {
        let reading = read(&raw);
        serde_json::to_string(&Explanation::of(&reading)).unwrap();
    }

    #[test]
    fn any_structure_is_read(lines in prop::collection::vec(prop_oneof![
        Just("--b"), Just("--b--"), Just("--c"), Just(""), Just("Content-Type: multipart/mixed; boundary=c"), Just("Content-Type: message/rfc822"),
        Just("Content-Type: text/html"), Just("Content-Transfer-Encoding: base64"), Just("Content-Transfer-Encoding: quoted-printable"),
        Just("=C3=A4=\u{e4}"), Just("begin 644 x"), Just("#86)C"), Just("end"), Just("Content-Type: message/delivery-status"), Just("Final-Recipient: rfc822; a@b.c"),
    ], 0..30)) {
        let reading = read(&mail("Content-Type: multipart/mixed; boundary=b\r\n", &lines.join("\r\n")));
        serde_json::to_string(&Explanation::of(&reading)).unwrap();
    }
}
