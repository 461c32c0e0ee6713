//! Personal API tokens.

use atum_core::caller::Role;
use chrono::TimeDelta;
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;

use super::events;
use crate::{
    support::{Client, Somebody, Test},
    tickets::{accept, at, file},
};

const MINE: &str = "/api/v1/profile/tokens";

/// A token of this person that is good until 20 December, and a program that carries it.
async fn token(test: &Test, somebody: &Somebody, scopes: &[&str]) -> (Value, Client) {
    let body = json!({ "name": "Nightly report", "scopes": scopes, "expires_at": "2026-12-20T10:00:00Z" });
    let created = somebody.post(MINE, body).await.expect(201);
    let program = test.anonymous().with_token(created["token"].as_str().unwrap());
    (created, program)
}

fn challenge(answer: &crate::support::Answer) -> String {
    answer.header("www-authenticate").unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_token_acts_as_its_person_and_is_shown_once() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (customer, agent) = (acme.sign_in(Role::Customer).await, acme.sign_in(Role::Agent).await);
    let ticket = file(&customer, "Printer").await;

    let (created, program) = token(&test, &agent, &["tickets:read"]).await;

    let secret = created["token"].as_str().unwrap();
    assert!(secret.starts_with("atum_pat_") && secret.len() == 47, "{secret}");
    assert_eq!(program.get(&at(&ticket, "")).await.expect(200)["id"], ticket["id"]);
    let mine = agent.get(MINE).await.expect(200);
    assert_eq!(mine[0]["name"], "Nightly report");
    assert_eq!(mine[0]["scopes"], json!(["tickets:read"]));
    assert_eq!((&mine[0]["role"], &mine[0]["expires_at"]), (&json!("agent"), &json!("2026-12-20T10:00:00Z")));
    assert!(!mine.to_string().contains(secret));
    assert_eq!(program.get("/api/v1/token").await.expect(200)["id"], mine[0]["id"]);
    agent.get("/api/v1/token").await.problem("not-found");
    assert_eq!(acme.sign_in(Role::Agent).await.get(MINE).await.expect(200), json!([]), "they are the person's own");
}

#[tokio::test]
async fn the_secret_is_in_no_table_and_in_no_log() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false);
    let _listening = tracing::subscriber::set_default(subscriber.with_writer(move || writer.clone()).finish());
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let admin = acme.sign_in(Role::Admin).await;
    // Lines of the log that another test came by first were switched off by it, which has no log.
    token(&test, &admin, &["tickets:read"]).await.1.get("/api/v1/tickets").await.expect(200);
    tracing::callsite::rebuild_interest_cache();
    let keyed = admin.header("idempotency-key", "k-1");
    let body =
        json!({ "name": "A", "scopes": ["tickets:write"], "expires_at": "2026-12-20T10:00:00Z", "role": "agent" });
    let mine = keyed.post(MINE, body.clone()).await.expect(201);
    let keyed = admin.header("idempotency-key", "k-2");
    let machine = keyed.post("/api/v1/organization/tokens", body).await.expect(201);
    for created in [&mine, &machine] {
        let program = test.anonymous().with_token(created["token"].as_str().unwrap());
        let keyed = program.header("idempotency-key", "k-3");
        keyed.post("/api/v1/tickets", json!({ "subject": "S", "description": "D" })).await.expect(201);
        program.get("/api/v1/people").await.problem("insufficient-scope");
    }
    atum_identity::tell_organizations(&test.app).await.unwrap();

    let mut superuser = test.superuser().await;
    let tables: Vec<String> = sqlx::query_scalar(
        "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname in ('desk', 'identity', 'queue')",
    )
    .fetch_all(&mut superuser)
    .await
    .unwrap();
    let mut read = 0;
    for table in tables {
        let rows: Vec<String> = sqlx::query_scalar(AssertSqlSafe(format!("select t::text from {table} t")))
            .fetch_all(&mut superuser)
            .await
            .unwrap();
        for created in [&mine, &machine] {
            let secret = created["token"].as_str().unwrap();
            let as_bytes = hex::encode(secret);
            assert!(!rows.iter().any(|row| row.contains(secret) || row.contains(&as_bytes)), "{table} has the secret");
        }
        read += rows.len();
    }
    assert!(read > 20, "only {read} rows were looked at");
    let logged = log.text();
    assert!(logged.contains("/api/v1/tickets"), "the log was listened to: {logged}");
    for created in [&mine, &machine] {
        assert!(!logged.contains(created["token"].as_str().unwrap()), "the log has the secret");
    }
}

#[derive(Clone, Default)]
struct Log(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn what_a_token_must_have_is_named() {
    let test = Test::new().await;
    let agent = test.organization("acme").await.sign_in(Role::Agent).await;
    let refused = async |body: Value| -> Vec<(String, String)> {
        let problem = agent.post(MINE, body).await.problem("validation");
        let errors = problem["errors"].as_array().unwrap().iter();
        errors.map(|error| (error["pointer"].to_string(), error["code"].to_string())).collect()
    };
    let named = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(pointer, code)| (format!("\"#/{pointer}\""), format!("\"{code}\""))).collect()
    };
    let empty = json!({ "name": " ", "scopes": [], "expires_at": "2026-11-20T10:00:00Z" });
    assert_eq!(refused(empty).await, named(&[("name", "required"), ("scopes", "required"), ("expires_at", "past")]));
    let long = json!({ "name": "A", "scopes": ["tickets:read"], "expires_at": "2027-11-21T10:00:01Z" });
    assert_eq!(refused(long).await, named(&[("expires_at", "too_late")]));
    let forever = json!({ "name": "A", "scopes": ["tickets:read"], "expires_at": null });
    assert_eq!(refused(forever).await, named(&[("expires_at", "invalid")]));
    let unknown = json!({ "name": "A", "scopes": ["everything"], "expires_at": "2026-12-20T10:00:00Z" });
    assert_eq!(refused(unknown).await, named(&[("scopes/0", "invalid")]));
}

#[tokio::test]
async fn a_token_ends_when_its_time_is_over() {
    let test = Test::new().await;
    let agent = test.organization("acme").await.sign_in(Role::Agent).await;
    let (_, program) = token(&test, &agent, &["tickets:read"]).await;

    test.at("2026-12-20T09:59:59Z");
    program.get("/api/v1/tickets").await.expect(200);
    test.at("2026-12-20T10:00:00Z");

    let answer = program.get("/api/v1/tickets").await;
    assert_eq!(answer.problem("invalid-token")["detail"], "the API token has expired");
    assert_eq!(challenge(&answer), "Bearer realm=\"atum\", error=\"invalid_token\"");
}

#[tokio::test]
async fn a_revoked_token_is_over_at_once_and_nobody_revokes_anothers() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (agent, other) = (acme.sign_in(Role::Agent).await, acme.sign_in(Role::Admin).await);
    let (created, program) = token(&test, &agent, &["tickets:read"]).await;
    let address = format!("{MINE}/{}", created["details"]["id"].as_str().unwrap());

    other.delete(&address).await.problem("not-found");
    program.get("/api/v1/tickets").await.expect(200);
    agent.delete(&address).await.expect(204);

    program.get("/api/v1/tickets").await.problem("invalid-token");
    assert_eq!(agent.get(MINE).await.expect(200), json!([]));
    agent.delete(&address).await.problem("not-found");
}

#[tokio::test]
async fn a_token_never_does_more_than_the_role_and_loses_what_the_person_loses() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (admin, manager) = (acme.sign_in(Role::Admin).await, acme.sign_in(Role::Manager).await);
    let customer = acme.sign_in(Role::Customer).await;
    let (first, second) = (file(&customer, "One").await, file(&customer, "Two").await);
    let (_, program) = token(&test, &manager, &["tickets:write", "people:write", "audit:read"]).await;
    let person = format!("/api/v1/people/{}", manager.person_id);

    program.post("/api/v1/companies", json!({ "name": "Initech" })).await.problem("forbidden");
    program.get("/api/v1/audit/events").await.problem("forbidden");
    accept(&program, &first).await;
    admin.patch(&person, json!({ "role": "agent" })).await.expect(200);
    program.post(&at(&second, "/accept"), json!({})).await.problem("forbidden");
    program.get(&at(&second, "")).await.expect(200);
    admin.patch(&person, json!({ "active": false })).await.expect(200);
    program.get("/api/v1/tickets").await.problem("invalid-token");
    admin.patch(&person, json!({ "active": true })).await.expect(200);
    program.get("/api/v1/tickets").await.expect(200);
    atum_identity::disable_account(&test.app, &manager.email).await.unwrap();
    program.get("/api/v1/tickets").await.problem("invalid-token");
}

#[tokio::test]
async fn a_token_is_no_way_around_the_second_factor() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (agent, customer) = (acme.sign_in(Role::Agent).await, acme.sign_in(Role::Customer).await);
    let (_, program) = token(&test, &agent, &["tickets:read"]).await;
    let (_, customers) = token(&test, &customer, &["tickets:read"]).await;
    sqlx::query("update identity.organization set second_factor_required = true")
        .execute(&mut test.superuser().await)
        .await
        .unwrap();

    program.get("/api/v1/tickets").await.problem("second-factor-required");
    customers.get("/api/v1/tickets").await.expect(200);
    agent.post(MINE, json!({})).await.problem("second-factor-required");
}

#[tokio::test]
async fn a_token_opens_no_way_to_more() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let admin = acme.sign_in(Role::Admin).await;
    let agent = acme.sign_in(Role::Agent).await;
    let (_, program) = token(&test, &admin, &["people:write"]).await;

    let new = json!({ "name": "Ben", "email": "ben@acme.example", "role": "agent" });
    let created = program.post("/api/v1/people", new.clone()).await.expect(201);
    assert_eq!(created["invitation_url"], Value::Null, "whoever holds the token cannot come in as somebody else");
    let new = json!({ "name": "Eve", "email": "eve@acme.example", "role": "admin" });
    program.post("/api/v1/people", new).await.problem("not-for-tokens");
    let agent = format!("/api/v1/people/{}", agent.person_id);
    program.patch(&agent, json!({ "role": "admin" })).await.problem("not-for-tokens");
    program.patch(&agent, json!({ "role": "manager" })).await.expect(200);
}

#[tokio::test]
async fn a_request_with_a_token_is_the_tokens_alone() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (admin, agent) = (acme.sign_in(Role::Admin).await, acme.sign_in(Role::Agent).await);
    let (created, program) = token(&test, &agent, &["tickets:write", "people:read"]).await;
    let secret = created["token"].as_str().unwrap();

    // No page of another site can send the header: where a browser says the request comes from does not matter.
    let ticket = json!({ "subject": "S", "description": "D" });
    let elsewhere = program.header("sec-fetch-site", "cross-site").header("origin", "https://elsewhere.example");
    let answer = elsewhere.post("/api/v1/tickets", ticket.clone()).await;
    assert_eq!(answer.expect(201)["requester"]["id"], agent.person_id.to_string());
    assert_eq!(answer.header("set-cookie"), None);
    let both = admin.header("authorization", &format!("bearer {secret}"));
    both.get("/api/v1/audit/events").await.problem("insufficient-scope");
    assert_eq!(both.post("/api/v1/tickets", ticket).await.expect(201)["requester"]["id"], agent.person_id.to_string());
    let both = admin.header("authorization", "Bearer nonsense");
    both.get("/api/v1/tickets").await.problem("invalid-token");
    both.post("/api/v1/session", json!({})).await.problem("invalid-token");
    let basic = admin.header("authorization", "Basic YTpi");
    basic.get("/api/v1/audit/events").await.expect(200);
}

#[tokio::test]
async fn a_write_with_a_token_is_carried_out_once() {
    let test = Test::new().await;
    let agent = test.organization("acme").await.sign_in(Role::Agent).await;
    let (_, program) = token(&test, &agent, &["tickets:write"]).await;
    let keyed = program.header("idempotency-key", "k-1");
    let body = json!({ "subject": "Once", "description": "Only once." });

    let first = keyed.post("/api/v1/tickets", body.clone()).await.expect(201);
    let again = keyed.post("/api/v1/tickets", body).await;

    assert_eq!(again.expect(201), first);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
}

#[tokio::test]
async fn the_last_use_is_told_to_the_minute() {
    let test = Test::new().await;
    let start = test.at("2026-11-20T10:00:00Z");
    let agent = test.organization("acme").await.sign_in(Role::Agent).await;
    let (_, program) = token(&test, &agent, &["tickets:read"]).await;
    let last = async || {
        let mine = agent.get(MINE).await.expect(200);
        (mine[0]["last_used_at"].clone(), mine[0]["last_used_ip"].clone())
    };
    assert_eq!(last().await, (Value::Null, Value::Null));
    let near = program.calling_from([203, 0, 113, 9]);

    near.get("/api/v1/tickets").await.expect(200);
    let first = (json!("2026-11-20T10:00:00Z"), json!("203.0.113.9"));
    assert_eq!(last().await, first);
    test.clock.set(start + TimeDelta::seconds(59));
    program.calling_from([203, 0, 113, 77]).get("/api/v1/tickets").await.expect(200);
    assert_eq!(last().await, first, "the same network within the minute is no write");
    test.clock.set(start + TimeDelta::seconds(60));
    near.get("/api/v1/tickets").await.expect(200);
    assert_eq!(last().await.0, "2026-11-20T10:01:00Z");
}

#[tokio::test]
async fn what_happens_to_a_token_is_told_to_the_organization() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (admin, agent) = (acme.sign_in(Role::Admin).await, acme.sign_in(Role::Agent).await);
    let (created, program) = token(&test, &agent, &["tickets:write", "tickets:read"]).await;
    for address in [[203, 0, 113, 9], [203, 0, 113, 77], [198, 51, 100, 1], [203, 0, 113, 9]] {
        program.calling_from(address).get("/api/v1/tickets").await.expect(200);
    }
    agent.delete(&format!("{MINE}/{}", created["details"]["id"].as_str().unwrap())).await.expect(204);
    assert_eq!(
        events(&test).await,
        [
            "api_token_created",
            "api_token_used_from_new_network",
            "api_token_used_from_new_network",
            "api_token_revoked"
        ]
    );

    // What is still open anywhere in the server holds the carrying over back.
    let told = loop {
        atum_identity::tell_organizations(&test.app).await.unwrap();
        let told = admin.get("/api/v1/audit/events?kind=api_token_created").await.expect(200);
        if !told["items"][0].is_null() {
            break told["items"][0].clone();
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(told["actor"]["id"], agent.person_id.to_string());
    assert_eq!(told["detail"]["token"], "Nightly report");
    assert_eq!(told["detail"]["scopes"], json!(["tickets:read", "tickets:write"]));
}

#[tokio::test]
async fn unknown_tokens_are_slowed_by_network_and_good_ones_are_not() {
    let test = Test::new().await;
    let agent = test.organization("acme").await.sign_in(Role::Agent).await;
    let (created, program) = token(&test, &agent, &["tickets:read"]).await;
    // Well-formed, and nobody's: one of a database that is gone.
    let elsewhere = Test::new().await;
    let stranger = elsewhere.organization("acme").await.sign_in(Role::Agent).await;
    let unknown = token(&elsewhere, &stranger, &["tickets:read"]).await.0;
    let guessing = test.anonymous().with_token(unknown["token"].as_str().unwrap());

    for _ in 0..21 {
        guessing.get("/api/v1/tickets").await.problem("invalid-token");
    }
    let refused = guessing.get("/api/v1/tickets").await;
    refused.problem("too-many-requests");
    assert_eq!(refused.header("retry-after"), Some("1"));
    guessing.calling_from([203, 0, 113, 9]).get("/api/v1/tickets").await.problem("invalid-token");
    program.get("/api/v1/tickets").await.expect(200);
    let malformed = created["token"].as_str().unwrap().replace("atum_pat_", "atum_mat_");
    test.anonymous().with_token(&malformed).get("/api/v1/tickets").await.problem("invalid-token");
}

#[tokio::test]
async fn a_person_has_fifty_good_tokens_at_most() {
    let test = Test::new().await;
    let agent = test.organization("acme").await.sign_in(Role::Agent).await;
    let until = |end: &str| json!({ "name": "A", "scopes": ["tickets:read"], "expires_at": end });
    for _ in 0..50 {
        agent.post(MINE, until("2026-11-21T10:00:00Z")).await.expect(201);
    }
    agent.post(MINE, until("2026-11-22T10:00:00Z")).await.problem("wrong-state");
    test.at("2026-11-21T10:00:00Z");
    agent.post(MINE, until("2026-11-22T10:00:00Z")).await.expect(201);
}
