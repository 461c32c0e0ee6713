use std::time::Duration;

use anyhow::Context;
use atum_ops::MIGRATIONS;
use sqlx::{AssertSqlSafe, Connection, PgConnection, migrate::MigrateError, postgres::PgConnectOptions};

/// Brings the schema to this binary's version. Two processes that start at once do it one after the other.
pub async fn migrate(owner: &PgConnectOptions) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect_with(owner).await.context("connecting as atum_owner")?;
    be_alone(&mut connection).await?;
    drop_unfinished_indexes(&mut connection).await?;
    let result = MIGRATIONS.run(&mut connection).await;
    connection.close().await?;
    match result {
        Ok(()) => Ok(()),
        Err(MigrateError::VersionMissing(version)) => Err(too_new(version)),
        Err(error) => Err(error).context("migrating the database"),
    }
}

/// Until the connection ends. The lock is asked for again and again, since whoever waits for it inside a statement holds
/// a snapshot, and an index that is built concurrently waits for all snapshots that are older than itself.
async fn be_alone(connection: &mut PgConnection) -> sqlx::Result<()> {
    let ask = "select pg_try_advisory_lock(hashtextextended('atum migrate', 0))";
    while !sqlx::query_scalar(ask).fetch_one(&mut *connection).await? {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}

/// Whoever died while building an index concurrently left it there, of no use to anybody and in the way of the next try.
async fn drop_unfinished_indexes(connection: &mut PgConnection) -> sqlx::Result<()> {
    let unfinished = "select format('drop index concurrently %s', i.indexrelid::regclass) from pg_index i
                        join pg_class c on c.oid = i.indexrelid
                       where not i.indisvalid and c.relnamespace in (select oid from pg_namespace
                                                                      where nspname in ('desk', 'identity', 'queue'))";
    let drops: Vec<String> = sqlx::query_scalar(unfinished).fetch_all(&mut *connection).await?;
    for drop in drops {
        sqlx::raw_sql(AssertSqlSafe(drop)).execute(&mut *connection).await?;
    }
    Ok(())
}

/// The schema's version and how many migrations are still to be run.
pub async fn status(owner: &PgConnectOptions) -> anyhow::Result<(Option<i64>, usize)> {
    let mut connection = PgConnection::connect_with(owner).await.context("connecting as atum_owner")?;
    let known = "select to_regclass('_sqlx_migrations') is not null";
    let applied: Vec<i64> = match sqlx::query_scalar(known).fetch_one(&mut connection).await? {
        true => {
            let versions = "select version from _sqlx_migrations where success order by version";
            sqlx::query_scalar(versions).fetch_all(&mut connection).await?
        }
        false => vec![],
    };
    connection.close().await?;
    let pending = MIGRATIONS.iter().filter(|migration| !applied.contains(&migration.version)).count();
    Ok((applied.last().copied(), pending))
}

/// Refuses a schema that only a newer version knows.
pub fn must_know(version: i64) -> anyhow::Result<()> {
    if version > newest() { Err(too_new(version)) } else { Ok(()) }
}

fn too_new(version: i64) -> anyhow::Error {
    anyhow::anyhow!(
        "the database was migrated by a newer atum (schema {version}); this one knows schemas up to {}. Start the newer \
         version",
        newest()
    )
}

fn newest() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_migration_has_a_version_of_its_own() {
        let mut versions: Vec<i64> = MIGRATIONS.iter().map(|migration| migration.version).collect();
        let count = versions.len();
        versions.dedup();
        assert_eq!(versions.len(), count, "two files of migrations/ begin with the same number");
    }
}
