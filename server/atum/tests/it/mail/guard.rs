//! Rates that hold where headers tell nothing.

use atum_mail::guard::{self, Answer, Refusal};
use chrono::TimeDelta;

use super::support::Mailbox;
use crate::support::Test;

fn answer(address: &str) -> Answer<'_> {
    Answer { address, ticket_id: None, kind: "ticket_received", in_answer: true }
}

#[tokio::test]
async fn five_thousand_made_up_senders_stay_in_the_budget() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let known = acme.person("Ana", atum_core::caller::Role::Customer).await;
    let mut tx = test.app.db.write(&acme.system()).await.unwrap();
    let mut answered = 0;
    for at in 0..5_000 {
        let verdict = guard::may_answer(&mut tx, &answer(&format!("forged{at}@evil.test"))).await.unwrap();
        answered += i32::from(verdict.is_ok());
        assert!(verdict.is_ok() || verdict == Err(Refusal::Budget), "{verdict:?}");
    }
    assert_eq!(answered, 60);
    assert_eq!(guard::may_answer(&mut tx, &answer(&known.email)).await.unwrap(), Ok(()), "a bomb silences no customer");
}

#[tokio::test]
async fn one_sender_gets_three_answers_and_then_one_a_day() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let mut given = vec![];
    for hour in 0..72 {
        test.clock.set(test.at("2026-11-20T10:00:00Z") + TimeDelta::hours(hour));
        let mut tx = test.app.db.write(&acme.system()).await.unwrap();
        if guard::may_answer(&mut tx, &answer("Robot@x.test")).await.unwrap().is_ok() {
            given.push(hour);
        }
        tx.commit().await.unwrap();
    }
    assert_eq!(given, [0, 1, 2, 26, 50]);
}

#[tokio::test]
async fn nothing_is_sent_to_machines_to_ourselves_or_to_where_it_never_arrived() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let support = Mailbox::open(&test, &acme, "support@acme.test").await;
    let mut tx = test.app.db.write(&acme.system()).await.unwrap();
    guard::park(&mut tx, "Gone@x.test", "550 5.1.1 unknown").await.unwrap();
    for (address, refusal) in [
        ("no-reply@x.test", Refusal::NoReply),
        ("support+t1.aaaaaaaaaaaaaaaa@acme.test", Refusal::OwnAddress),
        ("gone@x.test", Refusal::Parked),
    ] {
        assert_eq!(guard::may_answer(&mut tx, &answer(address)).await.unwrap(), Err(refusal), "{address}");
    }
    tx.commit().await.unwrap();
    let parked = support.admin().get("/api/v1/parked-addresses").await.expect(200);
    assert_eq!((&parked[0]["address"], &parked[0]["reason"]), (&"gone@x.test".into(), &"550 5.1.1 unknown".into()));
    support.deliver(super::support::mail("gone@x.test", &support.address, "Here again", "", "Hello.")).await;
    let mut tx = test.app.db.write(&acme.system()).await.unwrap();
    assert_eq!(guard::may_answer(&mut tx, &answer("gone@x.test")).await.unwrap(), Ok(()), "who writes is there");
    // Or a manager says that it is in use.
    guard::park(&mut tx, "gone@x.test", "550 5.1.1 unknown").await.unwrap();
    tx.commit().await.unwrap();
    let agent = acme.sign_in(atum_core::caller::Role::Agent).await;
    let (at, address) = ("/api/v1/parked-addresses/release", serde_json::json!({ "address": "Gone@x.test" }));
    agent.post(at, address.clone()).await.problem("forbidden");
    support.admin().post(at, address.clone()).await.expect(204);
    support.admin().post(at, address).await.problem("not-found");
    let mut tx = test.app.db.write(&acme.system()).await.unwrap();
    assert_eq!(guard::may_answer(&mut tx, &answer("gone@x.test")).await.unwrap(), Ok(()), "released");
}
