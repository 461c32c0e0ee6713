use atum::database::connections;

use crate::support::{Test, server};

#[tokio::test]
async fn health_tells_how_the_installation_is() {
    let test = Test::new().await;
    let health = test.anonymous().get("/api/v1/health").await.expect(200);
    assert_eq!(health["version"], env!("CARGO_PKG_VERSION"));
    assert!(["pass", "warn"].contains(&health["status"].as_str().unwrap()), "{health}");
    assert!(health["database_latency_ms"].as_f64().unwrap() > 0.0);
    assert!(health["free_disk_bytes"].as_u64().unwrap() > 0);
    assert_eq!(test.anonymous().get("/livez").await.status, 200);
    assert_eq!(test.anonymous().get("/readyz").await.text(), "ready\n");
}

#[tokio::test]
async fn a_database_that_is_away_fails_health_and_readiness_but_not_life() {
    let test = Test::new().await;
    let nowhere = connections(|role| server::sign_in(role, "absent"));
    let client = test.anonymous().served_by(test.app_through(nowhere));
    let health = client.get("/api/v1/health").await.expect(503);
    assert_eq!(health["status"], "fail");
    assert_eq!(health["database_latency_ms"], serde_json::Value::Null);
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
