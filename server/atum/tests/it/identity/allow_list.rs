//! The addresses that an organization lets people in from.

use std::sync::Arc;

use atum_core::{
    App,
    caller::{Caller, Role},
    config::Config,
    ids::{ApiTokenId, SessionId},
};
use serde_json::{Value, json};

use super::{PASSWORD, account, keep, sign_in};
use crate::support::{Client, Somebody, Test};

const LIST: &str = "/api/v1/organization/allow-list";
const MARIA: &str = "maria@acme.example";
/// Where a test's browser is unless it says otherwise.
const HERE: &str = "192.0.2.0/24";
const OFFICE: [u8; 4] = [203, 0, 113, 9];
const ELSEWHERE: [u8; 4] = [198, 51, 100, 1];

fn list(applies_to: &str, networks: &[&str]) -> Value {
    let networks: Vec<Value> = networks.iter().map(|network| json!({ "network": network, "note": "N" })).collect();
    json!({ "applies_to": applies_to, "networks": networks })
}

async fn restrict(admin: &Client, applies_to: &str, networks: &[&str]) -> Value {
    let version = admin.get(LIST).await.expect(200)["version"].clone();
    admin.if_match(version).put(LIST, list(applies_to, networks)).await.expect(200)
}

async fn token(test: &Test, somebody: &Somebody) -> Client {
    let body = json!({ "name": "A", "scopes": ["tickets:read"], "expires_at": "2026-12-20T10:00:00Z" });
    let created = somebody.post("/api/v1/profile/tokens", body).await.expect(201);
    test.anonymous().with_token(created["token"].as_str().unwrap())
}

#[tokio::test]
async fn staff_come_in_from_the_list_and_customers_from_everywhere() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (admin, agent) = (acme.sign_in(Role::Admin).await, acme.sign_in(Role::Agent).await);
    let customer = acme.sign_in(Role::Customer).await;
    let program = token(&test, &agent).await;
    let other = test.organization("initech").await.sign_in(Role::Agent).await;

    let kept = restrict(&admin, "staff", &[HERE, "203.0.113.9"]).await;

    assert_eq!(kept["networks"][1]["network"], "203.0.113.9/32");
    for client in [&*agent, &program] {
        client.get("/api/v1/tickets").await.expect(200);
        client.calling_from(OFFICE).get("/api/v1/tickets").await.expect(200);
        let refused = client.calling_from(ELSEWHERE).get("/api/v1/tickets").await.problem("address-not-allowed");
        assert_eq!(refused["address"], "198.51.100.1");
    }
    agent.calling_from(ELSEWHERE).get("/api/v1/session").await.problem("address-not-allowed");
    customer.calling_from(ELSEWHERE).get("/api/v1/tickets").await.expect(200);
    other.calling_from(ELSEWHERE).get("/api/v1/tickets").await.expect(200);
    restrict(&admin, "everybody", &[HERE]).await;
    customer.calling_from(ELSEWHERE).get("/api/v1/tickets").await.problem("address-not-allowed");
    customer.get("/api/v1/tickets").await.expect(200);
    agent.calling_from(OFFICE).get("/api/v1/tickets").await.problem("address-not-allowed");
    restrict(&admin, "everybody", &[]).await;
    agent.calling_from(ELSEWHERE).get("/api/v1/tickets").await.expect(200);
}

/// The same rule in the database as in `network.rs`: version 6, and version 4 as version 6 writes it.
#[tokio::test]
async fn every_form_of_an_address_is_the_same_address() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (admin, agent) = (acme.sign_in(Role::Admin).await, acme.sign_in(Role::Agent).await);
    restrict(&admin, "staff", &[HERE, "2001:db8::/48", "::ffff:203.0.113.0/120"]).await;
    for (address, status) in [
        ("2001:db8:0:ffff::1", 200),
        ("2001:db8:1::1", 403),
        ("203.0.113.77", 200),
        ("::ffff:203.0.113.77", 200),
        ("::ffff:198.51.100.1", 403),
        ("::ffff:192.0.2.1", 200),
        ("::1", 403),
    ] {
        let mut client = Client::clone(&agent);
        client.address = std::net::SocketAddr::new(address.parse().unwrap(), 40_000);
        assert_eq!(client.get("/api/v1/tickets").await.status, status, "{address}");
    }
}

#[tokio::test]
async fn nobody_is_let_in_by_a_header_that_they_wrote_themselves() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (admin, agent) = (acme.sign_in(Role::Admin).await, acme.sign_in(Role::Agent).await);
    restrict(&admin, "staff", &[HERE]).await;
    let forged = agent.calling_from(ELSEWHERE);
    for header in ["x-forwarded-for", "forwarded", "x-real-ip", "cf-connecting-ip", "true-client-ip"] {
        let value = if header == "forwarded" { "for=192.0.2.7" } else { "192.0.2.7" };
        forged.header(header, value).get("/api/v1/tickets").await.problem("address-not-allowed");
    }

    // Behind a proxy its own entry counts, which is the last, whatever the client wrote before it.
    let config = Config { trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()], ..(*test.app.config).clone() };
    let proxied = agent.calling_from([10, 0, 0, 2]).served_by(App { config: Arc::new(config), ..test.app.clone() });
    for (forwarded, status) in [
        ("192.0.2.7", 200),
        ("198.51.100.1, 192.0.2.7", 200),
        ("192.0.2.7, 198.51.100.1", 403),
        ("192.0.2.7, 198.51.100.1, 10.0.0.3", 403),
        ("192.0.2.7, nonsense", 403),
        ("", 403),
    ] {
        let answer = proxied.header("x-forwarded-for", forwarded).get("/api/v1/tickets").await;
        assert_eq!(answer.status, status, "X-Forwarded-For: {forwarded}");
    }
    proxied.header("forwarded", "for=192.0.2.7").get("/api/v1/tickets").await.problem("address-not-allowed");
}

#[tokio::test]
async fn nobody_signs_in_or_switches_from_elsewhere() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let admin = acme.sign_in(Role::Admin).await;
    account(&test, "acme", MARIA, Role::Agent).await;
    restrict(&admin, "staff", &[HERE]).await;
    let away = test.anonymous().calling_from(ELSEWHERE);

    let refused = sign_in(&away, MARIA, PASSWORD).await;
    assert_eq!(refused.problem("address-not-allowed")["address"], "198.51.100.1");
    assert_eq!(refused.header("set-cookie"), None);
    sign_in(&away, MARIA, "plum-kettle-orbit-20").await.problem("invalid-credentials");
    let here = keep(&test.anonymous(), &sign_in(&test.anonymous(), MARIA, PASSWORD).await);
    here.get("/api/v1/session").await.expect(200);

    // Who is shut out can still go.
    here.calling_from(ELSEWHERE).get("/api/v1/session").await.problem("address-not-allowed");
    here.calling_from(ELSEWHERE).delete("/api/v1/session").await.expect(204);

    // Where another organization of the account lets it in, it goes on there, and not back.
    let initech = test.organization("initech").await;
    atum_identity::create_account(&test.app, "initech", MARIA, "Maria", Role::Agent, Some(PASSWORD)).await.unwrap();
    let answer = sign_in(&away, MARIA, PASSWORD).await;
    assert_eq!(answer.expect(200)["organization"]["id"], initech.id.to_string());
    let away = keep(&away, &answer);
    let back = json!({ "organization_id": acme.id });
    away.put("/api/v1/session/organization", back).await.problem("address-not-allowed");
    away.get("/api/v1/session").await.expect(200);
}

#[tokio::test]
async fn an_admin_does_not_lock_themselves_out() {
    let test = Test::new().await;
    let admin = test.organization("acme").await.sign_in(Role::Admin).await;
    let seen = admin.get(LIST).await.expect(200);
    assert_eq!((&seen["networks"], &seen["your_address"]), (&json!([]), &json!("192.0.2.7")));

    let refused = admin.if_match(1).put(LIST, list("everybody", &["203.0.113.0/24"])).await.problem("validation");

    assert_eq!(refused["errors"][0]["pointer"], "#/networks");
    assert_eq!(refused["errors"][0]["detail"], "your own address, 192.0.2.7, is not among them");
    let wrong = admin.if_match(1).put(LIST, list("staff", &[HERE, "203.0.113.9/24"])).await.problem("validation");
    assert_eq!(wrong["errors"][0]["pointer"], "#/networks/1/network");
    assert_eq!(wrong["errors"][0]["detail"], "has bits behind its prefix; the network is 203.0.113.0/24");
    assert_eq!(admin.get(LIST).await.expect(200), seen);
}

#[tokio::test]
async fn two_admins_do_not_overwrite_each_other_and_the_trail_has_both_lists() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (admin, other) = (acme.sign_in(Role::Admin).await, acme.sign_in(Role::Admin).await);
    admin.if_match(1).put(LIST, list("staff", &[HERE])).await.expect(200);

    let stale = other.if_match(1).put(LIST, list("staff", &[HERE, "203.0.113.0/24"])).await.problem("stale");

    assert_eq!(stale["conflicts"][0]["theirs"][0]["network"], HERE);
    other.put(LIST, list("staff", &[HERE])).await.problem("version-required");
    other.if_match(2).put(LIST, list("staff", &[HERE, "203.0.113.0/24"])).await.expect(200);
    let events = admin.get("/api/v1/audit/events?kind=allow_list_changed").await.expect(200);
    let last = &events["items"][0];
    assert_eq!(last["actor"]["id"], other.person_id.to_string());
    let changed =
        json!([{ "field": "addresses", "old": ["192.0.2.0/24 N"], "new": ["192.0.2.0/24 N", "203.0.113.0/24 N"] }]);
    assert_eq!(last["changes"], changed);
    acme.sign_in(Role::Manager).await.get(LIST).await.problem("forbidden");
}

#[tokio::test]
async fn the_operator_opens_the_door_again() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let admin = acme.sign_in(Role::Admin).await;
    restrict(&admin, "everybody", &[HERE]).await;
    let away = admin.calling_from(ELSEWHERE);
    away.get(LIST).await.problem("address-not-allowed");
    assert_eq!(atum_identity::allow_list(&test.app, "acme").await.unwrap().networks[0].network, HERE);

    atum_identity::clear_allow_list(&test.app, "acme").await.unwrap();

    assert_eq!(away.get(LIST).await.expect(200)["networks"], json!([]));
    let events = admin.get("/api/v1/audit/events?kind=allow_list_changed").await.expect(200);
    assert_eq!(events["items"][0]["detail"], json!({ "by": "operator" }));
}

/// A live stream asks this every few seconds; when it reconnects it is a request like any other.
#[tokio::test]
async fn a_stream_ends_with_the_address_and_with_the_token() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (admin, agent) = (acme.sign_in(Role::Admin).await, acme.sign_in(Role::Agent).await);
    let program = token(&test, &agent).await;
    let session_id = one_id(&test, "select id from identity.session where account_id = $1", &agent).await;
    let token_id = one_id(&test, "select id from identity.api_token where account_id = $1", &agent).await;
    let by_session = Caller {
        account_id: agent.account_id,
        session_id: SessionId(session_id),
        token_id: None,
        organization_id: acme.id,
        person_id: agent.person_id,
        role: Role::Agent,
        impersonator_id: None,
        ip: Some(OFFICE.into()),
        idempotency: None,
    };
    let by_token =
        Caller { session_id: SessionId(token_id), token_id: Some(ApiTokenId(token_id)), ..by_session.clone() };
    let goes_on = async |caller: &Caller| atum_identity::session::is_current(&test.app, caller).await.unwrap();

    restrict(&admin, "staff", &[HERE, "203.0.113.0/24"]).await;
    assert!(goes_on(&by_session).await && goes_on(&by_token).await);
    restrict(&admin, "staff", &[HERE]).await;
    assert!(!goes_on(&by_session).await && !goes_on(&by_token).await);
    agent.calling_from(OFFICE).get("/api/v1/live").await.problem("address-not-allowed");
    program.calling_from(OFFICE).get("/api/v1/live").await.problem("address-not-allowed");
    restrict(&admin, "staff", &[]).await;
    assert!(goes_on(&by_session).await && goes_on(&by_token).await);
    agent.delete(&format!("/api/v1/profile/tokens/{token_id}")).await.expect(204);
    assert!(goes_on(&by_session).await && !goes_on(&by_token).await);
}

async fn one_id(test: &Test, sql: &'static str, somebody: &Somebody) -> uuid::Uuid {
    let mut superuser = test.superuser().await;
    sqlx::query_scalar(sql).bind(somebody.account_id.0).fetch_one(&mut superuser).await.unwrap()
}
