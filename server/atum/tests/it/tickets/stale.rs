//! No newer edit is ever overwritten in silence.

use atum_core::caller::Role;
use serde_json::json;

use super::{accept, at, file};
use crate::support::Test;

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
