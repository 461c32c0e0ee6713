//! `atum mail explain`, as support uses it: the built binary, no database.

use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

fn explain(argument: &str, input: &[u8]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_atum"));
    command.args(["mail", "explain", argument]).env_clear();
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn explains_a_mail_without_a_database() {
    let mail = "From: Ana <ana@example.com>\r\nTo: desk@example.com\r\nSubject: =?iso-8859-1?Q?Gr=FC=DFe?=\r\n\
        Message-ID: <1@example.com>\r\nReferences: <0@example.com>\r\n\r\n\
        Läuft wieder.\r\n\r\nAm 2.11.2026 um 09:12 schrieb Desk <desk@example.com>:\r\n> Geht es?\r\n";
    let output = explain("-", mail.as_bytes());
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["subject"], "Grüße");
    assert_eq!(told["from"], serde_json::json!({ "address": "ana@example.com", "name": "Ana" }));
    assert_eq!((&told["reply"], &told["kind"]), (&"Läuft wieder.".into(), &"text".into()));
    assert_eq!((&told["references"][0], &told["automatic"]["verdict"]), (&"0@example.com".into(), &false.into()));
}

#[test]
fn says_which_file_it_cannot_read() {
    let output = explain("/nowhere/mail.eml", b"");
    assert!(!output.status.success());
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("cannot read /nowhere/mail.eml"), "{told}");
}
