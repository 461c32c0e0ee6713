//! Programs that answer programs.

use super::support::{Mailbox, mail};
use crate::support::Test;

/// What went out to an address until now.
async fn sent(test: &Test, address: &str) -> Vec<(String, String)> {
    sqlx::query_as(
        "select m.subject, m.body from desk.outgoing_mail m
           join desk.outgoing_envelope e on e.organization_id = m.organization_id and e.mail_id = m.id
          where e.recipient = $1 order by m.id",
    )
    .bind(address)
    .fetch_all(&mut test.superuser().await)
    .await
    .expect("the outbox")
}

/// Two autoresponders, one of them ours, with every header stripped on the way: how many mails they exchange.
async fn talk(answer: impl Fn(&str) -> String) -> usize {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let support = Mailbox::open(&test, &acme, "support@acme.test").await;
    support.deliver(mail("robot@other.test", &support.address, "Order 7", "", "Your order is on its way.")).await;
    let (mut ours, mut theirs) = (0, 1);
    loop {
        let subjects = sent(&test, "robot@other.test").await;
        if subjects.len() == ours {
            return ours + theirs;
        }
        for (subject, _) in &subjects[ours..] {
            support.deliver(mail("robot@other.test", &support.address, &answer(subject), "", "Thank you!")).await;
            theirs += 1;
        }
        ours = subjects.len();
    }
}

#[tokio::test]
async fn two_programs_that_answer_each_other_stop() {
    for (mails, how) in [
        (talk(|_| "Thank you".to_owned()).await, "each answer is a new mail"),
        (talk(|subject| format!("Re: {subject}")).await, "each answer names the ticket"),
    ] {
        assert!((2..=10).contains(&mails), "{mails} mails: {how}");
    }
}

#[tokio::test]
async fn an_answer_repeats_nothing_of_a_mail_that_anybody_may_have_written() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let support = Mailbox::open(&test, &acme, "support@acme.test").await;
    let forged = mail("\"Call 0900 now\" <ana@home.test>", &support.address, "Buy pills", "", "Visit evil.test");
    support.deliver(forged).await;
    let [(subject, body)] = &sent(&test, "ana@home.test").await[..] else { panic!("one answer") };
    for word in ["0900", "pills", "evil"] {
        assert!(!subject.contains(word) && !body.contains(word), "{subject}: {body}");
    }
    let quiet = "Auto-Submitted: auto-generated\r\n";
    support.deliver(mail("backup@home.test", &support.address, "Backup failed", quiet, "Disk full.")).await;
    assert_eq!(sent(&test, "backup@home.test").await.len(), 0, "a program is not answered");
}
