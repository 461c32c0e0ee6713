//! Reports on mails of ours.

use atum_mail::thread::{Keys, mint};
use serde_json::{Value, json};
use uuid::Uuid;

use super::support::{Mailbox, mail};
use crate::support::Test;

fn report(to: &str, recipient: &str, status: &str, action: &str, original: &str) -> String {
    format!(
        "Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@mx.home.test>\r\nTo: {to}\r\n\
         Subject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.home.test\r\n\r\n\
         Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {status}\r\n\
         Diagnostic-Code: smtp; 550 {status} no such user\r\n\r\n\
         --b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{original}>\r\nSubject: x\r\n\r\n--b--\r\n"
    )
}

/// A ticket that waits for its customer, whom staff answered by mail: its number, the envelope, the mail's id.
async fn waiting(test: &Test, support: &Mailbox<'_>, customer: &str) -> (Value, Uuid, String) {
    let number = support.deliver(mail(customer, &support.address, "Printer", "", "Help.")).await["number"].clone();
    let at = |step: &str| format!("/api/v1/tickets/{number}/{step}");
    support.admin().post(&at("accept"), json!({})).await.expect(200);
    let answer = json!({ "body": "Turn it on.", "wait_for_customer": true });
    support.admin().post(&at("start"), json!({})).await.expect(200);
    support.admin().post(&at("messages"), answer).await.expect(201);
    test.run_jobs().await;
    let (envelope, id): (Uuid, String) = sqlx::query_as(
        "select e.id, m.message_id_header from desk.outgoing_mail m
           join desk.outgoing_envelope e on e.organization_id = m.organization_id and e.mail_id = m.id
          where m.kind = 'staff_replied' and e.recipient = $1",
    )
    .bind(customer)
    .fetch_one(&mut test.superuser().await)
    .await
    .expect("the reply's mail");
    assert_eq!(support.ticket(&number).await["status"], "waiting_customer");
    (number, envelope, id)
}

async fn told(test: &Test, envelope: Uuid, address: &str) -> (String, bool) {
    sqlx::query_as(
        "select e.state, exists (select from desk.mail_address a where a.address = $2 and a.parked_at is not null)
           from desk.outgoing_envelope e where e.id = $1",
    )
    .bind(envelope)
    .bind(address)
    .fetch_one(&mut test.superuser().await)
    .await
    .expect("the envelope")
}

#[tokio::test]
async fn an_answer_that_never_arrived_brings_its_ticket_back() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let support = Mailbox::open(&test, &acme, "support@acme.test").await;
    let (number, envelope, _) = waiting(&test, &support, "gone@home.test").await;
    let path = mint::return_path(&Keys::of(&test.app.config, acme.id), &support.address, envelope);
    // The return path alone: nothing else in it is ours.
    let row = support.deliver(report(&path, "gone@home.test", "5.1.1", "failed", "elsewhere@x.test")).await;
    assert_eq!((&row["outcome"], &row["reason"], &row["number"]), (&json!("accepted"), &json!("report"), &number));
    assert_eq!(told(&test, envelope, "gone@home.test").await, ("bounced".to_owned(), true));
    let ticket = support.ticket(&number).await;
    assert_eq!(ticket["status"], "in_progress", "the customer does not have what is waited for");
    assert_eq!(ticket["undelivered"]["recipients"][0], "gone@home.test", "{ticket:#}");
    let messages = support.messages(&number).await;
    let last = messages.last().unwrap();
    assert_eq!((&last["visibility"], &last["mail"]["third_party"]), (&json!("internal"), &json!(false)));
}

#[tokio::test]
async fn a_report_is_matched_by_the_mail_that_came_back_and_a_delay_is_no_failure() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let support = Mailbox::open(&test, &acme, "support@acme.test").await;
    let (number, envelope, id) = waiting(&test, &support, "full@home.test").await;
    support.deliver(report(&support.address, "full@home.test", "4.4.1", "delayed", &id)).await;
    assert_eq!(support.ticket(&number).await["status"], "waiting_customer");
    assert_ne!(told(&test, envelope, "full@home.test").await.0, "bounced");
    let row = support.deliver(report(&support.address, "full@home.test", "5.2.2", "failed", &id)).await;
    assert_eq!(row["number"], number);
    assert_eq!(told(&test, envelope, "full@home.test").await.0, "bounced");
    assert_eq!(support.ticket(&number).await["status"], "in_progress");
    let nothing = support.deliver(report(&support.address, "nobody@else.test", "5.1.1", "failed", "1@else.test")).await;
    assert_eq!((&nothing["outcome"], &nothing["reason"]), (&json!("quarantined"), &json!("report_on_nothing")));
}
