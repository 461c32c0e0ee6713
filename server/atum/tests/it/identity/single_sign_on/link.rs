//! An account that manages itself comes to be known to a provider by its owner's hand alone.

use atum_core::caller::Role;
use chrono::TimeDelta;
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use super::{Desk, ana, ana_with, location, with_cookies};
use crate::{
    identity::{PASSWORD, account, cookie, keep, sign_in},
    support::{Answer, Client, Test},
};

const ANA: &str = "ana@acme.example";

/// Somebody who came from the provider, signs in with the password too.
pub async fn link(desk: &Desk<'_>, claims: Value, email: &str) -> (Client, Answer) {
    let answer = desk.come(claims).await;
    assert_eq!(location(&answer), "/sign-in/acme?wanted=link");
    let browser = with_cookies(&desk.browser(), &answer);
    let answer = sign_in(&browser, email, PASSWORD).await;
    (browser, answer)
}

async fn bound(test: &Test) -> i64 {
    let bound = sqlx::query_scalar("select count(*) from identity.external_identity");
    bound.fetch_one(&mut test.superuser().await).await.unwrap()
}

#[tokio::test]
async fn a_member_with_a_password_is_asked_for_it_once() {
    let test = Test::new().await;
    let desk = Desk::new(&test).await;
    let member = account(&test, "acme", ANA, Role::Agent).await;

    let answer = desk.come(ana()).await;
    assert_eq!((cookie(&answer, "atum_session"), bound(&test).await), (None, 0), "nothing is taken over");
    let (_, answer) = link(&desk, ana(), ANA).await;

    assert_eq!(answer.expect(200)["person"]["id"], json!(member.person_id));
    assert_eq!(cookie(&answer, "atum_link").as_deref(), Some(""));
    let (_, session) = desk.come_in(ana_with(json!({ "groups": ["leads"] }))).await;
    assert_eq!((&session["person"]["id"], &session["role"]), (&json!(member.person_id), &json!("manager")));
    assert_eq!(
        sign_in(&test.anonymous(), ANA, PASSWORD).await.expect(200)["role"],
        "manager",
        "the password stays good"
    );
    atum_identity::tell_organizations(&test.app).await.unwrap();
    assert_eq!(desk.events("single_sign_on_linked").await.len(), 1);
}

#[tokio::test]
async fn nobody_else_s_sign_in_links_it() {
    let test = Test::new().await;
    let desk = Desk::new(&test).await;
    account(&test, "acme", ANA, Role::Agent).await;
    account(&test, "acme", "ben@acme.example", Role::Agent).await;
    let (browser, ben) = link(&desk, ana(), "ben@acme.example").await;
    assert_eq!((ben.expect(200)["email"].clone(), bound(&test).await), (json!("ben@acme.example"), 0));
    sign_in(&browser, ANA, "plum-kettle-orbit-20").await.problem("invalid-credentials");
    sign_in(&test.anonymous(), ANA, PASSWORD).await.expect(200);
    assert_eq!(bound(&test).await, 0, "another browser");
    test.clock.set(test.clock.now() + TimeDelta::minutes(11));
    sign_in(&browser, ANA, PASSWORD).await.expect(200);
    assert_eq!(bound(&test).await, 0, "too late");
}

#[tokio::test]
async fn the_account_s_second_factor_is_asked_for_when_linking_and_ever_after() {
    let test = Test::new().await;
    let desk = Desk::new(&test).await;
    account(&test, "acme", ANA, Role::Agent).await;
    let home = keep(&test.anonymous(), &sign_in(&test.anonymous(), ANA, PASSWORD).await);
    let begun = home.post("/api/v1/profile/second-factor", json!({ "current_password": PASSWORD })).await.expect(200);
    let secret = begun["secret"].as_str().unwrap().to_owned();
    let shown = || {
        test.clock.set(test.clock.now() + TimeDelta::seconds(30));
        let seconds = test.clock.now().timestamp().try_into().unwrap();
        Builder::new()
            .with_secret(Secret::try_from_base32(&secret).unwrap())
            .build()
            .unwrap()
            .generate(seconds)
            .to_string()
    };
    home.put("/api/v1/profile/second-factor", json!({ "code": shown() })).await.expect(200);
    let give = async |browser: &Client, code: &str| {
        browser.post("/api/v1/session/second-factor", json!({ "code": code })).await
    };

    let came = desk.come(ana()).await;
    let browser = with_cookies(&desk.browser(), &came);
    let half = sign_in(&browser, ANA, PASSWORD).await;
    half.problem("second-factor-needed");
    assert_eq!(bound(&test).await, 0);
    let link = format!("atum_link={}", cookie(&came, "atum_link").unwrap());
    let both = format!("{link}; atum_challenge={}", cookie(&half, "atum_challenge").unwrap());
    give(&browser.header("cookie", &both), &shown()).await.expect(200);
    assert_eq!(bound(&test).await, 1);

    let came = desk.come(ana()).await;
    assert_eq!(location(&came), "/sign-in/acme?wanted=code");
    assert_eq!(cookie(&came, "atum_session"), None);
    let browser = with_cookies(&desk.browser(), &came);
    give(&browser, "abcdef").await.problem("validation");
    let answer = give(&browser, &shown()).await;
    assert_eq!(answer.expect(200)["organizations"].as_array().unwrap().len(), 1);

    desk.set(1, json!({ "second_factor": "provider" })).await.expect(200);
    desk.come_in(ana()).await;
}

#[tokio::test]
async fn where_it_is_required_staff_come_no_other_way_and_customers_do() {
    let test = Test::new().await;
    let desk = Desk::new(&test).await;
    account(&test, "acme", ANA, Role::Agent).await;
    account(&test, "acme", "kim@buyer.example", Role::Customer).await;
    let before = keep(&test.anonymous(), &sign_in(&test.anonymous(), ANA, PASSWORD).await);
    let body = |required: bool| {
        let settings = super::settings(&desk.provider.issuer, &json!({}));
        json!({ "settings": settings, "required": required })
    };
    desk.admin.if_match(1).put(super::SETTINGS, body(true)).await.problem("wrong-state");
    let (owner, _) = desk
        .come_in(json!({
            "sub": "owner", "email": "owner@acme.example", "email_verified": true, "groups": ["owners"],
        }))
        .await;
    owner.if_match(1).put(super::SETTINGS, body(true)).await.expect(200);

    before.get("/api/v1/staff").await.problem("unauthenticated");
    desk.admin.get("/api/v1/staff").await.problem("unauthenticated");
    let refused = sign_in(&test.anonymous(), ANA, PASSWORD).await;
    refused.problem("single-sign-on-required");
    assert_eq!(cookie(&refused, "atum_session"), None);
    sign_in(&test.anonymous(), "kim@buyer.example", PASSWORD).await.expect(200);
    // The password proves the account once more, to the provider's organization.
    link(&desk, ana(), ANA).await.1.expect(200);
    desk.come_in(ana()).await;
    owner.get("/api/v1/staff").await.expect(200);

    // Who is elsewhere too gets in there, and no further.
    test.organization("globex").await;
    account(&test, "globex", ANA, Role::Agent).await;
    let answer = sign_in(&test.anonymous(), ANA, PASSWORD).await;
    assert_eq!(answer.expect(200)["organization"]["slug"], "globex");
    let there = keep(&test.anonymous(), &answer);
    let switch = json!({ "organization_id": desk.organization.id });
    there.put("/api/v1/session/organization", switch.clone()).await.problem("single-sign-on-required");

    assert!(atum_identity::allow_other_ways(&test.app, "acme").await.unwrap());
    there.put("/api/v1/session/organization", switch).await.expect(200);
    let changed = desk.events("single_sign_on_changed").await;
    assert_eq!(changed.last().unwrap()["detail"], json!({ "by": "operator" }));
}
