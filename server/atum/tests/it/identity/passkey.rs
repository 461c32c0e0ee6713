//! What passkeys are for: signing in by themselves, and as a second factor.

use std::sync::Arc;

use atum_core::{App, caller::Role, config::Config};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{PASSWORD, account, cookie, keep, sign_in};
use crate::support::{Answer, Client, Test, authenticator::Authenticator};

pub const MARIA: &str = "maria@acme.example";
pub const ORIGIN: &str = "http://localhost:8000";
const PASSKEYS: &str = "/api/v1/profile/passkeys";

/// The same installation at an address for which browsers offer passkeys.
pub fn app(test: &Test) -> App {
    at(test, "http://127.0.0.1:8000")
}

fn at(test: &Test, public_url: &str) -> App {
    let config = Config { public_url: public_url.into(), ..(*test.app.config).clone() };
    App { config: Arc::new(config), ..test.app.clone() }
}

pub fn browser(test: &Test) -> Client {
    test.anonymous().served_by(app(test))
}

/// Maria at home, signed in by password alone.
pub async fn maria(test: &Test, role: Role) -> Client {
    test.organization("acme").await;
    account(test, "acme", MARIA, role).await;
    keep(&browser(test), &sign_in(&browser(test), MARIA, PASSWORD).await)
}

/// Adds a passkey for which the password is enough, and gives the answer too.
pub async fn add(home: &Client, mut authenticator: Authenticator) -> (Authenticator, Value) {
    let question =
        home.post(&format!("{PASSKEYS}/challenge"), json!({ "current_password": PASSWORD })).await.expect(200);
    let new = json!({
        "ceremony": question["ceremony"], "name": "Telephone", "credential": authenticator.create(&question),
    });
    let added = home.post(PASSKEYS, new).await.expect(201);
    (authenticator, added)
}

pub async fn enrolled(home: &Client) -> Authenticator {
    add(home, Authenticator::at(ORIGIN)).await.0
}

pub async fn ask(browser: &Client) -> Value {
    browser.post("/api/v1/session/passkey/challenge", json!({})).await.expect(200)
}

pub async fn answer(browser: &Client, question: &Value, credential: Value) -> Answer {
    let body = json!({ "ceremony": question["ceremony"], "credential": credential });
    browser.post("/api/v1/session/passkey", body).await
}

/// A browser elsewhere that gave the right password.
pub async fn half_signed_in(test: &Test) -> Client {
    let browser = browser(test).calling_from([203, 0, 113, 9]);
    let answer = sign_in(&browser, MARIA, PASSWORD).await;
    answer.problem("second-factor-needed");
    browser.header("cookie", &format!("atum_challenge={}", cookie(&answer, "atum_challenge").expect("a challenge")))
}

pub async fn ask_second(browser: &Client) -> Value {
    browser.post("/api/v1/session/second-factor/passkey", json!({})).await.expect(200)
}

pub async fn give_second(browser: &Client, question: &Value, credential: Value) -> Answer {
    let passkey = json!({ "ceremony": question["ceremony"], "credential": credential });
    browser.post("/api/v1/session/second-factor", json!({ "passkey": passkey })).await
}

pub async fn kinds(test: &Test) -> Vec<String> {
    sqlx::query_scalar("select kind from identity.event where kind like 'passkey%' order by at, id")
        .fetch_all(&mut test.superuser().await)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_passkey_alone_signs_in_where_a_password_alone_no_longer_does() {
    let test = Test::new().await;
    let home = maria(&test, Role::Agent).await;
    let mut telephone = enrolled(&home).await;
    let stranger = browser(&test);

    let question = ask(&stranger).await;
    let signed_in = answer(&stranger, &question, telephone.get(&question)).await;

    assert_eq!(question["options"]["rpId"], "localhost");
    assert_eq!(question["options"]["userVerification"], "required");
    assert_eq!(question["options"]["allowCredentials"], json!([]), "nobody has said who they are");
    assert_eq!(signed_in.expect(200)["email"], MARIA);
    keep(&stranger, &signed_in).get("/api/v1/session").await.expect(200);
    sign_in(&stranger, MARIA, PASSWORD).await.problem("second-factor-needed");
    assert_eq!(kinds(&test).await, ["passkey_added", "passkey_used"]);
}

#[tokio::test]
async fn a_passkey_is_a_second_factor_without_a_pin_too() {
    let test = Test::new().await;
    let home = maria(&test, Role::Agent).await;
    let mut key = enrolled(&home).await;
    let browser = half_signed_in(&test).await;
    let choice = browser.get("/api/v1/session/second-factor").await.expect(200);
    assert_eq!(choice, json!({ "code": false, "passkey": true }));

    let question = ask_second(&browser).await;
    key.flags = 0x01;
    let signed_in = give_second(&browser, &question, key.get(&question)).await;

    let allowed = &question["options"]["allowCredentials"];
    assert_eq!(allowed[0]["transports"], json!(["internal"]));
    assert_eq!(allowed.as_array().map(Vec::len), Some(1));
    assert_eq!(signed_in.expect(200)["email"], MARIA);
    assert_eq!(cookie(&signed_in, "atum_challenge").as_deref(), Some(""));
    browser.get("/api/v1/session/second-factor").await.problem("unauthenticated");
}

#[tokio::test]
async fn the_first_factor_brings_recovery_codes_and_ends_the_sessions_elsewhere() {
    let test = Test::new().await;
    let home = maria(&test, Role::Agent).await;
    // The browser of home is known by its cookie; this one is another.
    let elsewhere = keep(&browser(&test), &sign_in(&browser(&test), MARIA, PASSWORD).await);

    let (_, added) = add(&home, Authenticator::at(ORIGIN)).await;

    let codes = added["recovery_codes"].as_array().unwrap();
    assert_eq!(codes.len(), 10);
    elsewhere.get("/api/v1/session").await.problem("unauthenticated");
    let by_code = half_signed_in(&test).await.post("/api/v1/session/second-factor", json!({ "code": codes[0] })).await;
    by_code.expect(200);
    assert_eq!(home.get("/api/v1/profile/second-factor").await.expect(200)["recovery_codes_left"], 9);
    // A second passkey takes the first, and leaves codes and sessions alone.
    home.post(&format!("{PASSKEYS}/challenge"), json!({ "current_password": PASSWORD })).await.problem("validation");
    let both = json!({ "current_password": PASSWORD, "code": codes[1] });
    let question = home.post(&format!("{PASSKEYS}/challenge"), both).await.expect(200);
    assert_eq!(question["options"]["excludeCredentials"].as_array().map(Vec::len), Some(1));
    let mut key = Authenticator::at(ORIGIN);
    let new = json!({ "ceremony": question["ceremony"], "name": " Key ", "credential": key.create(&question) });
    assert_eq!(home.post(PASSKEYS, new).await.expect(201)["recovery_codes"], json!([]));
    keep(&browser(&test), &by_code).get("/api/v1/session").await.expect(200);
    let names: Vec<Value> = home.get(PASSKEYS).await.expect(200)["passkeys"].as_array().unwrap().clone();
    assert_eq!(names.iter().map(|passkey| &passkey["name"]).collect::<Vec<_>>(), ["Telephone", "Key"]);
}

#[tokio::test]
async fn mine_are_listed_named_and_removed_with_both_factors() {
    let test = Test::new().await;
    let home = maria(&test, Role::Agent).await;
    let mut key = enrolled(&home).await;
    let listed = home.get(PASSKEYS).await.expect(200);
    assert_eq!((&listed["origin"], &listed["domain"]), (&json!(ORIGIN), &json!("localhost")));
    let one = &listed["passkeys"][0];
    assert_eq!((&one["last_used_at"], &one["suspected_at"]), (&Value::Null, &Value::Null));
    let address = format!("{PASSKEYS}/{}", one["id"].as_str().unwrap());

    home.patch(&address, json!({ "name": "" })).await.problem("validation");
    home.patch(&address, json!({ "name": "Blue key" })).await.expect(204);
    let removal = format!("{address}/removal");
    home.post(&removal, json!({ "current_password": PASSWORD })).await.problem("validation");
    let question = home.post("/api/v1/profile/second-factor/passkey", json!({})).await.expect(200);
    let passkey = json!({ "ceremony": question["ceremony"], "credential": key.get(&question) });
    let both = json!({ "current_password": PASSWORD, "passkey": passkey });
    assert_eq!(home.get(PASSKEYS).await.expect(200)["passkeys"][0]["name"], "Blue key");
    home.post(&removal, both).await.expect(204);

    assert_eq!(home.get(PASSKEYS).await.expect(200)["passkeys"], json!([]));
    let state = home.get("/api/v1/profile/second-factor").await.expect(200);
    assert_eq!(state["recovery_codes_left"], 0, "codes go with the last factor");
    sign_in(&browser(&test), MARIA, PASSWORD).await.expect(200);
    home.post(&removal, json!({ "current_password": PASSWORD })).await.problem("not-found");
    home.patch(&address, json!({ "name": "gone" })).await.problem("not-found");
    assert_eq!(kinds(&test).await, ["passkey_added", "passkey_removed"]);
}

#[tokio::test]
async fn an_organization_that_asks_for_a_second_factor_is_content_with_a_passkey() {
    let test = Test::new().await;
    let admin = maria(&test, Role::Admin).await;
    account(&test, "acme", "ben@acme.example", Role::Agent).await;
    let ben = keep(&browser(&test), &sign_in(&browser(&test), "ben@acme.example", PASSWORD).await);
    let security = "/api/v1/organization/security";
    admin.patch(security, json!({ "second_factor_required": true })).await.problem("wrong-state");
    enrolled(&admin).await;
    admin.patch(security, json!({ "second_factor_required": true })).await.expect(200);

    ben.get("/api/v1/staff").await.problem("second-factor-required");
    assert_eq!(ben.get(PASSKEYS).await.expect(200)["passkeys"], json!([]));
    enrolled(&ben).await;

    ben.get("/api/v1/staff").await.expect(200);
    assert_eq!(ben.get("/api/v1/session").await.expect(200)["second_factor_missing"], false);
}

#[tokio::test]
async fn an_operator_removes_passkeys_too() {
    let test = Test::new().await;
    let home = maria(&test, Role::Agent).await;
    let mut telephone = enrolled(&home).await;

    atum_identity::remove_second_factor(&test.app, MARIA).await.unwrap();

    home.get("/api/v1/session").await.problem("unauthenticated");
    sign_in(&browser(&test), MARIA, PASSWORD).await.expect(200);
    let question = ask(&browser(&test)).await;
    answer(&browser(&test), &question, telephone.get(&question)).await.problem("passkey-refused");
    let codes: i64 = sqlx::query_scalar("select count(*) from identity.recovery_code")
        .fetch_one(&mut test.superuser().await)
        .await
        .unwrap();
    assert_eq!(codes, 0);
    assert!(atum_identity::remove_second_factor(&test.app, MARIA).await.is_err());
}

#[tokio::test]
async fn at_an_address_without_a_domain_it_says_why_not() {
    let test = Test::new().await;
    let home = maria(&test, Role::Agent).await;
    enrolled(&home).await;
    for (public_url, origin) in [
        ("http://192.0.2.7:8000", Value::Null),
        ("https://192.0.2.7", Value::Null),
        ("http://desk.example", Value::Null),
        ("https://desk.example", json!("https://desk.example")),
    ] {
        let elsewhere = test.anonymous().served_by(at(&test, public_url));
        let asked = elsewhere.post("/api/v1/session/passkey/challenge", json!({})).await;
        match origin {
            Value::Null => {
                let problem = asked.problem("wrong-state");
                assert!(problem["detail"].as_str().unwrap().contains("domain name"), "{problem}");
            }
            _ => assert_eq!(asked.expect(200)["options"]["rpId"], "desk.example"),
        }
    }
    let moved = home.served_by(at(&test, "http://desk.localhost:8000"));
    let listed = moved.get(PASSKEYS).await.expect(200);
    assert_eq!((&listed["domain"], &listed["passkeys"][0]["domain"]), (&json!("desk.localhost"), &json!("localhost")));
    moved.post("/api/v1/profile/second-factor/passkey", json!({})).await.problem("wrong-state");
}

#[tokio::test]
async fn a_question_is_kept_for_five_minutes_and_not_without_number() {
    let test = Test::new().await;
    let home = maria(&test, Role::Agent).await;
    let mut telephone = enrolled(&home).await;
    let browser = browser(&test);
    let early = ask(&browser).await;
    test.clock.set(test.clock.now() + TimeDelta::seconds(299));
    let late = ask(&browser).await;
    sqlx::query(
        "insert into identity.passkey_ceremony (token_hash, purpose, network, state, created_at, expires_at)
         select int8send(n), 'sign_in', '192.0.2.0/24', '{}', $1, $1 + interval '5 minutes' from generate_series(1, 1100) n",
    )
    .bind(test.clock.now() - TimeDelta::seconds(10))
    .execute(&mut test.superuser().await)
    .await
    .unwrap();
    answer(&browser, &early, telephone.get(&early)).await.expect(200);
    ask(&browser).await;
    let kept: i64 = sqlx::query_scalar("select count(*) from identity.passkey_ceremony")
        .fetch_one(&mut test.superuser().await)
        .await
        .unwrap();
    assert_eq!(kept, 1000);
    test.clock.set(test.clock.now() + TimeDelta::seconds(299));
    answer(&browser, &late, telephone.get(&late)).await.expect(200);
    test.clock.set(test.clock.now() + TimeDelta::seconds(1));
    ask(&browser).await;
    let kept: i64 = sqlx::query_scalar("select count(*) from identity.passkey_ceremony")
        .fetch_one(&mut test.superuser().await)
        .await
        .unwrap();
    assert_eq!(kept, 1, "what is over is removed by the next");
}
