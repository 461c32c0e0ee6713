//! A provider speaks for its own organization, and for nothing else.

use atum_core::caller::Role;
use serde_json::json;

use super::{Desk, ana, ana_with};
use crate::{
    identity::{PASSWORD, account, keep, sign_in},
    support::Test,
};

const ANA: &str = "ana@acme.example";

#[tokio::test]
async fn an_account_of_another_organization_is_neither_taken_over_nor_told_of() {
    let test = Test::new().await;
    test.organization("globex").await;
    let there = account(&test, "globex", ANA, Role::Admin).await;
    let evil = Desk::new(&test).await;

    let (browser, session) = evil.come_in(ana()).await;

    assert_eq!(session["organizations"].as_array().unwrap().len(), 1);
    assert_eq!(session["organization"]["slug"], "acme");
    let switch = json!({ "organization_id": there.organization_id });
    browser.put("/api/v1/session/organization", switch).await.problem("not-found");
    let ids: Vec<uuid::Uuid> = sqlx::query_scalar("select account_id from identity.external_identity")
        .fetch_all(&mut test.superuser().await)
        .await
        .unwrap();
    assert!(ids.len() == 1 && ids[0] != there.account_id.0);
    assert_eq!(sign_in(&test.anonymous(), ANA, PASSWORD).await.expect(200)["organization"]["slug"], "globex");
}

#[tokio::test]
async fn an_e_mail_that_a_provider_took_first_is_not_occupied() {
    let test = Test::new().await;
    let evil = Desk::new(&test).await;
    let (browser, _) = evil.come_in(ana()).await;
    let globex = test.organization("globex").await;
    let new = json!({ "name": "Ana Reyes", "email": ANA, "role": "admin" });
    let invited = globex.sign_in(Role::Admin).await.post("/api/v1/people", new).await.expect(201);
    assert!(invited["invitation_url"].is_string(), "her own account, with a link to set a password");
    let switch = json!({ "organization_id": globex.id });
    browser.put("/api/v1/session/organization", switch).await.problem("not-found");
    assert_eq!(evil.come_in(ana()).await.1["organizations"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn one_subject_of_one_issuer_is_two_people_in_two_organizations() {
    let test = Test::new().await;
    let acme = Desk::new(&test).await;
    let globex = Desk::with(&test, "globex", json!({})).await;
    let globex = Desk { provider: acme.provider.clone(), ..globex };
    globex.set(1, json!({})).await.expect(200);
    let (_, here) = acme.come_in(ana()).await;
    let (_, there) = globex.come_in(ana_with(json!({ "groups": ["leads"] }))).await;
    assert_eq!((&here["organization"]["slug"], &there["organization"]["slug"]), (&json!("acme"), &json!("globex")));
    assert_ne!(here["person"]["id"], there["person"]["id"]);
    assert_eq!(acme.come_in(ana()).await.1["role"], "agent");
}

/// An account with a password here and there, known to this organization's provider.
#[tokio::test]
async fn a_linked_account_comes_through_the_provider_into_its_organization_alone() {
    let test = Test::new().await;
    let desk = Desk::new(&test).await;
    let globex = test.organization("globex").await;
    account(&test, "acme", ANA, Role::Agent).await;
    account(&test, "globex", ANA, Role::Admin).await;
    atum_identity::set_operator(&test.app, ANA, true).await.unwrap();
    super::link::link(&desk, ana(), ANA).await;
    let own = keep(&test.anonymous(), &sign_in(&test.anonymous(), ANA, PASSWORD).await);

    let (browser, session) = desk.come_in(ana()).await;

    assert_eq!((&session["operator"], &session["managed"]), (&json!(false), &json!(false)));
    assert_eq!(
        session["organizations"].as_array().unwrap().len(),
        1,
        "where else she is, is not the provider's to know"
    );
    let switch = json!({ "organization_id": globex.id });
    browser.put("/api/v1/session/organization", switch.clone()).await.problem("wrong-state");
    browser.get("/internal/rls/health").await.problem("forbidden");
    let sessions = browser.get("/api/v1/sessions").await.expect(200);
    let elsewhere = own.get("/api/v1/sessions").await.expect(200);
    assert!(elsewhere.as_array().unwrap().len() > sessions.as_array().unwrap().len());
    let mine = elsewhere.as_array().unwrap().iter().find(|session| session["current"] == true).unwrap();
    let revoke = format!("/api/v1/sessions/{}", mine["id"].as_str().unwrap());
    browser.delete(&revoke).await.problem("not-found");
    own.put("/api/v1/session/organization", switch).await.expect(200);
    assert_eq!(own.get("/api/v1/session").await.expect(200)["operator"], true);
}
