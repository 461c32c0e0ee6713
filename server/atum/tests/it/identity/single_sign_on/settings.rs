//! What admins set, and what is never told.

use atum_core::caller::Role;
use serde_json::{Value, json};

use super::{CLIENT, Desk, SECRET, SETTINGS, near, settings};
use crate::support::Test;

const CHECK: &str = "/api/v1/organization/single-sign-on/check";

#[tokio::test]
async fn settings_are_an_admin_s_and_the_secret_nobody_s() {
    let test = Test::new().await;
    let desk = Desk::new(&test).await;
    let agent = desk.organization.sign_in(Role::Manager).await;
    for answer in
        [agent.get(SETTINGS).await, agent.if_match(1).put(SETTINGS, json!({})).await, agent.delete(SETTINGS).await]
    {
        answer.problem("forbidden");
    }
    let answer = desk.admin.get(SETTINGS).await;
    let state = answer.expect(200);
    assert_eq!((&state["has_secret"], &state["version"], &state["required"]), (&json!(true), &json!(1), &json!(false)));
    assert_eq!(state["redirect_uri"], "http://127.0.0.1:8000/api/v1/session/single-sign-on/acme/callback");
    assert!(!answer.text().contains(SECRET));
    let events = desk.events("single_sign_on_changed").await;
    assert!(!json!(events).to_string().contains(SECRET) && json!(events).to_string().contains(CLIENT));
    let sealed: Vec<u8> = sqlx::query_scalar("select sealed_secret from identity.single_sign_on")
        .fetch_one(&mut test.superuser().await)
        .await
        .unwrap();
    assert!(!sealed.windows(6).any(|window| SECRET.as_bytes().starts_with(window)));
}

#[tokio::test]
async fn a_secret_stays_with_the_client_it_was_given_for() {
    let test = Test::new().await;
    let desk = Desk::new(&test).await;
    let put = async |seen: i64, changes: Value, secret: Option<&str>| {
        let mut new = json!({ "settings": settings(&desk.provider.issuer, &changes), "required": false });
        if let Some(secret) = secret {
            new["client_secret"] = json!(secret);
        }
        desk.admin.if_match(seen).put(SETTINGS, new).await
    };
    assert_eq!(put(1, json!({ "label": "Acme" }), None).await.expect(200)["has_secret"], true);
    let moved = put(2, json!({ "issuer": "https://evil.example" }), None).await.problem("validation");
    assert_eq!(moved["errors"][0]["pointer"], "#/client_secret");
    put(2, json!({ "client_id": "other" }), None).await.problem("validation");
    assert_eq!(put(2, json!({}), Some("")).await.expect(200)["has_secret"], false);
    let stale = put(2, json!({ "label": "Lost" }), None).await.problem("stale");
    assert_eq!(stale["conflicts"][0]["theirs"]["label"], "Acme Account");
}

#[tokio::test]
async fn what_cannot_work_is_refused_where_it_is_written() {
    let test = Test::new().await;
    let desk = Desk::new(&test).await;
    for (changes, pointer) in [
        (json!({ "issuer": "http://id.example" }), "#/settings/issuer"),
        (json!({ "issuer": "https://id.example?x=1" }), "#/settings/issuer"),
        (json!({ "issuer": "https://user:word@id.example" }), "#/settings/issuer"),
        (json!({ "issuer": "ftp://id.example" }), "#/settings/issuer"),
        (json!({ "issuer": "" }), "#/settings/issuer"),
        (json!({ "client_id": " " }), "#/settings/client_id"),
        (json!({ "email_domains": [] }), "#/settings/email_domains"),
        (json!({ "email_domains": ["a b"] }), "#/settings/email_domains"),
        (json!({ "default_role": "admin" }), "#/settings/default_role"),
        (json!({ "scopes": ["a\"b"] }), "#/settings/scopes"),
        (
            json!({ "role_rules": [{ "claim": "groups", "value": "", "role": "agent" }] }),
            "#/settings/role_rules/0/value",
        ),
        (
            json!({ "role_rules": [{ "claim": "groups", "value": "x", "role": "operator" }] }),
            "#/settings/role_rules/0/role",
        ),
    ] {
        let problem = desk.set(1, changes.clone()).await.problem("validation");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{changes}");
    }
    // Where the server is reached from elsewhere, so has to be the provider.
    let far = desk.admin_account.if_match(1);
    let new = json!({ "settings": settings(&desk.provider.issuer, &json!({})), "required": false });
    assert_eq!(far.put(SETTINGS, new).await.problem("validation")["errors"][0]["pointer"], "#/settings/issuer");
}

#[tokio::test]
async fn the_page_to_sign_in_at_offers_it_where_it_is_on_and_tells_nothing_else() {
    let test = Test::new().await;
    let desk = Desk::new(&test).await;
    test.organization("globex").await;
    let offer =
        async |slug: &str| desk.browser().get(&format!("/api/v1/session/single-sign-on/{slug}")).await.expect(200);
    let button = &offer("acme").await["button"];
    assert_eq!(button["label"], "Acme Account");
    assert_eq!(button["url"], "http://127.0.0.1:8000/api/v1/session/single-sign-on/acme/start");
    assert_eq!(offer("globex").await, json!({ "button": null }));
    assert_eq!(offer("nowhere").await, json!({ "button": null }));
    desk.set(1, json!({ "enabled": false })).await.expect(200);
    assert_eq!(offer("acme").await, json!({ "button": null }));
    desk.refused(&desk.browser().get(&desk.at("start")).await, "off");
    desk.set(2, json!({})).await.expect(200);
    desk.admin.delete(SETTINGS).await.expect(204);
    desk.refused(&desk.browser().get(&desk.at("start")).await, "off");
    assert_eq!(desk.events("single_sign_on_removed").await.len(), 1);
}

#[tokio::test]
async fn starting_is_slowed_for_who_never_comes_back() {
    let test = Test::new().await;
    let desk = Desk::with(&test, "acme", json!({})).await;
    for _ in 0..101 {
        desk.set_out().await;
    }
    desk.refused(&desk.browser().get(&desk.at("start")).await, "throttled");
    let elsewhere = desk.browser().calling_from([203, 0, 113, 9]);
    desk.set_out_from(&elsewhere, "start").await;
}

#[tokio::test]
async fn the_check_names_the_step_that_fails() {
    let test = Test::new().await;
    let desk = Desk::new(&test).await;
    let check = async || {
        let steps = desk.admin.post(CHECK, json!({})).await.expect(200);
        let last = steps["steps"].as_array().unwrap().last().unwrap().clone();
        (
            last["step"].as_str().unwrap().to_owned(),
            last["passed"].as_bool().unwrap(),
            last["detail"].as_str().unwrap().to_owned(),
        )
    };
    let (step, passed, detail) = check().await;
    assert_eq!((step.as_str(), passed), ("client", true), "{detail}");
    for (about, expected) in [
        (json!({ "issuer": "https://other.example" }), "issuer"),
        (json!({ "jwks_uri": format!("{}/moved", desk.provider.issuer) }), "keys"),
        (json!({ "code_challenge_methods_supported": ["plain"] }), "features"),
        (json!({ "token_endpoint": "http://192.0.2.1/" }), "discovery"),
        (json!({ "jwks_uri": null }), "discovery"),
    ] {
        desk.provider.says_of_itself(about.clone());
        let (step, passed, detail) = check().await;
        assert_eq!((step.as_str(), passed), (expected, false), "{about}: {detail}");
    }
    desk.provider.says_of_itself(json!({ "token_endpoint_auth_methods_supported": ["client_secret_post"] }));
    assert!(check().await.1, "the secret in the form");
    desk.provider.says_of_itself(json!({}));
    let new =
        json!({ "settings": settings(&desk.provider.issuer, &json!({})), "client_secret": "wrong", "required": false });
    desk.admin.if_match(1).put(SETTINGS, new).await.expect(200);
    let (step, passed, detail) = check().await;
    assert_eq!((step.as_str(), passed), ("client", false));
    assert!(detail.contains("invalid_client"), "{detail}");
    desk.set(2, json!({ "issuer": "http://127.0.0.1:1" })).await.expect(200);
    let (step, _, detail) = check().await;
    assert!(step == "discovery" && detail.contains("127.0.0.1:1 cannot be reached"), "{detail}");
    let globex = test.organization("globex").await.sign_in(Role::Admin).await.served_by(near(&test));
    globex.post(CHECK, json!({})).await.problem("wrong-state");
}
