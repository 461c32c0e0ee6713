//! Somebody forgot the password: what strangers learn of it, and who may help.

use atum_core::caller::Role;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{PASSWORD, account, sign_in};
use crate::support::{Answer, Client, Test};

const MARIA: &str = "maria@acme.example";
const ADDRESS: &str = "/api/v1/password-requests";

async fn ask(browser: &Client, email: &str) -> Answer {
    browser.post(ADDRESS, json!({ "email": email })).await
}

fn names(waiting: &Value) -> Vec<(&str, bool)> {
    let items = waiting.as_array().unwrap().iter();
    items.map(|item| (item["person"]["name"].as_str().unwrap(), item["may_make_link"].as_bool().unwrap())).collect()
}

#[tokio::test]
async fn a_stranger_learns_nothing_of_whether_there_is_an_account() {
    let test = Test::new().await;
    test.organization("acme").await;
    account(&test, "acme", MARIA, Role::Agent).await;
    account(&test, "acme", "gone@acme.example", Role::Agent).await;
    atum_identity::disable_account(&test.app, "gone@acme.example").await.unwrap();

    let mut answers = vec![];
    for email in [MARIA, " Maria@ACME.example", "nobody@acme.example", "gone@acme.example"] {
        let mut answer = ask(&test.anonymous(), email).await;
        answer.expect(202);
        answer.headers.remove("x-request-id");
        answers.push((answer.headers, answer.body));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    ask(&test.anonymous(), "no address").await.problem("validation");

    // The same is written for each.
    let traces: Vec<(String, bool)> = sqlx::query_as(
        "select r.email, exists (select from identity.event e where e.kind = 'password_requested' and e.email = r.email)
           from identity.password_request r order by r.email",
    )
    .fetch_all(&mut test.superuser().await)
    .await
    .unwrap();
    let emails = ["gone@acme.example", MARIA, "nobody@acme.example"];
    assert_eq!(traces, emails.map(|email| (email.to_owned(), true)));
}

#[tokio::test]
async fn asking_is_slowed_alike_for_every_address_and_a_restart_forgets_nothing() {
    let test = Test::new().await;
    test.organization("acme").await;
    account(&test, "acme", MARIA, Role::Agent).await;
    for email in [MARIA, "nobody@acme.example"] {
        for _ in 0..6 {
            ask(&test.anonymous(), email).await.expect(202);
        }
        ask(&test.anonymous(), email).await.problem("too-many-requests");
        // Another process on the same database: what was counted is there.
        let connections = atum::database::connections(|role| crate::support::server::sign_in(role, &test.database));
        let restarted = test.anonymous().served_by(test.app_through(connections));
        ask(&restarted, email).await.problem("too-many-requests");
        ask(&restarted.calling_from([203, 0, 113, 9]), email).await.expect(202);
    }
    sign_in(&test.anonymous(), MARIA, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn admins_see_who_of_theirs_waits_until_a_password_is_set() {
    let test = Test::new().await;
    let start = test.at("2026-11-20T10:00:00Z");
    let (acme, initech) = (test.organization("acme").await, test.organization("initech").await);
    let (max, other) = (acme.sign_in(Role::Admin).await, initech.sign_in(Role::Admin).await);
    let maria = account(&test, "acme", MARIA, Role::Agent).await;
    let shared = "shared@acme.example";
    account(&test, "acme", shared, Role::Customer).await;
    account(&test, "initech", shared, Role::Customer).await;
    ask(&test.anonymous(), MARIA).await.expect(202);
    test.clock.set(start + TimeDelta::minutes(1));
    ask(&test.anonymous(), shared).await.expect(202);
    ask(&test.anonymous(), "nobody@acme.example").await.expect(202);

    let waiting = max.get(ADDRESS).await.expect(200);
    assert_eq!(
        names(&waiting),
        [("Maria Lopez", false), ("Maria Lopez", true)],
        "the shared account is the operator's"
    );
    assert_eq!(waiting[1]["person"]["id"], json!(maria.person_id));
    assert_eq!(names(&other.get(ADDRESS).await.expect(200)), [("Maria Lopez", false)]);
    for role in [Role::Customer, Role::Agent, Role::Manager] {
        acme.sign_in(role).await.get(ADDRESS).await.problem("forbidden");
    }
    let lines = atum_identity::list_password_requests(&test.app).await.unwrap();
    let lines: Vec<(&str, usize)> = lines.iter().map(|line| (line.email.as_str(), line.organizations.len())).collect();
    assert_eq!(lines, [(shared, 2), (MARIA, 1)]);

    let link = max.post(&format!("/api/v1/people/{}/invitation", maria.person_id), json!({})).await.expect(200);
    let token = link["invitation_url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let address = format!("/api/v1/invitations/{token}");
    test.anonymous().post(&address, json!({ "password": "violet-anchor-tundra" })).await.expect(200);
    assert_eq!(names(&max.get(ADDRESS).await.expect(200)), [("Maria Lopez", false)]);
    test.clock.set(start + TimeDelta::days(8));
    assert_eq!(
        atum_identity::list_password_requests(&test.app).await.unwrap().len(),
        0,
        "a week later it is forgotten"
    );
}
