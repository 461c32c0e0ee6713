use atum_core::caller::Role;
use serde_json::json;

use super::file;
use crate::support::Test;

#[tokio::test]
async fn a_repeated_request_is_answered_and_not_repeated() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let customer = acme.sign_in(Role::Customer).await;
    let body = json!({ "subject": "Once", "description": "Only once." });
    let keyed = customer.header("idempotency-key", "k-1");
    let first = keyed.post("/api/v1/tickets", body.clone()).await.expect(201);
    let again = keyed.post("/api/v1/tickets", body.clone()).await;
    assert_eq!(again.expect(201), first);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    let list = customer.get("/api/v1/tickets").await.expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 1);

    // The key is the caller's own, and names one request.
    let neighbour = acme.sign_in(Role::Customer).await;
    let theirs = neighbour.header("idempotency-key", "k-1").post("/api/v1/tickets", body.clone()).await.expect(201);
    assert_ne!(theirs["id"], first["id"]);
    let path = format!("/api/v1/tickets/{}/messages", first["number"]);
    keyed.post(&path, json!({ "body": "x" })).await.problem("validation");
}

#[tokio::test]
async fn two_at_once_with_one_key_have_one_effect() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let customer = acme.sign_in(Role::Customer).await;
    let keyed = customer.header("idempotency-key", "twice");
    let send = || keyed.post("/api/v1/tickets", json!({ "subject": "Twice", "description": "At once." }));
    let (one, two) = tokio::join!(send(), send());
    for answer in [&one, &two] {
        assert!([201, 409].contains(&answer.status.as_u16()), "{}", answer.text());
    }
    let list = customer.get("/api/v1/tickets").await.expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_refused_request_does_not_use_up_its_key() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (customer, manager) = (acme.sign_in(Role::Customer).await, acme.sign_in(Role::Manager).await);
    let ticket = file(&customer, "Slow").await;
    let path = format!("/api/v1/tickets/{}/close", ticket["number"]);
    let keyed = manager.header("idempotency-key", "close");
    keyed.post(&path, json!({})).await.problem("wrong-state");
    keyed.post(&path, json!({})).await.problem("wrong-state");
}
