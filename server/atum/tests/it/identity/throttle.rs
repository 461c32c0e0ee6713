use atum_core::caller::Role;
use chrono::TimeDelta;

use super::{PASSWORD, account, keep, sign_in};
use crate::support::{Client, Test};

const MARIA: &str = "maria@acme.example";
const WRONG: &str = "plum-kettle-orbit-20";

/// Wrong passwords from as many networks.
async fn flood(test: &Test, tries: u8) {
    for network in 1..=tries {
        sign_in(&test.anonymous().calling_from([198, 51, network, 1]), MARIA, WRONG)
            .await
            .problem("invalid-credentials");
    }
}

async fn fail(browser: &Client, times: u32) {
    for _ in 0..times {
        sign_in(browser, MARIA, WRONG).await.problem("invalid-credentials");
    }
}

#[tokio::test]
async fn guessing_is_slowed_and_says_for_how_long() {
    let test = Test::new().await;
    let start = test.at("2026-11-20T10:00:00Z");
    test.organization("acme").await;
    account(&test, "acme", MARIA, Role::Agent).await;
    let attacker = test.anonymous().calling_from([198, 51, 100, 1]);
    fail(&attacker, 6).await;

    let refused = sign_in(&attacker, MARIA, PASSWORD).await;

    refused.problem("too-many-requests");
    assert_eq!(refused.header("retry-after"), Some("1"));
    sign_in(&attacker.calling_from([198, 51, 100, 200]), MARIA, PASSWORD).await.problem("too-many-requests");
    test.clock.set(start + TimeDelta::seconds(1));
    sign_in(&attacker, MARIA, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn a_restart_forgets_no_failure() {
    let test = Test::new().await;
    test.organization("acme").await;
    account(&test, "acme", MARIA, Role::Agent).await;
    fail(&test.anonymous(), 6).await;
    let connections = atum::database::connections(|role| crate::support::server::sign_in(role, &test.database));
    let restarted = test.anonymous().served_by(test.app_through(connections));
    sign_in(&restarted, MARIA, PASSWORD).await.problem("too-many-requests");
}

#[tokio::test]
async fn an_attacker_cannot_lock_a_victims_known_device_out() {
    let test = Test::new().await;
    test.organization("acme").await;
    account(&test, "acme", MARIA, Role::Agent).await;
    let browser = test.anonymous();
    let victim = keep(&browser, &sign_in(&browser, MARIA, PASSWORD).await);

    flood(&test, 40).await;
    // And from the victim's own network, until it is closed.
    fail(&browser, 1).await;

    sign_in(&browser, MARIA, PASSWORD).await.problem("too-many-requests");
    sign_in(&victim, MARIA, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn the_right_password_on_a_new_device_is_looked_at_under_a_flood() {
    let test = Test::new().await;
    test.organization("acme").await;
    account(&test, "acme", MARIA, Role::Agent).await;
    flood(&test, 40).await;

    let new = test.anonymous().calling_from([203, 0, 113, 9]);
    sign_in(&new, MARIA, PASSWORD).await.expect(200);

    let typo = test.anonymous().calling_from([203, 0, 115, 9]);
    fail(&typo, 1).await;
    let refused = sign_in(&typo, MARIA, PASSWORD).await;
    refused.problem("too-many-requests");
    assert_eq!(refused.header("retry-after"), Some("30"), "never longer");
}

#[tokio::test]
async fn a_device_is_trusted_with_its_own_account_only() {
    let test = Test::new().await;
    test.organization("acme").await;
    account(&test, "acme", MARIA, Role::Agent).await;
    account(&test, "acme", "ben@acme.example", Role::Agent).await;
    let browser = test.anonymous().calling_from([198, 51, 100, 1]);
    let bens = keep(&browser, &sign_in(&browser, "ben@acme.example", PASSWORD).await);

    fail(&bens, 6).await;

    sign_in(&bens, MARIA, PASSWORD).await.problem("too-many-requests");
    sign_in(&bens, "ben@acme.example", PASSWORD).await.expect(200);
    sign_in(&test.anonymous().calling_from([203, 0, 113, 9]), MARIA, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn a_known_device_is_slowed_too() {
    let test = Test::new().await;
    test.organization("acme").await;
    account(&test, "acme", MARIA, Role::Agent).await;
    let stolen = keep(&test.anonymous(), &sign_in(&test.anonymous(), MARIA, PASSWORD).await);

    fail(&stolen, 11).await;

    sign_in(&stolen, MARIA, PASSWORD).await.problem("too-many-requests");
    sign_in(&test.anonymous(), MARIA, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn tries_at_once_are_counted_one_by_one() {
    let test = Test::new().await;
    test.organization("acme").await;
    account(&test, "acme", MARIA, Role::Agent).await;
    let attacker = test.anonymous();

    let tries = (0..30).map(|_| sign_in(&attacker, MARIA, WRONG));
    let answers = futures::future::join_all(tries).await;

    let looked_at = answers.iter().filter(|answer| answer.status == 401).count();
    assert_eq!(looked_at, 6, "five free tries and the one that closes the bucket");
    assert!(answers.iter().all(|answer| [401, 429].contains(&answer.status.as_u16())));
}

#[tokio::test]
async fn a_right_password_gives_its_try_back() {
    let test = Test::new().await;
    test.organization("acme").await;
    account(&test, "acme", MARIA, Role::Agent).await;
    for _ in 0..25 {
        sign_in(&test.anonymous(), MARIA, PASSWORD).await.expect(200);
    }
    fail(&test.anonymous(), 6).await;
}
