//! Generated from the API's own description: what holds for every operation, whoever adds one.

use atum::scopes::PUBLIC;
use axum::http::Method;
use serde_json::{Value, json};

use crate::support::Test;

#[tokio::test]
async fn every_operation_refuses_the_anonymous() {
    let test = Test::new().await;
    let document = serde_json::to_value(atum::router::openapi()).unwrap();
    let mut asked = 0;
    for (method, path, operation) in operations(&document) {
        let id = operation["operationId"].as_str().unwrap();
        if PUBLIC.contains(&id) {
            continue;
        }
        let path = filled(&path);
        let body = (method != Method::GET).then(|| json!({}));
        let answer = test.anonymous().call(method, &path, body).await;
        assert_eq!(answer.status, 401, "{id} answered {} to somebody anonymous: {}", answer.status, answer.text());
        answer.problem("unauthenticated");
        asked += 1;
    }
    assert!(asked > 40, "only {asked} operations are described");
}

#[tokio::test]
async fn public_operations_exist() {
    let document = serde_json::to_value(atum::router::openapi()).unwrap();
    let ids: Vec<String> =
        operations(&document).map(|(_, _, operation)| operation["operationId"].as_str().unwrap().to_owned()).collect();
    for public in PUBLIC {
        assert!(ids.iter().any(|id| id == public), "{public} is listed as public but is not there");
    }
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_problems() {
    let test = Test::new().await;
    test.anonymous().get("/api/v1/nothing").await.problem("not-found");
    test.anonymous().delete("/api/v1/health").await.problem("method-not-allowed");
    test.anonymous().post("/some/page", json!({})).await.problem("method-not-allowed");
}

#[tokio::test]
async fn the_description_is_served_as_it_is_written() {
    let test = Test::new().await;
    let served = test.anonymous().get("/api/v1/openapi.json").await.expect(200);
    assert_eq!(served, serde_json::to_value(atum::router::openapi()).unwrap());
}

#[test]
fn operation_ids_are_unique() {
    let document = serde_json::to_value(atum::router::openapi()).unwrap();
    let mut ids: Vec<Value> = operations(&document).map(|(.., operation)| operation["operationId"].clone()).collect();
    let count = ids.len();
    ids.sort_by_key(Value::to_string);
    ids.dedup();
    assert_eq!(ids.len(), count);
}

fn operations(document: &Value) -> impl Iterator<Item = (Method, String, &Value)> {
    document["paths"].as_object().unwrap().iter().flat_map(|(path, item)| {
        let methods = ["get", "post", "put", "patch", "delete"];
        methods.into_iter().filter_map(move |method| {
            let operation = item.get(method)?;
            Some((method.to_uppercase().parse().unwrap(), path.clone(), operation))
        })
    })
}

/// A value for each parameter of the path.
fn filled(path: &str) -> String {
    path.replace("{kind}", "reply").replace("{ticket}", "1").replace("{id}", &uuid::Uuid::now_v7().to_string())
}
