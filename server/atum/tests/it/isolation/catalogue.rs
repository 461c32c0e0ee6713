//! Walks the catalogue with real rows: a table that is added is covered the day it is there.

use atum::database::connections;
use atum_core::{
    caller::{Reason, System},
    ids::OrganizationId,
};
use sqlx::{AssertSqlSafe, PgConnection, Row};

use crate::support::{Test, server};

/// Two organizations that need not exist: what they may not see of each other is decided by the policies alone.
fn organizations() -> [System; 2] {
    [(); 2].map(|()| System { organization_id: OrganizationId::new(), reason: Reason::Proof })
}

async fn tables(connection: &mut PgConnection) -> Vec<String> {
    let sql = "select relname::text from pg_class where relnamespace = 'desk'::regnamespace and relkind in ('r', 'p')";
    sqlx::query_scalar(sql).fetch_all(connection).await.expect("the catalogue")
}

/// One row in every table. What a row means is no matter here, so the checks and keys that ask for a meaning are out of
/// the way; the policies are not.
async fn fill(connection: &mut PgConnection, table: &str, organization: OrganizationId) {
    let columns = sqlx::query(
        "select attname::text as name, format_type(atttypid, null) as kind from pg_attribute
          where attrelid = format('desk.%I', $1)::regclass and attnum > 0 and not attisdropped and attgenerated = ''
            and attname <> 'organization_id'",
    )
    .bind(table)
    .fetch_all(&mut *connection)
    .await
    .expect("the columns");
    let names: String = columns.iter().map(|column| format!(", {}", column.get::<String, _>("name"))).collect();
    let values: String = columns.iter().map(|column| format!(", {}", value(column.get("kind")))).collect();
    let insert = format!("insert into desk.{table} (organization_id{names}) values ('{organization}'{values})");
    run(connection, &insert).await.expect(&insert);
}

fn value(kind: &str) -> &'static str {
    match kind {
        "uuid" => "gen_random_uuid()",
        "text" => "'x'",
        "text[]" => "'{}'",
        "smallint" | "integer" | "bigint" => "1",
        "boolean" => "true",
        "timestamp with time zone" => "now()",
        "date" => "current_date",
        "jsonb" => "'{}'",
        "bytea" => "'\\x00'",
        "tsvector" => "''",
        other => panic!("tell this test a value of type {other}"),
    }
}

async fn run(connection: &mut PgConnection, sql: &str) -> Result<u64, sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(connection).await.map(|done| done.rows_affected())
}

/// The statement's effect in rows, or the SQLSTATE it was refused with; taken back either way.
async fn attempt(connection: &mut PgConnection, sql: &str) -> Result<u64, String> {
    let done = run(connection, &format!("savepoint attempt; {sql}")).await;
    run(connection, "rollback to savepoint attempt").await.expect("rolled back");
    done.map_err(|error| error.as_database_error().and_then(|error| error.code()).expect("an SQLSTATE").into_owned())
}

async fn filled(test: &Test, organization: OrganizationId) -> Vec<String> {
    let mut superuser = test.superuser().await;
    let tables = tables(&mut superuser).await;
    let checks: Vec<String> = sqlx::query_scalar(
        "select format('alter table %s drop constraint %I', conrelid::regclass, conname) from pg_constraint
          where contype = 'c' and connamespace = 'desk'::regnamespace",
    )
    .fetch_all(&mut superuser)
    .await
    .expect("the checks");
    run(&mut superuser, &checks.join("; ")).await.expect("no checks");
    run(&mut superuser, "set session_replication_role = replica").await.expect("no keys");
    for table in &tables {
        fill(&mut superuser, table, organization).await;
    }
    tables
}

#[tokio::test]
async fn every_table_keeps_its_rows_from_another_organization() {
    let test = Test::new().await;
    let [ours, theirs] = organizations();
    let tables = filled(&test, ours.organization_id).await;
    assert!(tables.len() > 20, "the catalogue was walked: {tables:?}");
    let mut tx = test.app.db.write(&theirs).await.unwrap();
    for table in &tables {
        let rows = attempt(&mut tx, &format!("select from desk.{table}")).await;
        assert_eq!(rows, Ok(0), "{table} shows another organization's row");
        for change in [
            format!("update desk.{table} set organization_id = '{}'", theirs.organization_id),
            format!("delete from desk.{table}"),
        ] {
            let changed = attempt(&mut tx, &change).await;
            assert!(matches!(changed.as_ref().map_err(String::as_str), Ok(0) | Err("42501")), "{change}: {changed:?}");
        }
        let insert = format!("insert into desk.{table} (organization_id) values ('{}')", ours.organization_id);
        assert_eq!(attempt(&mut tx, &insert).await, Err("42501".into()), "{insert}");
    }
}

#[tokio::test]
async fn every_table_shows_its_rows_to_their_own_organization_and_lets_none_go() {
    let test = Test::new().await;
    let [ours, theirs] = organizations();
    let tables = filled(&test, ours.organization_id).await;
    let mut tx = test.app.db.write(&ours).await.unwrap();
    for table in &tables {
        let rows = attempt(&mut tx, &format!("select from desk.{table}")).await;
        assert_eq!(rows, Ok(1), "{table} hides the organization's own row");
        let give_away = format!("update desk.{table} set organization_id = '{}'", theirs.organization_id);
        assert_eq!(attempt(&mut tx, &give_away).await, Err("42501".into()), "{give_away}");
    }
}

#[tokio::test]
async fn without_an_organization_or_with_garbage_no_table_shows_a_row() {
    let test = Test::new().await;
    let [ours, _] = organizations();
    let tables = filled(&test, ours.organization_id).await;
    let mut tx = test.app.db.without_tenant().await.unwrap();
    for garbage in ["''", "'no tenant'", "'%'"] {
        run(&mut tx, &format!("select set_config('atum.organization_id', {garbage}, true)")).await.unwrap();
        for table in &tables {
            let rows = attempt(&mut tx, &format!("select from desk.{table}")).await;
            assert!(!matches!(rows, Ok(1..)), "{table} shows rows to {garbage}");
        }
    }
}

#[tokio::test]
async fn the_setting_ends_with_its_transaction() {
    let test = Test::new().await;
    let [ours, _] = organizations();
    let app = test.app_through(connections(|role| server::sign_in(role, &test.database)));
    for end in ["commit", "rollback"] {
        // As many as the pool may have: whichever connection it hands out next has been one of these.
        let mut used = vec![];
        for _ in 0..4 {
            used.push(app.db.write(&ours).await.unwrap());
        }
        for tx in used {
            if end == "commit" { tx.commit().await.unwrap() } else { drop(tx) }
        }
        for _ in 0..4 {
            let mut tx = app.db.without_tenant().await.unwrap();
            let left: Option<String> = sqlx::query_scalar("select current_setting('atum.organization_id', true)")
                .fetch_one(&mut *tx)
                .await
                .unwrap();
            assert_eq!(left.as_deref(), Some(""), "after {end}: the setting was there once, and is empty now");
        }
    }
}
