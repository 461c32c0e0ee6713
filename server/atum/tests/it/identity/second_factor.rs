use atum_core::caller::Role;
use chrono::TimeDelta;
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use super::{PASSWORD, account, cookie, keep, sign_in};
use crate::support::{Answer, Client, Test};

const MARIA: &str = "maria@acme.example";
const ADDRESS: &str = "/api/v1/profile/second-factor";

/// What the program on the telephone shows now.
fn code(test: &Test, secret: &str) -> String {
    let secret = Secret::try_from_base32(secret).expect("base 32");
    let seconds = test.clock.now().timestamp().try_into().expect("after 1970");
    Builder::new().with_secret(secret).build().expect("RFC 6238").generate(seconds).to_string()
}

fn later(test: &Test, seconds: i64) {
    test.clock.set(test.clock.now() + TimeDelta::seconds(seconds));
}

/// Sets a second factor up and gives its secret and its recovery codes.
async fn enrol(test: &Test, browser: &Client, password: &str) -> (String, Vec<String>) {
    let begun = browser.post(ADDRESS, json!({ "current_password": password })).await.expect(200);
    let secret = begun["secret"].as_str().unwrap().to_owned();
    let confirmed = browser.put(ADDRESS, json!({ "code": code(test, &secret) })).await.expect(200);
    let codes = confirmed["recovery_codes"].as_array().unwrap();
    (secret, codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect())
}

/// Maria at home, signed in by password alone.
async fn maria(test: &Test, role: Role) -> Client {
    test.organization("acme").await;
    account(test, "acme", MARIA, role).await;
    keep(&test.anonymous(), &sign_in(&test.anonymous(), MARIA, PASSWORD).await)
}

/// A browser elsewhere that gave the right password.
async fn half_signed_in(test: &Test) -> Client {
    let browser = test.anonymous().calling_from([203, 0, 113, 9]);
    let answer = sign_in(&browser, MARIA, PASSWORD).await;
    answer.problem("second-factor-needed");
    assert_eq!(cookie(&answer, "atum_session"), None, "a password alone begins no session");
    browser.header("cookie", &format!("atum_challenge={}", cookie(&answer, "atum_challenge").expect("a challenge")))
}

async fn give(browser: &Client, code: &str) -> Answer {
    browser.post("/api/v1/session/second-factor", json!({ "code": code })).await
}

#[track_caller]
fn refused(answer: &Answer) {
    let problem = answer.problem("validation");
    assert_eq!((&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]), (&json!("#/code"), &json!("wrong")));
}

#[tokio::test]
async fn password_and_code_sign_in_and_a_code_works_once() {
    let test = Test::new().await;
    let home = maria(&test, Role::Agent).await;
    let (secret, _) = enrol(&test, &home, PASSWORD).await;
    later(&test, 60);
    let (first, second) = (half_signed_in(&test).await, half_signed_in(&test).await);
    first.get("/api/v1/session").await.problem("unauthenticated");
    let shown = code(&test, &secret);

    let answer = give(&first, &shown).await;

    assert_eq!(answer.expect(200)["email"], MARIA);
    assert_eq!(cookie(&answer, "atum_challenge").as_deref(), Some(""));
    keep(&first, &answer).get("/api/v1/session").await.expect(200);
    refused(&give(&second, &shown).await);
    give(&first, &shown).await.problem("unauthenticated");
    later(&test, 30);
    give(&second, &code(&test, &secret)).await.expect(200);
}

#[tokio::test]
async fn the_code_that_enrolled_does_not_sign_in() {
    let test = Test::new().await;
    let home = maria(&test, Role::Agent).await;
    let (secret, _) = enrol(&test, &home, PASSWORD).await;
    refused(&give(&half_signed_in(&test).await, &code(&test, &secret)).await);
}

#[tokio::test]
async fn one_code_given_by_two_at_once_lets_one_in() {
    let test = Test::new().await;
    let home = maria(&test, Role::Agent).await;
    let (secret, _) = enrol(&test, &home, PASSWORD).await;
    later(&test, 60);
    let (first, second) = (half_signed_in(&test).await, half_signed_in(&test).await);
    let shown = code(&test, &secret);

    let (one, other) = tokio::join!(give(&first, &shown), give(&second, &shown));

    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 422]);
}

#[tokio::test]
async fn a_recovery_code_works_once_and_is_counted() {
    let test = Test::new().await;
    let home = maria(&test, Role::Agent).await;
    let (_, codes) = enrol(&test, &home, PASSWORD).await;
    assert_eq!(codes.len(), 10);

    let typed = codes[3].to_uppercase().replace('-', " ");
    give(&half_signed_in(&test).await, &typed).await.expect(200);

    refused(&give(&half_signed_in(&test).await, &codes[3]).await);
    assert_eq!(home.get(ADDRESS).await.expect(200)["recovery_codes_left"], 9);
    let stored: Vec<Vec<u8>> = sqlx::query_scalar("select code_hash from identity.recovery_code")
        .fetch_all(&mut test.superuser().await)
        .await
        .unwrap();
    assert!(stored.iter().all(|hash| hash.len() == 32));
}

#[tokio::test]
async fn the_database_alone_does_not_tell_the_secret() {
    let test = Test::new().await;
    let home = maria(&test, Role::Agent).await;
    let (secret, _) = enrol(&test, &home, PASSWORD).await;
    let plain = Secret::try_from_base32(&secret).unwrap();
    let sealed: Vec<u8> = sqlx::query_scalar("select sealed_secret from identity.authenticator")
        .fetch_one(&mut test.superuser().await)
        .await
        .unwrap();
    assert!(!sealed.windows(20).any(|window| window == plain.as_ref()));
}

#[tokio::test]
async fn a_challenge_is_over_after_five_minutes_and_with_the_password() {
    let test = Test::new().await;
    let home = maria(&test, Role::Agent).await;
    let (secret, _) = enrol(&test, &home, PASSWORD).await;
    let (slow, stale) = (half_signed_in(&test).await, half_signed_in(&test).await);
    atum_identity::set_password(&test.app, MARIA, "violet-anchor-tundra").await.unwrap();
    later(&test, 60);
    give(&stale, &code(&test, &secret)).await.problem("unauthenticated");
    atum_identity::set_password(&test.app, MARIA, PASSWORD).await.unwrap();
    let fresh = half_signed_in(&test).await;
    later(&test, 300);
    give(&slow, &code(&test, &secret)).await.problem("unauthenticated");
    give(&fresh, &code(&test, &secret)).await.problem("unauthenticated");
    give(&test.anonymous(), &code(&test, &secret)).await.problem("unauthenticated");
}

#[tokio::test]
async fn guessing_codes_is_slowed_and_the_password_does_not_buy_new_tries() {
    let test = Test::new().await;
    test.organization("acme").await;
    account(&test, "acme", MARIA, Role::Agent).await;
    let known = sign_in(&test.anonymous(), MARIA, PASSWORD).await;
    let home = keep(&test.anonymous(), &known);
    let (secret, _) = enrol(&test, &home, PASSWORD).await;
    later(&test, 60);
    for _ in 0..6 {
        refused(&give(&half_signed_in(&test).await, "abcdef").await);
    }
    let attacker = half_signed_in(&test).await;
    let right = code(&test, &secret);
    let elsewhere = attacker.calling_from([198, 51, 100, 1]);
    assert_eq!(give(&elsewhere, &right).await.header("retry-after"), Some("1"));
    give(&attacker, &right).await.problem("too-many-requests");
    // The owner's own browser answers for its own tries only.
    let answer = sign_in(&home, MARIA, PASSWORD).await;
    let device = cookie(&known, "atum_device").unwrap();
    let cookies = format!("atum_challenge={}; atum_device={device}", cookie(&answer, "atum_challenge").unwrap());
    give(&home.header("cookie", &cookies), &right).await.expect(200);
}

#[tokio::test]
async fn enrolling_ends_the_sessions_that_began_without_it() {
    let test = Test::new().await;
    let home = maria(&test, Role::Agent).await;
    let elsewhere = keep(&test.anonymous(), &sign_in(&test.anonymous(), MARIA, PASSWORD).await);

    home.post(ADDRESS, json!({ "current_password": "plum-kettle-orbit-20" })).await.problem("validation");
    home.put(ADDRESS, json!({ "code": "123456" })).await.problem("wrong-state");
    let begun = home.post(ADDRESS, json!({ "current_password": PASSWORD })).await.expect(200);
    refused(&home.put(ADDRESS, json!({ "code": "abcdef" })).await);
    sign_in(&elsewhere, MARIA, PASSWORD).await.expect(200);
    let elsewhere = keep(&test.anonymous(), &sign_in(&test.anonymous(), MARIA, PASSWORD).await);
    let shown = code(&test, begun["secret"].as_str().unwrap());
    let enrolled = home.put(ADDRESS, json!({ "code": shown })).await.expect(200);

    elsewhere.get("/api/v1/session").await.problem("unauthenticated");
    home.get("/api/v1/session").await.expect(200);
    refused(&home.post(ADDRESS, json!({ "current_password": PASSWORD })).await);
    let recovery_code = &enrolled["recovery_codes"][0];
    let both = json!({ "current_password": PASSWORD, "code": recovery_code });
    home.post(ADDRESS, both).await.problem("wrong-state");
    let picture = &begun["picture"];
    assert!(picture["size"].as_i64() > Some(20) && picture["path"].as_str().unwrap().starts_with("M0 0h1v1h-1z"));
    assert!(begun["address"].as_str().unwrap().starts_with("otpauth://totp/acme:maria%40acme.example?secret="));
}

#[tokio::test]
async fn removing_takes_both_factors() {
    let test = Test::new().await;
    let home = maria(&test, Role::Agent).await;
    let (secret, codes) = enrol(&test, &home, PASSWORD).await;
    later(&test, 60);
    let remove = async |password: &str, code: &str| {
        home.post(&format!("{ADDRESS}/removal"), json!({ "current_password": password, "code": code })).await
    };

    let wrong = remove("plum-kettle-orbit-20", &codes[0]).await.problem("validation");
    assert_eq!(wrong["errors"][0]["pointer"], "#/current_password");
    refused(&remove(PASSWORD, "abcdef").await);
    let both = json!({ "current_password": PASSWORD, "code": codes[0] });
    let new = home.post(&format!("{ADDRESS}/recovery-codes"), both).await.expect(200);
    refused(&remove(PASSWORD, &codes[1]).await);
    assert_eq!(new["recovery_codes"].as_array().map(Vec::len), Some(10));
    remove(PASSWORD, &code(&test, &secret)).await.expect(204);

    let none: Value = home.get(ADDRESS).await.expect(200);
    assert_eq!(none, json!({ "enrolled_at": null, "recovery_codes_left": 0 }));
    sign_in(&test.anonymous(), MARIA, PASSWORD).await.expect(200);
    let kinds: Vec<String> = sqlx::query_scalar(
        "select kind from identity.event where kind like 'second%' or kind like 'recovery%' order by at, id",
    )
    .fetch_all(&mut test.superuser().await)
    .await
    .unwrap();
    let expected = ["enrolled", "failed", "codes_replaced", "failed", "removed"].map(|end| match end {
        "codes_replaced" => "recovery_codes_replaced".to_owned(),
        end => format!("second_factor_{end}"),
    });
    assert_eq!(kinds, expected);
}

#[tokio::test]
async fn a_link_to_set_a_new_password_does_not_get_around_it() {
    let test = Test::new().await;
    let home = maria(&test, Role::Agent).await;
    let (secret, _) = enrol(&test, &home, PASSWORD).await;
    later(&test, 60);
    let link = atum_identity::reset_link(&test.app, MARIA, "acme").await.unwrap();
    let token = link.url.rsplit('/').next().unwrap();

    let new = json!({ "password": "violet-anchor-tundra" });
    let answer = test.anonymous().post(&format!("/api/v1/invitations/{token}"), new).await;

    answer.problem("second-factor-needed");
    assert_eq!(cookie(&answer, "atum_session"), None);
    let challenge = format!("atum_challenge={}", cookie(&answer, "atum_challenge").unwrap());
    give(&test.anonymous().header("cookie", &challenge), &code(&test, &secret)).await.expect(200);
}

#[tokio::test]
async fn an_operator_helps_who_lost_both() {
    let test = Test::new().await;
    let home = maria(&test, Role::Agent).await;
    enrol(&test, &home, PASSWORD).await;

    atum_identity::remove_second_factor(&test.app, MARIA).await.unwrap();

    home.get("/api/v1/session").await.problem("unauthenticated");
    sign_in(&test.anonymous(), MARIA, PASSWORD).await.expect(200);
    assert!(atum_identity::remove_second_factor(&test.app, MARIA).await.is_err());
}

#[tokio::test]
async fn an_organization_that_asks_for_it_stops_its_staff_everywhere_but_at_setting_it_up() {
    let test = Test::new().await;
    let admin = maria(&test, Role::Admin).await;
    account(&test, "acme", "ben@acme.example", Role::Agent).await;
    account(&test, "acme", "ana@buyer.example", Role::Customer).await;
    let signed_in = async |email| keep(&test.anonymous(), &sign_in(&test.anonymous(), email, PASSWORD).await);
    let (ben, ana) = (signed_in("ben@acme.example").await, signed_in("ana@buyer.example").await);
    let security = "/api/v1/organization/security";
    let require = json!({ "second_factor_required": true });

    ben.patch(security, require.clone()).await.problem("forbidden");
    admin.patch(security, require.clone()).await.problem("wrong-state");
    enrol(&test, &admin, PASSWORD).await;
    admin.patch(security, require).await.expect(200);

    ben.get("/api/v1/staff").await.problem("second-factor-required");
    ben.post("/api/v1/tickets", json!({ "subject": "x" })).await.problem("second-factor-required");
    assert_eq!(ben.get("/api/v1/session").await.expect(200)["second_factor_missing"], true);
    assert_eq!(ana.get("/api/v1/session").await.expect(200)["second_factor_missing"], false);
    ana.get("/api/v1/tickets").await.expect(200);
    assert_eq!(admin.get(security).await.expect(200), json!({ "second_factor_required": true }));
    enrol(&test, &ben, PASSWORD).await;
    ben.get("/api/v1/staff").await.expect(200);
    assert_eq!(ben.get("/api/v1/session").await.expect(200)["second_factor_missing"], false);
    let told: i64 = sqlx::query_scalar("select count(*) from desk.event where kind = 'security_changed'")
        .fetch_one(&mut test.superuser().await)
        .await
        .unwrap();
    assert_eq!(told, 1);
}
