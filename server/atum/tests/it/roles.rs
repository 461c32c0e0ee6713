//! The roles that serve are weak, and a stronger one is refused.

use atum::database::{Role, connections, refuse_strong_roles};
use sqlx::Executor;

use crate::support::{Test, server};

#[tokio::test]
async fn the_runtime_roles_are_accepted() {
    let test = Test::new().await;
    refuse_strong_roles(&connections(|role| server::sign_in(role, &test.database))).await.unwrap();
}

#[tokio::test]
async fn the_owner_is_refused_in_the_place_of_the_app() {
    let test = Test::new().await;
    let mut connections = connections(|role| server::sign_in(role, &test.database));
    connections.app = server::sign_in(Role::Owner, &test.database);
    let error = refuse_strong_roles(&connections).await.unwrap_err().to_string();
    assert!(error.contains("the database role atum_owner can become atum_owner, who owns tables"), "{error}");
}

#[tokio::test]
async fn a_superuser_is_refused_and_named() {
    let test = Test::new().await;
    let mut connections = connections(|role| server::sign_in(role, &test.database));
    connections.jobs = server::superuser(&test.database);
    let error = refuse_strong_roles(&connections).await.unwrap_err().to_string();
    assert!(error.contains("the database role postgres is superuser"), "{error}");
}

#[tokio::test]
async fn without_a_tenant_no_row_is_seen() {
    let test = Test::new().await;
    let organization = test.organization("acme").await;
    organization.person("Amal Hassan", atum_core::caller::Role::Agent).await;
    let mut tx = test.app.db.without_tenant().await.unwrap();
    let seen: i64 = sqlx::query_scalar("select count(*) from desk.person").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(seen, 0);
    let all = test.superuser().await.fetch_all("select 1 from desk.person").await.unwrap();
    assert_eq!(all.len(), 1, "the person is there all the same");
}
