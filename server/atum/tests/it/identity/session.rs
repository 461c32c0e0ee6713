use atum_core::caller::Role;
use chrono::TimeDelta;
use serde_json::json;

use super::{PASSWORD, account, cookie, events, keep, sign_in};
use crate::support::Test;

const MARIA: &str = "maria@acme.example";

#[tokio::test]
async fn signing_in_tells_who_and_where() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    account(&test, "acme", MARIA, Role::Manager).await;

    let answer = sign_in(&test.anonymous(), " Maria@Acme.example ", PASSWORD).await;

    let session = answer.expect(200);
    assert_eq!(session["email"], MARIA);
    assert_eq!(session["role"], "manager");
    assert_eq!(session["organization"]["id"], acme.id.to_string());
    assert_eq!(session["person"]["name"], "Maria Lopez");
    assert_eq!(session["organizations"].as_array().map(Vec::len), Some(1));
    assert_eq!(session["operator"], false);
    assert_eq!(keep(&test.anonymous(), &answer).get("/api/v1/session").await.expect(200), session);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_e_mail_get_one_answer() {
    let test = Test::new().await;
    test.organization("acme").await;
    account(&test, "acme", MARIA, Role::Agent).await;
    atum_identity::create_account(&test.app, "acme", "invited@acme.example", "Ben", Role::Agent, None).await.unwrap();
    account(&test, "acme", "gone@acme.example", Role::Agent).await;
    atum_identity::disable_account(&test.app, "gone@acme.example").await.unwrap();

    let mut answers = vec![];
    for (email, password) in [
        (MARIA, "plum-kettle-orbit-20"),
        ("nobody@acme.example", PASSWORD),
        ("invited@acme.example", PASSWORD),
        ("gone@acme.example", PASSWORD),
    ] {
        let answer = sign_in(&test.anonymous(), email, password).await;
        let mut problem = answer.problem("invalid-credentials");
        problem["instance"].take();
        answers.push((problem, answer.header("set-cookie").map(str::to_owned)));
    }

    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    assert_eq!(answers[0].1, None);
    let told: Vec<(Option<String>, bool)> = sqlx::query_as(
        "select email, account_id is not null from identity.event where kind = 'sign_in_failed' order by at, id",
    )
    .fetch_all(&mut test.superuser().await)
    .await
    .unwrap();
    let told: Vec<(&str, bool)> = told.iter().map(|(email, known)| (email.as_deref().unwrap(), *known)).collect();
    assert_eq!(
        told,
        [(MARIA, true), ("nobody@acme.example", false), ("invited@acme.example", true), ("gone@acme.example", true)]
    );
}

#[tokio::test]
async fn signing_in_replaces_the_session_that_the_browser_brought() {
    let test = Test::new().await;
    test.organization("acme").await;
    account(&test, "acme", MARIA, Role::Agent).await;
    let first = keep(&test.anonymous(), &sign_in(&test.anonymous(), MARIA, PASSWORD).await);

    let answer = sign_in(&first, MARIA, PASSWORD).await;

    answer.expect(200);
    first.get("/api/v1/session").await.problem("unauthenticated");
    keep(&first, &answer).get("/api/v1/session").await.expect(200);
}

#[tokio::test]
async fn signing_out_ends_the_session_for_every_copy_of_its_cookie() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let agent = acme.sign_in(Role::Agent).await;

    let answer = agent.delete("/api/v1/session").await;

    answer.expect(204);
    assert_eq!(cookie(&answer, "atum_session").as_deref(), Some(""));
    agent.get("/api/v1/session").await.problem("unauthenticated");
    assert_eq!(events(&test).await, ["sign_out"]);
}

#[tokio::test]
async fn a_session_elsewhere_is_listed_and_can_be_ended() {
    let test = Test::new().await;
    test.organization("acme").await;
    account(&test, "acme", MARIA, Role::Agent).await;
    let phone = test.anonymous().header("user-agent", "Phone").calling_from([203, 0, 113, 9]);
    let phone = keep(&phone, &sign_in(&phone, MARIA, PASSWORD).await);
    let laptop = keep(&test.anonymous(), &sign_in(&test.anonymous(), MARIA, PASSWORD).await);

    let sessions = laptop.get("/api/v1/sessions").await.expect(200);
    let phones = sessions.as_array().unwrap().iter().find(|session| session["user_agent"] == "Phone").unwrap();
    assert_eq!((&phones["current"], &phones["ip"]), (&json!(false), &json!("203.0.113.9")));
    assert_eq!((&phones["place"], &phones["same_network"]), (&json!("internet"), &json!(false)));
    assert_eq!(sessions.as_array().unwrap().iter().filter(|session| session["current"] == true).count(), 1);
    let address = format!("/api/v1/sessions/{}", phones["id"].as_str().unwrap());
    laptop.delete(&address).await.expect(204);

    phone.get("/api/v1/session").await.problem("unauthenticated");
    laptop.get("/api/v1/session").await.expect(200);
    laptop.delete(&address).await.problem("not-found");
}

#[tokio::test]
async fn all_others_are_signed_out_at_once() {
    let test = Test::new().await;
    test.organization("acme").await;
    account(&test, "acme", MARIA, Role::Agent).await;
    account(&test, "acme", "other@acme.example", Role::Agent).await;
    let browser = async |email| keep(&test.anonymous(), &sign_in(&test.anonymous(), email, PASSWORD).await);
    let (here, phone, other) = (browser(MARIA).await, browser(MARIA).await, browser("other@acme.example").await);
    let sessions = here.get("/api/v1/sessions").await.expect(200);
    assert!(sessions.as_array().unwrap().iter().all(|session| session["same_network"] == true), "{sessions}");

    here.delete("/api/v1/sessions").await.expect(204);

    phone.get("/api/v1/session").await.problem("unauthenticated");
    other.get("/api/v1/session").await.expect(200);
    assert_eq!(here.get("/api/v1/sessions").await.expect(200).as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn nobody_ends_another_accounts_session() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (mine, theirs) = (acme.sign_in(Role::Admin).await, acme.sign_in(Role::Agent).await);
    let sessions = theirs.get("/api/v1/sessions").await.expect(200);
    assert_eq!(sessions.as_array().map(Vec::len), Some(1));

    let answer = mine.delete(&format!("/api/v1/sessions/{}", sessions[0]["id"].as_str().unwrap())).await;

    answer.problem("not-found");
    theirs.get("/api/v1/session").await.expect(200);
}

#[tokio::test]
async fn an_unused_session_ends_after_a_week_and_a_used_one_after_a_month() {
    let test = Test::new().await;
    let start = test.at("2026-11-20T10:00:00Z");
    let acme = test.organization("acme").await;
    let (used, unused) = (acme.sign_in(Role::Agent).await, acme.sign_in(Role::Agent).await);

    for day in [6, 12, 18, 24, 29] {
        test.clock.set(start + TimeDelta::days(day));
        used.get("/api/v1/session").await.expect(200);
    }
    unused.get("/api/v1/session").await.problem("unauthenticated");
    test.clock.set(start + TimeDelta::days(30));
    used.get("/api/v1/session").await.problem("unauthenticated");
}

#[tokio::test]
async fn one_account_switches_between_its_organizations_and_no_other() {
    let test = Test::new().await;
    let (acme, initech, globex) =
        (test.organization("acme").await, test.organization("initech").await, test.organization("globex").await);
    account(&test, "acme", MARIA, Role::Agent).await;
    atum_identity::create_account(&test.app, "initech", MARIA, "Maria", Role::Admin, Some(PASSWORD)).await.unwrap();
    let browser = keep(&test.anonymous(), &sign_in(&test.anonymous(), MARIA, PASSWORD).await);
    let here = browser.get("/api/v1/session").await.expect(200);
    let other = if here["organization"]["id"] == acme.id.to_string() { initech.id } else { acme.id };

    let switched = browser.put("/api/v1/session/organization", json!({ "organization_id": other })).await.expect(200);

    assert_eq!(switched["organization"]["id"], other.to_string());
    assert_ne!(switched["role"], here["role"]);
    assert_ne!(switched["person"]["id"], here["person"]["id"]);
    assert_eq!(browser.get("/api/v1/session").await.expect(200), switched);
    browser.put("/api/v1/session/organization", json!({ "organization_id": globex.id })).await.problem("not-found");
    let again = sign_in(&test.anonymous(), MARIA, PASSWORD).await.expect(200);
    assert_eq!(again["organization"]["id"], switched["organization"]["id"], "one goes on where one was");
}

#[tokio::test]
async fn what_is_taken_away_is_gone_at_the_next_request() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (admin, agent) = (acme.sign_in(Role::Admin).await, acme.sign_in(Role::Agent).await);
    let address = format!("/api/v1/people/{}", agent.person_id);

    admin.patch(&address, json!({ "role": "customer" })).await.expect(200);
    agent.get("/api/v1/staff").await.problem("forbidden");
    admin.patch(&address, json!({ "active": false })).await.expect(200);
    agent.get("/api/v1/session").await.problem("unauthenticated");
    atum_identity::disable_account(&test.app, &admin.email).await.unwrap();
    admin.get("/api/v1/session").await.problem("unauthenticated");
}
