//! What happens to an account, as the organization's own events tell it.

use atum_core::caller::Role;
use serde_json::{Value, json};

use super::{seal, tamper, verify};
use crate::support::{Organization, Test};

const MARIA: &str = "maria@acme.example";
const PASSWORD: &str = "plum-kettle-orbit-19";

/// Kind, whether the person itself did it, detail.
type Line = (String, bool, Value);

async fn lines(test: &Test, organization: &Organization<'_>, person: impl std::fmt::Display) -> Vec<Line> {
    sqlx::query_as(
        "select kind, actor_id is not null and actor_id = subject_id, detail from desk.event
          where organization_id = $1 and subject_id = $2::uuid and kind <> 'person_created' order by at, id",
    )
    .bind(organization.id.0)
    .bind(person.to_string())
    .fetch_all(&mut test.superuser().await)
    .await
    .unwrap()
}

/// Carries over until as many are told: another test's open transaction may hold them up.
async fn told(test: &Test, organization: &Organization<'_>, person: impl std::fmt::Display, count: usize) -> Vec<Line> {
    loop {
        atum_identity::tell_organizations(&test.app).await.unwrap();
        let lines = lines(test, organization, &person).await;
        if lines.len() >= count {
            return lines;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn sign_ins_that_fail_and_that_do_not_and_the_operators_commands_are_told_once() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let account =
        atum_identity::create_account(&test.app, "acme", MARIA, "Maria", Role::Agent, Some(PASSWORD)).await.unwrap();
    let browser = test.anonymous().header("user-agent", "Test/1");
    for (password, status) in [("wrong", 401), (PASSWORD, 200)] {
        browser.post("/api/v1/session", json!({ "email": MARIA, "password": password })).await.expect(status);
    }
    atum_identity::disable_account(&test.app, MARIA).await.unwrap();

    let lines = told(&test, &acme, account.person_id, 5).await;

    let (operator, browser) = (json!({ "by": "operator" }), json!({ "user_agent": "Test/1" }));
    let expected = [
        ("invitation_created", false, &operator),
        ("password_changed", false, &operator),
        ("sign_in_failed", false, &browser),
        ("signed_in", true, &browser),
        ("account_disabled", false, &operator),
    ];
    assert_eq!(lines, expected.map(|(kind, own, detail)| (kind.to_owned(), own, detail.clone())));

    // A crash between the last write and the note of how far it came: all is carried over again, nothing is doubled.
    tamper(&test, "update identity.event_told set transaction_id = 0").await;
    let both = tokio::join!(atum_identity::tell_organizations(&test.app), atum_identity::tell_organizations(&test.app));
    both.0.and(both.1).unwrap();
    assert_eq!(told(&test, &acme, account.person_id, 5).await, lines);
    seal(&test, &acme).await;
    assert_eq!(verify(&test, &acme, &[]).await.findings, []);
}

#[tokio::test]
async fn an_operators_look_at_the_installation_and_a_sign_out_are_told() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let operator = acme.sign_in(Role::Agent).await;
    let promote = format!("update identity.account set operator = true where id = '{}'", operator.account_id);
    tamper(&test, &promote).await;
    operator.get("/internal/rls/health").await.expect(200);
    operator.delete("/api/v1/session").await.expect(204);
    let kinds: Vec<(String, bool)> =
        told(&test, &acme, operator.person_id, 2).await.into_iter().map(|(kind, own, _)| (kind, own)).collect();
    assert_eq!(kinds, [("isolation_read".to_owned(), true), ("signed_out".to_owned(), true)]);
}

#[tokio::test]
async fn what_concerns_an_account_is_told_to_its_organizations_and_no_other() {
    let test = Test::new().await;
    let (acme, initech) = (test.organization("acme").await, test.organization("initech").await);
    let person = acme.sign_in(Role::Agent).await;
    person.delete("/api/v1/session").await.expect(204);
    told(&test, &acme, person.person_id, 1).await;
    let elsewhere: i64 = sqlx::query_scalar("select count(*) from desk.event where organization_id = $1")
        .bind(initech.id.0)
        .fetch_one(&mut test.superuser().await)
        .await
        .unwrap();
    assert_eq!(elsewhere, 0);
}
