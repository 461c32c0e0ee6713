//! An internal note reaches no customer, by no way.

use atum_core::caller::Role;
use serde_json::json;

use super::{accept, at, file, say};
use crate::support::Test;

#[tokio::test]
async fn a_note_is_nowhere_a_customer_can_look() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let nile = acme.company("Nile").await;
    let customer = acme.person_of(nile, "Amira", Role::Customer).await;
    let head = acme.person_of(nile, "Head", Role::CustomerAdmin).await;
    let (manager, agent) = (acme.sign_in(Role::Manager).await, acme.sign_in(Role::Agent).await);
    let ticket = file(&customer, "Invoice").await;
    accept(&manager, &ticket).await;
    let note = say(&agent, &ticket, json!({ "body": "zanzibar: they never pay", "visibility": "internal" })).await;
    assert_eq!(note["message"]["visibility"], "internal");
    test.run_jobs().await;

    assert_eq!(agent.get(&at(&ticket, "/messages")).await.expect(200).as_array().unwrap().len(), 2);
    let found = agent.get("/api/v1/search?q=zanzib").await.expect(200);
    assert_eq!(found["tickets"][0]["number"], ticket["number"], "staff find it");
    let listed = agent.get("/api/v1/tickets?q=zanzibar").await.expect(200);
    assert_eq!(listed["items"][0]["preview"], "zanzibar: they never pay");

    for outsider in [&customer, &head] {
        for path in [
            at(&ticket, ""),
            at(&ticket, "/messages"),
            "/api/v1/tickets?scope=company".into(),
            "/api/v1/notifications".into(),
            "/api/v1/search?q=invoice".into(),
        ] {
            let answer = outsider.get(&path).await;
            assert!(answer.status.is_success(), "{path}");
            assert!(!answer.text().contains("zanzibar"), "{path} tells the note: {}", answer.text());
            assert!(!answer.text().contains("note_added"), "{path} tells that there is a note");
        }
        let found = outsider.get("/api/v1/search?q=zanzibar").await.expect(200);
        assert_eq!(found["tickets"], json!([]), "the search must not tell that the word is there");
        let listed = outsider.get("/api/v1/tickets?q=zanzibar&scope=company").await.expect(200);
        assert_eq!(listed["items"], json!([]));
        outsider
            .post(&at(&ticket, "/messages"), json!({ "body": "me too", "visibility": "internal" }))
            .await
            .problem("forbidden");
    }
}
