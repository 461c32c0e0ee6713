use atum_core::caller::Role;
use serde_json::json;

use super::{at, file};
use crate::support::Test;

#[tokio::test]
async fn staff_see_who_else_has_the_ticket_open() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let customer = acme.sign_in(Role::Customer).await;
    let (mona, omar) = (acme.person("Mona", Role::Manager).await, acme.person("Omar", Role::Agent).await);
    let ticket = file(&customer, "Crowded").await;
    let path = at(&ticket, "/presence");
    assert_eq!(mona.post(&path, json!({ "state": "viewing" })).await.expect(200), json!([]));
    let seen = omar.post(&path, json!({ "state": "writing" })).await.expect(200);
    assert_eq!((&seen[0]["person"]["name"], &seen[0]["state"]), (&json!("Mona"), &json!("viewing")));
    let seen = mona.post(&path, json!({ "state": "viewing" })).await.expect(200);
    assert_eq!((&seen[0]["person"]["name"], &seen[0]["state"]), (&json!("Omar"), &json!("writing")));
    customer.post(&path, json!({ "state": "viewing" })).await.problem("forbidden");

    omar.post(&path, json!({ "state": "gone" })).await.expect(200);
    assert_eq!(mona.post(&path, json!({ "state": "viewing" })).await.expect(200), json!([]));
    omar.post(&path, json!({ "state": "viewing" })).await.expect(200);
    // Who gives no sign for 45 seconds has left without saying so.
    test.at("2026-11-20T10:00:46Z");
    assert_eq!(mona.post(&path, json!({ "state": "viewing" })).await.expect(200), json!([]));
}

#[tokio::test]
async fn a_crowd_whose_names_are_more_than_a_notice_holds_is_told_of() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let customer = acme.sign_in(Role::Customer).await;
    let ticket = file(&customer, "Crowded").await;
    let mut seen = json!([]);
    for n in 10..40 {
        let agent = acme.person(&format!("Agent {n}"), Role::Agent).await;
        let name = format!("{n} {}", "م".repeat(117));
        agent.patch("/api/v1/profile", json!({ "name": name })).await.expect(200);
        seen = agent.post(&at(&ticket, "/presence"), json!({ "state": "viewing" })).await.expect(200);
    }
    assert_eq!(seen.as_array().unwrap().len(), 29);
}
