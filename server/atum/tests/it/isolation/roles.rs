//! Roles belong to the whole server, which other tests use at the same time. So each is made strong inside a
//! transaction that nobody else sees, and the proof's own statement is asked there.

use atum::database::{Role, connections};
use sqlx::{AssertSqlSafe, Connection};

use crate::support::{Test, server};

const ROLES: &str = include_str!("../../../../ops/src/proof/roles.sql");

#[tokio::test]
async fn a_role_that_grew_strong_is_named() {
    let test = Test::new().await;
    for (mutation, object, rule) in [
        ("alter role atum_app bypassrls", "atum_app", "role_too_strong"),
        ("alter role atum_identity superuser", "atum_identity", "role_too_strong"),
        ("alter role atum_jobs createrole", "atum_jobs", "role_too_strong"),
        ("alter role atum_scan login", "atum_scan", "scan_can_sign_in"),
        ("grant atum_owner to atum_app", "atum_app", "role_is_member"),
        ("grant pg_read_all_data to atum_identity", "atum_identity", "role_is_member"),
        ("alter role atum_jobs rename to somebody", "atum_jobs", "role_missing"),
        ("select", "", ""),
    ] {
        let mut superuser = test.superuser().await;
        let mut tx = superuser.begin().await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(mutation)).execute(&mut *tx).await.unwrap();
        let found: Vec<(String, String, String)> = sqlx::query_as(ROLES).fetch_all(&mut *tx).await.unwrap();
        let named = found.iter().any(|(named, broken, _)| named == object && broken == rule);
        assert_eq!(named, !rule.is_empty(), "{mutation}: {found:#?}");
        // A superuser may do everything, so more rules than its own are broken.
        assert!(found.iter().all(|(named, ..)| named == object), "{mutation} names others: {found:#?}");
    }
}

#[tokio::test]
async fn a_plane_that_is_another_role_is_named() {
    let test = Test::new().await;
    let mut connections = connections(|role| server::sign_in(role, &test.database));
    connections.app = server::sign_in(Role::Owner, &test.database);
    let report = atum_ops::proof::prove(&test.app_through(connections)).await.unwrap();
    let named =
        report.violations.iter().any(|violation| violation.rule == "other_role" && violation.object == "atum_app");
    assert!(named, "{:#?}", report.violations);
}
