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
    assert_eq!(report["tables_verified"].as_u64().unwrap() + 1, report["tables_total"].as_u64().unwrap());
}

#[tokio::test]
async fn nobody_else_sees_it() {
    let test = Test::new().await;
    let admin = test.organization("acme").await.sign_in(Role::Admin).await;
    admin.get("/internal/rls/health").await.problem("forbidden");
    test.anonymous().get("/internal/rls/health").await.problem("unauthenticated");
}
