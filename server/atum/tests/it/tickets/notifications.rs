use atum_core::caller::Role;
use serde_json::{Value, json};

use super::{accept, at, file, say};
use crate::support::{Client, Test};

async fn told(client: &Client) -> Vec<(String, bool)> {
    let page = client.get("/api/v1/notifications").await.expect(200);
    let one = |item: &Value| (item["kind"].as_str().unwrap().to_owned(), item["read"].as_bool().unwrap());
    page["items"].as_array().unwrap().iter().map(one).collect()
}

fn unread(kind: &str) -> (String, bool) {
    (kind.to_owned(), false)
}

#[tokio::test]
async fn those_concerned_are_told_once_and_nobody_of_themselves() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (customer, manager) = (acme.sign_in(Role::Customer).await, acme.sign_in(Role::Manager).await);
    let (agent, idle) = (acme.sign_in(Role::Agent).await, acme.sign_in(Role::Agent).await);
    let ticket = file(&customer, "Help").await;
    test.run_jobs().await;
    // The description is the customer's first message, and no news of its own.
    assert_eq!(told(&manager).await, [unread("ticket_new")]);
    accept(&manager, &ticket).await;
    manager.post(&at(&ticket, "/assign"), json!({ "assignee_id": agent.person_id })).await.expect(200);
    say(&agent, &ticket, json!({ "body": "Looking." })).await;
    say(&customer, &ticket, json!({ "body": "Thanks." })).await;
    test.run_jobs().await;
    assert_eq!(told(&agent).await, [unread("customer_replied"), unread("ticket_assigned")]);
    assert_eq!(told(&customer).await, [unread("staff_replied"), unread("ticket_accepted")]);
    assert!(told(&idle).await.is_empty());
    let before = told(&manager).await.len();
    manager.post(&at(&ticket, "/assign"), json!({ "assignee_id": manager.person_id })).await.expect(200);
    test.run_jobs().await;
    assert_eq!(told(&manager).await.len(), before, "nobody is told of what they did themselves");

    let first = agent.get("/api/v1/notifications").await.expect(200)["items"][0]["id"].clone();
    let path = format!("/api/v1/notifications/{}/read", first.as_str().unwrap());
    customer.post(&path, json!({})).await.problem("not-found");
    agent.post(&path, json!({})).await.expect(204);
    let page = agent.get("/api/v1/notifications").await.expect(200);
    assert_eq!((&page["unread_count"], &page["items"][0]["read"]), (&json!(1), &json!(true)));
    agent.post("/api/v1/notifications/read-all", json!({})).await.expect(204);
    assert_eq!(agent.get("/api/v1/counters").await.expect(200)["unread_notifications"], 0);
}
