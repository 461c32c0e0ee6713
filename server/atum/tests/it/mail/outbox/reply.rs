use atum_core::caller::Role;
use serde_json::json;

use super::{admin, channel, newest, send, state};
use crate::{
    support::{Organization, Somebody, Test, sink::Sink},
    tickets::{accept, at, file, say},
};

struct Desk {
    admin: Somebody,
    customer: Somebody,
    ticket: serde_json::Value,
}

async fn desk(acme: &Organization<'_>) -> Desk {
    let (admin, customer) = (admin(acme).await, acme.person("Ann Miller", Role::Customer).await);
    let ticket = file(&customer, "Printer").await;
    accept(&admin, &ticket).await;
    Desk { admin, customer, ticket }
}

#[tokio::test]
async fn without_a_mail_server_a_reply_is_kept_and_nothing_says_it_was_sent() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let desk = desk(&acme).await;
    say(&desk.admin, &desk.ticket, json!({ "body": "We look at it." })).await;
    test.run_jobs().await;
    let outbox = desk.admin.get("/api/v1/outbox").await.expect(200);
    assert_eq!((&outbox["kept"], outbox["items"].as_array().unwrap().len()), (&json!(true), 1));
    let mail = &outbox["items"][0];
    assert_eq!((&mail["kind"], &mail["automatic"]), (&json!("staff_replied"), &json!(false)));
    assert_eq!(mail["envelopes"][0]["state"], "kept");
    assert_eq!(mail["envelopes"][0]["recipient"], desk.customer.email);
    test.at("2026-11-20T11:00:00Z");
    let again = format!("/api/v1/outbox/envelopes/{}/send-again", mail["envelopes"][0]["id"].as_str().unwrap());
    desk.admin.post(&again, json!({})).await.problem("wrong-state");

    // Once there is a server, what was kept goes out when somebody says so, and not before.
    let sink = Sink::start().await;
    channel(&desk.admin, &sink, json!({})).await;
    assert_eq!(send(&test, &sink).await, 0);
    desk.admin.post(&again, json!({})).await.expect(200);
    assert_eq!(send(&test, &sink).await, 1);
    let raw = sink.taken().remove(0).raw;
    assert!(
        raw.contains("From: \"Acme Support\" <support@acme.test>")
            || raw.contains("From: Acme Support <support@acme.test>"),
        "{raw}"
    );
    assert_eq!(state(&desk.admin, &desk.customer.email).await, "accepted");
}

#[tokio::test]
async fn a_reply_goes_out_after_ten_seconds_to_all_it_names_and_keeps_the_thread() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let desk = desk(&acme).await;
    let sink = Sink::start().await;
    channel(&desk.admin, &sink, json!({})).await;
    let reply = json!({ "body": "Is it on?", "cc": ["boss@example.com"], "bcc": ["audit@example.com"] });
    say(&desk.admin, &desk.ticket, reply).await;
    test.run_jobs().await;
    assert!(newest(&desk.admin).await["undoable"].as_bool().unwrap());
    test.at("2026-11-20T10:00:09Z");
    assert_eq!(send(&test, &sink).await, 0, "it can still be taken back");
    test.at("2026-11-20T10:00:10Z");
    assert_eq!(send(&test, &sink).await, 3);
    let mut taken = sink.taken();
    taken.sort_by(|one, other| one.to.cmp(&other.to));
    let to: Vec<&str> = taken.iter().map(|mail| mail.to.as_str()).collect();
    let mut expected = vec![desk.customer.email.as_str(), "audit@example.com", "boss@example.com"];
    expected.sort_unstable();
    assert_eq!(to, expected);
    let paths: std::collections::HashSet<&str> = taken.iter().map(|mail| mail.from.as_str()).collect();
    assert_eq!(paths.len(), 3, "a return path for each recipient: {paths:?}");
    assert!(paths.iter().all(|path| path.starts_with("support+b") && path.ends_with("@acme.test")), "{paths:?}");
    let raw = &taken[0].raw;
    assert!(taken.iter().all(|mail| mail.raw == *raw), "one mail for all");
    assert!(raw.contains("Cc: <boss@example.com>") && !raw.contains("audit@example.com"), "{raw}");
    assert!(raw.contains("Reply-To: <support+t"), "{raw}");
    assert!(raw.contains("[#") && !raw.contains("Auto-Submitted") && !raw.contains("Precedence"), "{raw}");
    let first = header(raw, "Message-ID");
    assert!(first.starts_with("<t."), "{first}");

    say(&desk.admin, &desk.ticket, json!({ "body": "And now?" })).await;
    test.run_jobs().await;
    test.at("2026-11-20T10:01:00Z");
    assert_eq!(send(&test, &sink).await, 1);
    let second = sink.taken().pop().unwrap().raw;
    assert_eq!(header(&second, "In-Reply-To"), first);
    assert_eq!(header(&second, "References").split(' ').collect::<Vec<_>>(), [&first, &header(&second, "Message-ID")]);
    let delivered = newest(&desk.admin).await;
    assert!(delivered["envelopes"][0]["server_reply"].as_str().unwrap().contains("queued as S4"), "{delivered}");
}

/// A header's value, unfolded.
pub fn header(raw: &str, name: &str) -> String {
    let raw = raw.replace("\r\n ", " ");
    let line = raw.lines().find(|line| line.starts_with(&format!("{name}: "))).unwrap_or_default();
    line.split_once(": ").map(|(_, value)| value.to_owned()).unwrap_or_default()
}

#[tokio::test]
async fn a_reply_can_be_taken_back_for_ten_seconds_by_who_wrote_it() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let desk = desk(&acme).await;
    let (sam, kim) = (acme.person("Sam", Role::Agent).await, acme.person("Kim", Role::Agent).await);
    let sink = Sink::start().await;
    channel(&desk.admin, &sink, json!({})).await;
    say(&sam, &desk.ticket, json!({ "body": "Oops" })).await;
    test.run_jobs().await;
    let undo = format!("/api/v1/outbox/{}/undo", newest(&desk.admin).await["id"].as_str().unwrap());
    kim.post(&undo, json!({})).await.problem("forbidden");
    let cancelled = sam.post(&undo, json!({})).await.expect(200);
    assert_eq!(cancelled["envelopes"][0]["state"], "cancelled");
    test.at("2026-11-20T10:05:00Z");
    assert_eq!((send(&test, &sink).await, sink.taken().len()), (0, 0));
    sam.post(&undo, json!({})).await.problem("wrong-state");
}

#[tokio::test]
async fn notes_and_customers_words_are_not_sent_and_copies_are_staffs_alone() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let desk = desk(&acme).await;
    say(&desk.admin, &desk.ticket, json!({ "body": "hm", "visibility": "internal" })).await;
    say(&desk.customer, &desk.ticket, json!({ "body": "please" })).await;
    test.run_jobs().await;
    assert_eq!(desk.admin.get("/api/v1/outbox").await.expect(200)["items"], json!([]));
    let copied = json!({ "body": "x", "cc": ["a@example.com", "b@example.com\r\nBcc: c@example.com"] });
    let wrong = desk.admin.post(&at(&desk.ticket, "/messages"), copied.clone()).await.problem("validation");
    assert_eq!(wrong["errors"][0]["pointer"], "#/cc/1");
    let wrong = desk.customer.post(&at(&desk.ticket, "/messages"), copied).await.problem("validation");
    assert_eq!(wrong["errors"][0]["pointer"], "#/cc");
}
