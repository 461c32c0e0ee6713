//! No newer edit is ever overwritten in silence.

use atum_core::{
    App, Problem,
    caller::Role,
    db::{ReadWrite, TenantTx},
    ids::TicketId,
    problem::Kind,
    version::IfMatch,
};
use atum_jobs::{Handler, Job, Registry};
use atum_sla::Priority;
use atum_tickets::{Ticket, TicketChange, change_ticket, lock_by_id};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{accept, at, file};
use crate::support::{Organization, Test};

#[tokio::test]
async fn a_stale_write_of_the_same_field_carries_both_values() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let customer = acme.sign_in(Role::Customer).await;
    let (mona, omar) = (acme.person("Mona", Role::Manager).await, acme.person("Omar", Role::Agent).await);
    let ticket = file(&customer, "Slow").await;
    let seen = accept(&mona, &ticket).await["version"].clone();

    mona.if_match(&seen).patch(&at(&ticket, ""), json!({ "priority": "urgent" })).await.expect(200);
    let problem = omar.if_match(&seen).patch(&at(&ticket, ""), json!({ "priority": "low" })).await.problem("stale");
    assert_eq!(problem["status"], 409);
    let conflict = &problem["conflicts"][0];
    assert_eq!(
        (&conflict["field"], &conflict["yours"], &conflict["theirs"], &conflict["changed_by"]),
        (&json!("priority"), &json!("low"), &json!("urgent"), &json!("Mona"))
    );
    assert_eq!(omar.get(&at(&ticket, "")).await.expect(200)["priority"], "urgent");

    // Another field is nobody's business, and the same value is no conflict.
    omar.if_match(&seen).patch(&at(&ticket, ""), json!({ "subject": "Slow network" })).await.expect(200);
    omar.if_match(&seen).patch(&at(&ticket, ""), json!({ "priority": "urgent" })).await.expect(200);
}

#[tokio::test]
async fn two_who_assign_at_once_do_not_overwrite_each_other() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let customer = acme.sign_in(Role::Customer).await;
    let (mona, omar) = (acme.person("Mona", Role::Manager).await, acme.person("Omar", Role::Agent).await);
    let ticket = file(&customer, "Who takes it?").await;
    let seen = accept(&mona, &ticket).await["version"].clone();
    let take = |person: crate::support::Somebody| {
        let (path, body) = (at(&ticket, "/assign"), json!({ "assignee_id": person.person_id }));
        let seen = seen.clone();
        async move { person.if_match(&seen).post(&path, body).await.status.as_u16() }
    };
    let mut answers: [u16; 2] = tokio::join!(take(mona.clone()), take(omar.clone())).into();
    answers.sort_unstable();
    assert_eq!(answers, [200, 409]);
}

#[tokio::test]
async fn an_update_must_name_the_version_it_saw() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (customer, agent) = (acme.sign_in(Role::Customer).await, acme.sign_in(Role::Agent).await);
    let ticket = file(&customer, "Slow").await;
    agent.patch(&at(&ticket, ""), json!({ "priority": "low" })).await.problem("version-required");
    agent.header("if-match", "x").patch(&at(&ticket, ""), json!({ "priority": "low" })).await.problem("malformed");
}

/// Changes a ticket that it saw in this version.
#[derive(Serialize, Deserialize)]
struct Reword {
    ticket_id: TicketId,
    seen: i64,
    subject: Option<String>,
    priority: Option<Priority>,
}

impl Job for Reword {
    const KIND: &'static str = "reword";
}

struct Reworder;

impl Handler for Reworder {
    type Job = Reword;

    async fn run(_: &App, tx: &mut TenantTx<ReadWrite>, job: Reword) -> anyhow::Result<()> {
        let ticket = lock_by_id(tx, job.ticket_id).await?;
        let change = TicketChange { subject: job.subject, priority: job.priority };
        change_ticket(tx, ticket, change, IfMatch(job.seen)).await?;
        Ok(())
    }
}

async fn read(acme: &Organization<'_>, test: &Test, id: TicketId) -> Ticket {
    let mut tx = test.app.db.write(&acme.system()).await.unwrap();
    lock_by_id(&mut tx, id).await.unwrap()
}

#[tokio::test]
async fn a_job_overwrites_what_somebody_changed_no_more_than_a_person_does() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (customer, mona) = (acme.sign_in(Role::Customer).await, acme.person("Mona", Role::Manager).await);
    let ticket = file(&customer, "Slow").await;
    let ticket_id: TicketId = ticket["id"].as_str().unwrap().parse().unwrap();
    let seen = accept(&mona, &ticket).await["version"].as_i64().unwrap();
    let mut registry = Registry::default();
    registry.add::<Reworder>();
    atum_tickets::jobs(&mut registry);
    atum_sla::jobs(&mut registry);
    let run = async |job: Reword| -> Value {
        let mut tx = test.app.db.write(&acme.system()).await.unwrap();
        atum_jobs::enqueue(&mut tx, job).await.unwrap();
        tx.commit().await.unwrap();
        atum_jobs::worker::drain(&test.app, &registry).await.unwrap();
        let last = "select errors from queue.job where kind = 'reword' order by created_at desc, id desc limit 1";
        sqlx::query_scalar(last).fetch_one(&mut test.superuser().await).await.unwrap()
    };

    mona.if_match(seen).patch(&at(&ticket, ""), json!({ "priority": "urgent" })).await.expect(200);
    let stale = Reword { ticket_id, seen, subject: None, priority: Some(Priority::Low) };
    let errors = run(stale).await;
    assert!(
        errors[0]["reason"].as_str().unwrap().contains("Somebody else changed this meanwhile; priority"),
        "{errors}"
    );
    assert_eq!(mona.get(&at(&ticket, "")).await.expect(200)["priority"], "urgent");
    // A field that nobody changed meanwhile is the job's to change.
    let other = Reword { ticket_id, seen, subject: Some("Slow network".into()), priority: None };
    assert_eq!(run(other).await, json!([]));
    let now = mona.get(&at(&ticket, "")).await.expect(200);
    assert_eq!((&now["subject"], &now["priority"]), (&json!("Slow network"), &json!("urgent")));
}

/// It read the ticket, took its time, and writes what it made of it.
#[tokio::test]
async fn a_job_that_read_before_somebody_wrote_is_refused_with_both_values() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (customer, mona) = (acme.sign_in(Role::Customer).await, acme.person("Mona", Role::Manager).await);
    let ticket = file(&customer, "Slow").await;
    let seen = accept(&mona, &ticket).await["version"].as_i64().unwrap();
    let old = read(&acme, &test, ticket["id"].as_str().unwrap().parse().unwrap()).await;
    mona.if_match(seen).patch(&at(&ticket, ""), json!({ "subject": "Slow network" })).await.expect(200);

    let mut tx = test.app.db.write(&acme.system()).await.unwrap();
    let change = TicketChange { priority: Some(Priority::Low), ..TicketChange::default() };
    let refused: Problem = change_ticket(&mut tx, old, change, IfMatch(seen)).await.expect_err("a conflict");
    drop(tx);
    let conflicts: Vec<_> = refused.conflicts.iter().map(|conflict| conflict.field.as_str()).collect();
    assert_eq!((refused.kind, conflicts), (Kind::Stale, vec!["subject"]));
    let now = mona.get(&at(&ticket, "")).await.expect(200);
    assert_eq!((&now["subject"], &now["priority"]), (&json!("Slow network"), &json!("normal")));
}
