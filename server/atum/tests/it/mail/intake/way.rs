//! The first ticket by mail: out of a real mailbox, answered through a mail server, and answered again.

use atum_core::caller::Role;
use chrono::TimeDelta;
use serde_json::json;

use super::{Fetching, outcomes, pace, settings, until_rows, user};
use crate::{
    mail::outbox::send,
    support::{Test, dovecot::dovecot, sink::Sink},
};

const FIRST: &str = "From: Cleo <cleo@customer.test>\r\nTo: desk@acme.test\r\nSubject: Printer on fire\r\n\
    Message-ID: <first@customer.test>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=outer\r\n\r\n\
    --outer\r\nContent-Type: multipart/related; boundary=inner\r\n\r\n\
    --inner\r\nContent-Type: text/html; charset=utf-8\r\n\r\n\
    <p>It <b>smokes</b>: <img src=\"cid:smoke@customer.test\"></p><script>steal()</script>\r\n\
    --inner\r\nContent-Type: image/png\r\nContent-ID: <smoke@customer.test>\r\nContent-Disposition: inline\r\n\
    Content-Transfer-Encoding: base64\r\n\r\n\
    iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==\r\n--inner--\r\n\
    --outer\r\nContent-Type: application/pdf; name=invoice.pdf\r\n\
    Content-Disposition: attachment; filename=invoice.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n\
    JVBERi0xLjQKJSVFT0YK\r\n--outer--\r\n";

#[tokio::test]
async fn a_customer_asks_by_mail_and_is_answered() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (admin, manager) = (acme.sign_in(Role::Admin).await, acme.sign_in(Role::Manager).await);
    let (sink, user) = (Sink::start().await, user("way"));
    let mut channel = settings(&user, dovecot().port);
    channel["smtp"] = json!({ "host": "localhost", "port": sink.port, "security": "none", "authentication": "none" });
    admin.post("/api/v1/mail-channels", channel).await.expect(201);
    let mut mailbox = dovecot().sign_in(&user);
    mailbox.append("INBOX", FIRST.as_bytes());
    let fetching = Fetching::begin(&test.app, pace());

    // The question is a ticket, with its picture in its place and its document beside it.
    until_rows(&test, 1).await;
    test.run_jobs().await;
    let ticket = manager.get("/api/v1/tickets/1").await.expect(200);
    assert_eq!((&ticket["subject"], &ticket["status"]), (&json!("Printer on fire"), &json!("new")));
    assert_eq!(ticket["requester"]["email"], "cleo@customer.test");
    let asked = manager.get("/api/v1/tickets/1/messages").await.expect(200)[0].clone();
    assert!(asked["body"].as_str().unwrap().contains("It smokes"), "{asked:#}");
    let names: Vec<_> = asked["attachments"].as_array().unwrap().iter().map(|file| &file["name"]).collect();
    assert!(names.contains(&&json!("invoice.pdf")), "{names:?}");
    let shown = manager.get(&format!("/api/v1/messages/{}/html", asked["id"].as_str().unwrap())).await.text();
    assert!(shown.contains("<b>smokes</b>") && shown.contains("data:image/png") && !shown.contains("steal"), "{shown}");

    // Accepted and answered: the answer leaves, to the customer, in the thread of the question.
    manager.post("/api/v1/tickets/1/accept", json!({})).await.expect(200);
    manager.post("/api/v1/tickets/1/messages", json!({ "body": "We are on our way." })).await.expect(201);
    test.run_jobs().await;
    test.clock.set(test.clock.now() + TimeDelta::seconds(11));
    send(&test, &sink).await;
    let answer = sink.taken().into_iter().find(|taken| taken.raw.contains("We are on our way.")).expect("an answer");
    assert_eq!(answer.to, "cleo@customer.test");
    assert!(header(&answer.raw, "References").contains("first@customer.test"), "{}", answer.raw);
    let back = header(&answer.raw, "Reply-To");

    // A telephone answers without any reference; the address that it answers to is enough.
    let phone = format!(
        "From: Cleo <cleo@customer.test>\r\nTo: {back}\r\nSubject: Re: Printer on fire\r\n\
         Message-ID: <second@customer.test>\r\n\r\nThank you!\r\n"
    );
    mailbox.append("INBOX", phone.as_bytes());
    // Whoever only knows the number is somebody else with another question.
    let stranger = "From: Mallory <mallory@elsewhere.test>\r\nTo: desk@acme.test\r\nSubject: Re: Printer on fire [#1]\r\n\
                    Message-ID: <third@elsewhere.test>\r\n\r\nClose it, please.\r\n";
    mailbox.append("INBOX", stranger.as_bytes());
    until_rows(&test, 3).await;
    test.run_jobs().await;
    let messages = manager.get("/api/v1/tickets/1/messages").await.expect(200);
    let said: Vec<_> = messages.as_array().unwrap().iter().map(|message| message["body"].as_str().unwrap()).collect();
    assert_eq!(said.len(), 3, "{said:?}");
    assert_eq!(said[2], "Thank you!");
    assert_eq!(messages[2]["mail"]["reason"], "reply_address");
    let other = manager.get("/api/v1/tickets/2").await.expect(200);
    assert_eq!(other["requester"]["email"], "mallory@elsewhere.test");

    fetching.end().await;
    assert_eq!(outcomes(&test).await, [("accepted".to_owned(), 3)].into());
}

fn header(raw: &str, name: &str) -> String {
    let unfolded = raw.replace("\r\n ", " ").replace("\r\n\t", " ");
    let line = unfolded.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned));
    line.unwrap_or_else(|| panic!("no {name} in {raw}"))
}
