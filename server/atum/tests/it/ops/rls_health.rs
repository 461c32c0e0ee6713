use atum_core::caller::Role;

use crate::support::{Somebody, Test};

async fn operator(test: &Test) -> Somebody {
    let somebody = test.organization("acme").await.sign_in(Role::Agent).await;
    let promote = sqlx::query("update identity.account set operator = true where id = $1").bind(somebody.account_id.0);
    promote.execute(&mut test.superuser().await).await.expect("an operator");
    somebody
}

#[tokio::test]
async fn operators_see_the_proof() {
    let test = Test::new().await;
    let operator = operator(&test).await;
    let answer = operator.get("/internal/rls/health").await;
    let report = answer.expect(200);
    assert_eq!(answer.header("content-type"), Some("application/health+json"));
    assert_eq!(report["status"], "pass");
    assert_eq!(report["violations"], serde_json::json!([]));
    assert_eq!(report["tables_verified"], report["tables_total"]);
    assert_eq!(report["checked_at"], "2026-11-20T10:00:00Z");
    for layer in ["rls:catalog", "rls:canary", "rls:drift"] {
        let check = &report["checks"][layer][0];
        assert_eq!((&check["status"], &check["observed_value"]), (&"pass".into(), &0.into()), "{layer}: {check}");
    }
}

#[tokio::test]
async fn a_broken_table_is_named_with_503() {
    let test = Test::new().await;
    let operator = operator(&test).await;
    let leak = "create policy leak on desk.message to atum_app using (true)";
    sqlx::query(leak).execute(&mut test.superuser().await).await.unwrap();
    let report = operator.get("/internal/rls/health").await.expect(503);
    assert_eq!(report["status"], "fail");
    assert_eq!(report["violations"][0]["object"], "desk.message");
    assert_eq!(report["violations"][0]["rule"], "second_policy");
    assert!(
        ["rls:catalog", "rls:canary", "rls:drift"].iter().all(|layer| report["checks"][layer][0]["status"] == "fail")
    );
    assert_eq!(report["tables_verified"].as_u64().unwrap() + 1, report["tables_total"].as_u64().unwrap());
}

#[tokio::test]
async fn nobody_else_sees_it() {
    let test = Test::new().await;
    let admin = test.organization("acme").await.sign_in(Role::Admin).await;
    admin.get("/internal/rls/health").await.problem("forbidden");
    test.anonymous().get("/internal/rls/health").await.problem("unauthenticated");
}

#[tokio::test]
async fn what_the_hour_finds_takes_readiness_from_every_process() {
    let test = Test::new().await;
    let ready = test.anonymous();
    assert_eq!(ready.get("/readyz").await.status, 200);
    let other_process = ready.served_by(test.app.clone());
    assert_eq!(other_process.get("/readyz").await.status, 200);
    let leak = "create policy leak on desk.message to atum_app using (true)";
    sqlx::query(leak).execute(&mut test.superuser().await).await.unwrap();
    test.clock.set(test.clock.now() + chrono::TimeDelta::minutes(1));
    assert_eq!(ready.get("/readyz").await.status, 200, "nobody has looked yet");
    let schedule = [atum_ops::prove_isolation()];
    assert_eq!(atum_jobs::run_schedules(&test.app, &schedule).await.unwrap(), 1);
    for process in [&ready, &other_process] {
        assert_eq!(process.get("/readyz").await.text(), "isolation\n");
        let metrics = process.calling_from([127, 0, 0, 1]).get("/metrics").await.text();
        assert!(!metrics.contains("atum_isolation_violations 0"), "{metrics}");
        let verified = format!("atum_isolation_last_verified_timestamp_seconds {}\n", test.clock.now().timestamp());
        assert!(metrics.contains(&verified), "{metrics}");
    }
    sqlx::query("drop policy leak on desk.message").execute(&mut test.superuser().await).await.unwrap();
    test.clock.set(test.clock.now() + chrono::TimeDelta::minutes(1));
    operator(&test).await.get("/internal/rls/health").await.expect(200);
    assert_eq!(ready.get("/readyz").await.text(), "ready\n", "the newest proof counts");
}
