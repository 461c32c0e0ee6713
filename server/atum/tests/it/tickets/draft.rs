use atum_core::caller::Role;
use serde_json::json;

use super::{accept, at, file, say};
use crate::support::Test;

#[tokio::test]
async fn a_draft_is_kept_refuses_a_second_tab_and_goes_when_sent() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (customer, manager) = (acme.sign_in(Role::Customer).await, acme.sign_in(Role::Manager).await);
    let agent = acme.sign_in(Role::Agent).await;
    let ticket = file(&customer, "Question").await;
    accept(&manager, &ticket).await;
    let address = at(&ticket, "/drafts/reply");

    assert_eq!(agent.get(&address).await.expect(200)["version"], 0);
    let first = agent.put(&address, json!({ "body": "Dear", "version": 0 })).await.expect(200);
    let second = agent.put(&address, json!({ "body": "Dear Amira", "version": first["version"] })).await.expect(200);
    let problem = agent.put(&address, json!({ "body": "Hello", "version": first["version"] })).await.problem("stale");
    assert_eq!(problem["conflicts"][0]["theirs"], json!({ "body": "Dear Amira", "version": second["version"] }));
    assert_eq!(problem["conflicts"][0]["yours"], "Hello");
    assert_eq!(agent.get(&address).await.expect(200)["body"], "Dear Amira", "nothing was overwritten");

    assert_eq!(manager.get(&address).await.expect(200)["version"], 0, "a draft is its writer's alone");
    agent.put(&at(&ticket, "/drafts/note"), json!({ "body": "ask Mona", "version": 0 })).await.expect(200);
    say(&agent, &ticket, json!({ "body": "Dear Amira, done." })).await;
    assert_eq!(agent.get(&address).await.expect(200)["version"], 0, "what was sent is no draft");
    assert_eq!(agent.get(&at(&ticket, "/drafts/note")).await.expect(200)["body"], "ask Mona");
}
