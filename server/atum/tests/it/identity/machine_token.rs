//! The organization's own API tokens.

use atum_core::caller::Role;
use serde_json::{Value, json};

use super::events;
use crate::{
    support::{Client, Somebody, Test},
    tickets::{accept, at, file},
};

const OURS: &str = "/api/v1/organization/tokens";

async fn machine(test: &Test, admin: &Somebody, role: &str, scopes: &[&str]) -> (Value, Client) {
    let body = json!({ "name": "Monitoring", "role": role, "scopes": scopes, "expires_at": null });
    let created = admin.post(OURS, body).await.expect(201);
    let program = test.anonymous().with_token(created["token"].as_str().unwrap());
    (created, program)
}

#[tokio::test]
async fn history_names_the_machine_that_acted() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let admin = acme.sign_in(Role::Admin).await;
    let ticket = file(&*acme.sign_in(Role::Customer).await, "Printer").await;

    let (created, program) = machine(&test, &admin, "manager", &["tickets:write"]).await;

    assert!(created["token"].as_str().unwrap().starts_with("atum_mat_"));
    assert_eq!((&created["details"]["role"], &created["details"]["expires_at"]), (&json!("manager"), &Value::Null));
    accept(&program, &ticket).await;
    let history = admin.get(&at(&ticket, "/history")).await.expect(200);
    let history = history["items"].as_array().or(history.as_array()).unwrap().clone();
    let accepted = history.iter().find(|event| event["kind"] == "ticket_accepted").unwrap();
    assert_eq!(accepted["actor"]["name"], "Monitoring");
    assert_eq!(admin.get(OURS).await.expect(200)[0]["name"], "Monitoring");
}

#[tokio::test]
async fn only_admins_make_and_end_them() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (admin, manager) = (acme.sign_in(Role::Admin).await, acme.sign_in(Role::Manager).await);
    let (created, program) = machine(&test, &admin, "agent", &["tickets:read"]).await;
    let address = format!("{OURS}/{}", created["details"]["id"].as_str().unwrap());

    manager.get(OURS).await.problem("forbidden");
    manager.delete(&address).await.problem("forbidden");
    program.get("/api/v1/tickets").await.expect(200);
    acme.sign_in(Role::Admin).await.delete(&address).await.expect(204);

    program.get("/api/v1/tickets").await.problem("invalid-token");
    assert_eq!(admin.get(OURS).await.expect(200), json!([]));
    admin.delete(&address).await.problem("not-found");
    assert_eq!(events(&test).await, ["api_token_created", "api_token_used_from_new_network", "api_token_revoked"]);
}

#[tokio::test]
async fn who_wants_one_for_ever_says_so_and_none_is_a_customers() {
    let test = Test::new().await;
    let admin = test.organization("acme").await.sign_in(Role::Admin).await;
    let unsaid = json!({ "name": "A", "role": "agent", "scopes": ["tickets:read"] });
    admin.post(OURS, unsaid).await.problem("validation");
    let customer = json!({ "name": "A", "role": "customer", "scopes": ["tickets:read"], "expires_at": null });
    assert_eq!(admin.post(OURS, customer).await.problem("validation")["errors"][0]["pointer"], "#/role");
}

#[tokio::test]
async fn a_machine_is_nobody_to_write_to_or_to_sign_in_as() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let admin = acme.sign_in(Role::Admin).await;
    machine(&test, &admin, "admin", &["tickets:read"]).await;
    let (id, email): (uuid::Uuid, String) = sqlx::query_as("select id, email from desk.person where machine")
        .fetch_one(&mut test.superuser().await)
        .await
        .unwrap();

    for list in ["/api/v1/people", "/api/v1/people?q=monitoring", "/api/v1/staff", "/api/v1/people?role=admin"] {
        assert!(!admin.get(list).await.text().contains(&id.to_string()), "{list} shows the machine");
    }
    let person = format!("/api/v1/people/{id}");
    admin.patch(&person, json!({ "role": "agent" })).await.problem("not-found");
    admin.post(&format!("{person}/invitation"), json!({})).await.problem("not-found");
    assert!(atum_identity::reset_link(&test.app, &email, "acme").await.is_err());
    assert!(atum_identity::set_password(&test.app, &email, "plum-kettle-orbit-19").await.is_err());
    let accounts = atum_identity::list_accounts(&test.app).await.unwrap();
    assert!(!accounts.iter().any(|line| line.email == email));
    // A ticket comes in: managers and admins are told, the machine is not.
    file(&*acme.sign_in(Role::Customer).await, "Printer").await;
    test.run_jobs().await;
    let told: Vec<uuid::Uuid> = sqlx::query_scalar("select person_id from desk.notification")
        .fetch_all(&mut test.superuser().await)
        .await
        .unwrap();
    assert_eq!(told, [admin.person_id.0]);
}

#[tokio::test]
async fn a_machine_is_not_the_admin_that_an_organization_keeps() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (admin, other) = (acme.sign_in(Role::Admin).await, acme.sign_in(Role::Admin).await);
    let (_, program) = machine(&test, &admin, "admin", &["people:write"]).await;
    let demote = json!({ "role": "agent" });
    program.patch(&format!("/api/v1/people/{}", other.person_id), demote.clone()).await.expect(200);
    program.patch(&format!("/api/v1/people/{}", admin.person_id), demote).await.problem("wrong-state");
}
