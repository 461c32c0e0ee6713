//! The schema is brought up to date beside whoever else does the same, and after whoever did not live to finish it.

use atum::database::{Role, migrate, status};
use sqlx::{Connection, PgConnection};

use crate::support::{Test, server};

#[tokio::test]
async fn processes_that_start_at_once_migrate_one_after_the_other() {
    let _running = Test::new().await;
    let database = server::create_empty_database().await;
    let owner = server::sign_in(Role::Owner, &database);
    let all = tokio::join!(migrate(&owner), migrate(&owner), migrate(&owner));
    all.0.and(all.1).and(all.2).unwrap();
    assert_eq!(status(&owner).await.unwrap().1, 0, "nothing is left to be done");
    server::drop_database(&database).await;
}

/// An index that is built concurrently is there, invalid, if whoever built it was killed.
#[tokio::test]
async fn an_index_that_was_not_finished_is_built_anew() {
    let test = Test::new().await;
    let mut superuser = PgConnection::connect_with(&server::superuser(&test.database)).await.unwrap();
    let killed = "update pg_index set indisvalid = false where indexrelid = 'desk.person_staff'::regclass;
                  delete from _sqlx_migrations where version = 20261121170000";
    sqlx::raw_sql(killed).execute(&mut superuser).await.unwrap();
    migrate(&server::sign_in(Role::Owner, &test.database)).await.unwrap();
    let valid = "select indisvalid from pg_index where indexrelid = 'desk.person_staff'::regclass";
    assert!(sqlx::query_scalar::<_, bool>(valid).fetch_one(&mut superuser).await.unwrap());
}
