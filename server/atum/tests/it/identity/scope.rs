//! Every operation of the API's description, called with tokens of every scope: what is not declared is refused.

use std::collections::BTreeSet;

use atum::scopes;
use atum_core::caller::Role;
use atum_identity::scope::{Need, Scope};
use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Client, Test};

struct Operation {
    id: String,
    method: Method,
    path: String,
    security: Value,
}

fn operations() -> Vec<Operation> {
    let document = serde_json::to_value(atum::router::openapi()).unwrap();
    let mut operations = vec![];
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in ["get", "post", "put", "patch", "delete"] {
            let Some(described) = item.get(method) else { continue };
            operations.push(Operation {
                id: described["operationId"].as_str().unwrap().to_owned(),
                method: method.to_uppercase().parse().unwrap(),
                path: filled(path),
                security: described["security"].clone(),
            });
        }
    }
    operations
}

/// Something of the right shape in every place of a path.
fn filled(path: &str) -> String {
    let value = |part: &str| match part {
        "{kind}" => "reply".to_owned(),
        part if part.starts_with('{') => uuid::Uuid::now_v7().to_string(),
        part => part.to_owned(),
    };
    path.split('/').map(value).collect::<Vec<_>>().join("/")
}

/// Status, kind of problem and the headers that matter, without waiting for a stream's end.
async fn call(client: &Client, operation: &Operation) -> (u16, Value, Option<String>, bool) {
    if operation.id == "stream_live" {
        let answer = client.open(&operation.path).await;
        if answer.status() == 200 {
            return (200, Value::Null, None, false);
        }
    }
    let body = (operation.method != Method::GET && operation.method != Method::DELETE).then(|| json!({}));
    let answer = client.call(operation.method.clone(), &operation.path, body).await;
    let problem = if answer.status.is_success() { Value::Null } else { answer.json() };
    let challenge = answer.header("www-authenticate").map(str::to_owned);
    // The test's clock is not the database's, which health tells by its status; it refuses nobody.
    let status = if operation.id == "get_health" && answer.status == 503 { 200 } else { answer.status.as_u16() };
    (status, problem, challenge, answer.header("set-cookie").is_some())
}

async fn token(test: &Test, admin: &Client, scopes: &[Scope]) -> Client {
    token_until(test, admin, scopes, "2026-12-20T10:00:00Z").await
}

async fn token_until(test: &Test, admin: &Client, scopes: &[Scope], end: &str) -> Client {
    let body = json!({ "name": "A", "scopes": scopes, "expires_at": end });
    let created = admin.post("/api/v1/profile/tokens", body).await.expect(201);
    test.anonymous().with_token(created["token"].as_str().unwrap())
}

#[test]
fn whatever_is_declared_is_an_operation_and_declared_once() {
    let ids: BTreeSet<String> = operations().into_iter().map(|operation| operation.id).collect();
    let mut seen = BTreeSet::new();
    for listed in scopes::listed() {
        assert!(ids.contains(listed), "scopes.rs declares {listed}, which is no operation");
        assert!(seen.insert(listed), "scopes.rs declares {listed} twice");
    }
}

#[test]
fn reading_scopes_change_nothing_and_secrets_are_for_sessions() {
    for operation in operations() {
        if let Need::Scope(scope) = scopes::need(&operation.id) {
            let reads = operation.method == Method::GET;
            assert_eq!(scope.name().ends_with(":read"), reads, "{} is {scope:?}", operation.id);
        }
        let about_access = ["/profile", "/session", "/invitation", "/organization", "/internal/rls"];
        if about_access.iter().any(|part| operation.path.contains(part)) {
            assert_eq!(scopes::need(&operation.id), Need::Session, "{} is for people", operation.id);
        }
    }
}

#[tokio::test]
async fn every_operation_asks_for_its_scope_or_refuses_every_token() {
    let test = Test::new().await;
    let admin = test.organization("acme").await.sign_in(Role::Admin).await;
    let mut programs = vec![];
    for scope in Scope::ALL {
        programs.push((scope, token(&test, &admin, &[scope]).await));
    }
    let mut calls = 0;
    for operation in operations() {
        let need = scopes::need(&operation.id);
        for (scope, program) in &programs {
            let (status, problem, challenge, sets_cookie) = call(program, &operation).await;
            let described = format!("{} with {scope:?} answered {status} {problem}", operation.id);
            assert!(!sets_cookie, "{described} and set a cookie");
            assert_ne!(status, 401, "{described}");
            assert!(status < 500, "{described}");
            let kind = problem["type"].as_str().unwrap_or_default();
            match need {
                Need::Session => assert_eq!(kind, "/problems/not-for-tokens", "{described}"),
                Need::Scope(needed) if !covers(*scope, needed) => {
                    assert_eq!(kind, "/problems/insufficient-scope", "{described}");
                    assert_eq!(problem["scope"], needed.name(), "{described}");
                    let expected =
                        format!("Bearer realm=\"atum\", error=\"insufficient_scope\", scope=\"{}\"", needed.name());
                    assert_eq!(challenge, Some(expected), "{described}");
                }
                _ => assert!(
                    !["/problems/not-for-tokens", "/problems/insufficient-scope"].contains(&kind),
                    "{described}"
                ),
            }
            calls += 1;
        }
    }
    assert!(calls > 400, "only {calls} calls were made");
}

/// The rule once more, in other words than the server's.
fn covers(scope: Scope, needed: Scope) -> bool {
    scope == needed || scope.name().replace(":write", ":read") == needed.name()
}

#[tokio::test]
async fn no_operation_answers_a_token_that_is_no_good() {
    let test = Test::new().await;
    let admin = test.organization("acme").await.sign_in(Role::Admin).await;
    // It would still be good when the other one has expired.
    let revoked = token_until(&test, &admin, &Scope::ALL, "2027-06-01T10:00:00Z").await;
    let id = admin.get("/api/v1/profile/tokens").await.expect(200)[0]["id"].as_str().unwrap().to_owned();
    admin.delete(&format!("/api/v1/profile/tokens/{id}")).await.expect(204);
    let expired = token(&test, &admin, &Scope::ALL).await;
    test.at("2026-12-20T10:00:00Z");
    let forged = test.anonymous().with_token("atum_pat_0123456789ABCDEFGHIJKLMNOPQRSTUV3YQDLn");
    let none = test.anonymous().with_token("");
    for (nth, operation) in operations().into_iter().enumerate() {
        // From one network an unknown token is slowed.
        let forged = forged.calling_from([203, 0, u8::try_from(nth).unwrap(), 9]);
        for (what, program) in [("revoked", &revoked), ("expired", &expired), ("forged", &forged), ("no", &none)] {
            let (status, problem, challenge, _) = call(program, &operation).await;
            let described = format!("{} with a {what} token answered {status} {problem}", operation.id);
            if scopes::need(&operation.id) == Need::Nothing {
                assert_eq!(status, 200, "{described}");
                continue;
            }
            assert_eq!(status, 401, "{described}");
            assert_eq!(problem["type"], "/problems/invalid-token", "{described}");
            assert_eq!(challenge.as_deref(), Some("Bearer realm=\"atum\", error=\"invalid_token\""), "{described}");
        }
    }
}

#[test]
fn the_description_says_who_may_call() {
    for operation in operations() {
        let expected = match scopes::need(&operation.id) {
            _ if scopes::PUBLIC.contains(&operation.id.as_str()) => json!([]),
            Need::Scope(scope) => json!([{ "session": [] }, { "token": [scope.name()] }]),
            Need::Token => json!([{ "token": [] }]),
            Need::Session | Need::Nothing => json!([{ "session": [] }]),
        };
        assert_eq!(operation.security, expected, "{}", operation.id);
    }
}
