//! A mail of pieces that mean something, in any order: more of the reader is reached than by bytes alone.

#![no_main]

use mail_reading::{Explanation, read};

const PIECES: [&str; 30] = [
    "From: Ana <ana@example.com>",
    "To: desk@example.com, \"B, C\" <b@example.com>",
    "Subject: =?utf-8?B?R3LDvMOf?= =?iso-8859-1?Q?=E4?=",
    "Message-ID: <a@b>",
    "References: <a@b> <c@d>",
    "Auto-Submitted: auto-replied",
    "Content-Type: multipart/mixed; boundary=b",
    "Content-Type: multipart/alternative; boundary=\"c\"",
    "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
    "Content-Type: message/rfc822",
    "Content-Type: message/delivery-status",
    "Content-Type: text/html; charset=utf-7",
    "Content-Type: text/plain; charset=windows-1252; format=flowed",
    "Content-Type: application/ms-tnef; name=winmail.dat",
    "Content-Type: application/pkcs7-mime; smime-type=signed-data",
    "Content-Disposition: attachment; filename*=utf-8''%e2%80%ae/..",
    "Content-ID: <i@x>",
    "Content-Transfer-Encoding: base64",
    "Content-Transfer-Encoding: quoted-printable",
    "Final-Recipient: rfc822; a@b.c",
    "Status: 5.1.1",
    "--b",
    "--b--",
    "--c",
    "",
    "begin 644 x",
    "#86)C",
    "end",
    "<blockquote type=cite><img src=cid:i@x>",
    "On 2 Nov 2026, at 09:12, Ana wrote:",
];

libfuzzer_sys::fuzz_target!(|given: Vec<(u8, &[u8])>| {
    let mut raw = Vec::new();
    for (piece, after) in given {
        raw.extend_from_slice(PIECES[usize::from(piece) % PIECES.len()].as_bytes());
        raw.extend_from_slice(after);
        raw.extend_from_slice(b"\r\n");
    }
    let reading = read(&raw);
    assert!(!reading.body.contains('\0'), "a NUL, which PostgreSQL cannot hold");
    serde_json::to_string(&Explanation::of(&reading)).expect("JSON");
});
