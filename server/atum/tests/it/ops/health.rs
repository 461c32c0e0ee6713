use std::sync::Arc;

use atum::database::connections;
use atum_core::{App, caller::Role, config::Config};
use serde_json::{Value, json};

use crate::support::{Client, Somebody, Test, server};

pub async fn operator(test: &Test) -> Somebody {
    let somebody = test.organization("operators").await.sign_in(Role::Agent).await;
    let promote = sqlx::query("update identity.account set operator = true where id = $1").bind(somebody.account_id.0);
    promote.execute(&mut test.superuser().await).await.expect("an operator");
    somebody
}

/// Another machine's monitor, which has the token.
pub fn monitor(test: &Test, app: &App) -> Client {
    let config = Config { metrics_token: Some("s3cret".into()), ..(*app.config).clone() };
    let app = App { config: Arc::new(config), ..app.clone() };
    test.anonymous().served_by(app).header("authorization", "Bearer s3cret")
}

#[tokio::test]
async fn only_operators_and_monitors_are_told_more_than_the_status() {
    let test = Test::new().await;
    let admin = test.organization("acme").await.sign_in(Role::Admin).await;
    let operator = operator(&test).await;
    for outsider in [&test.anonymous(), &admin, &monitor(&test, &test.app).header("authorization", "Bearer wrong")] {
        let answer = outsider.get("/api/v1/health").await;
        assert_eq!(answer.json().as_object().unwrap().keys().collect::<Vec<_>>(), ["status"]);
    }
    for insider in [&monitor(&test, &test.app), &operator] {
        let health = insider.get("/api/v1/health").await.json();
        assert_eq!(health["version"], env!("CARGO_PKG_VERSION"));
        assert!(health["database_latency_ms"].as_f64().unwrap() > 0.0);
        assert!(health["free_disk_bytes"].as_u64().unwrap() > 0);
        let names: Vec<_> = health["components"].as_array().unwrap().iter().map(|part| &part["name"]).collect();
        assert!(names.contains(&&json!("database")) && names.contains(&&json!("worker:jobs")), "{names:?}");
    }
    assert_eq!(test.anonymous().get("/livez").await.status, 200);
    assert_eq!(test.anonymous().get("/readyz").await.text(), "ready\n");
}

#[tokio::test]
async fn a_database_that_is_away_fails_health_and_readiness_but_not_life() {
    let test = Test::new().await;
    let nowhere = test.app_through(connections(|role| server::sign_in(role, "absent")));
    let client = monitor(&test, &nowhere);
    let health = client.get("/api/v1/health").await.expect(503);
    assert_eq!(health["status"], "fail");
    assert_eq!(health["database_latency_ms"], Value::Null);
    assert_eq!(health["components"][0]["status"], "fail");
    assert!(health["components"][0]["output"].as_str().unwrap().contains("PostgreSQL"));
    let ready = client.get("/readyz").await;
    assert_eq!((ready.status.as_u16(), ready.text()), (503, "database\n".into()));
    assert_eq!(client.get("/livez").await.status, 200);
}

#[tokio::test]
async fn readiness_is_lost_when_isolation_is() {
    let test = Test::new().await;
    let open = "alter table desk.ticket no force row level security";
    sqlx::query(open).execute(&mut test.superuser().await).await.unwrap();
    let ready = test.anonymous().get("/readyz").await;
    assert_eq!((ready.status.as_u16(), ready.text()), (503, "isolation\n".into()));
}

#[tokio::test]
async fn readiness_looks_again_when_its_proof_is_old() {
    let test = Test::new().await;
    assert_eq!(test.anonymous().get("/readyz").await.status, 200);
    let open = "alter table desk.ticket no force row level security";
    sqlx::query(open).execute(&mut test.superuser().await).await.unwrap();
    assert_eq!(test.anonymous().get("/readyz").await.status, 200, "ten minutes it rests on the last proof");
    test.clock.set(test.clock.now() + chrono::TimeDelta::minutes(11));
    assert_eq!(test.anonymous().get("/readyz").await.status, 503);
}
