use atum_core::caller::Role;
use serde_json::json;

use super::{accept, at, file, say};
use crate::support::Test;

#[tokio::test]
async fn a_message_on_a_closed_ticket_opens_a_linked_one() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (customer, manager) = (acme.sign_in(Role::Customer).await, acme.sign_in(Role::Manager).await);
    let ticket = file(&customer, "Broken").await;
    accept(&manager, &ticket).await;
    manager.post(&at(&ticket, "/start"), json!({})).await.expect(200);
    manager.post(&at(&ticket, "/resolve"), json!({ "resolution": "Mended." })).await.expect(200);
    let closed = manager.post(&at(&ticket, "/close"), json!({})).await.expect(200);

    let posted = say(&customer, &ticket, json!({ "body": "It is broken again." })).await;
    assert_eq!(posted["follow_up"], true);
    let next = &posted["ticket"];
    assert_eq!((&next["number"], &next["status"], &next["subject"]), (&json!(2), &json!("new"), &json!("Broken")));
    assert_eq!((&next["links"][0]["kind"], &next["links"][0]["ticket"]["number"]), (&json!("follow_up_of"), &json!(1)));
    assert_eq!(posted["message"]["body"], "It is broken again.");

    let before = manager.get(&at(&ticket, "")).await.expect(200);
    assert_eq!(before["links"][0]["kind"], "followed_up_by");
    assert_eq!((&before["status"], &before["version"]), (&json!("closed"), &closed["version"]), "the ended one stays");
    assert_eq!(manager.get(&at(&ticket, "/messages")).await.expect(200).as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_answer_reopens_what_is_resolved() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (customer, manager) = (acme.sign_in(Role::Customer).await, acme.sign_in(Role::Manager).await);
    let ticket = file(&customer, "Broken").await;
    accept(&manager, &ticket).await;
    manager.post(&at(&ticket, "/start"), json!({})).await.expect(200);
    manager.post(&at(&ticket, "/resolve"), json!({ "resolution": "Mended." })).await.expect(200);
    let posted = say(&customer, &ticket, json!({ "body": "No, it is not." })).await;
    assert_eq!((&posted["follow_up"], &posted["ticket"]["status"]), (&json!(false), &json!("in_progress")));
    let reopened = manager.get(&at(&ticket, "")).await.expect(200);
    let resolution = reopened["sla"].as_array().unwrap().iter().find(|clock| clock["metric"] == "resolution").unwrap();
    assert_eq!(resolution["state"], "running", "the promise is open again");
}
