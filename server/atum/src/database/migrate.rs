use anyhow::{Context, bail};
use sqlx::{
    Connection, PgConnection,
    migrate::{MigrateError, Migrator},
    postgres::PgConnectOptions,
};

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// Brings the schema to this binary's version. Two processes that start at once do it one after the other (sqlx takes
/// an advisory lock).
pub async fn migrate(owner: &PgConnectOptions) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect_with(owner).await.context("connecting as atum_owner")?;
    let result = MIGRATIONS.run(&mut connection).await;
    connection.close().await?;
    match result {
        Ok(()) => Ok(()),
        Err(MigrateError::VersionMissing(version)) => bail!(
            "the database was migrated by a newer atum (schema {version}); this one knows schemas up to {}. \
             Start the newer version",
            newest()
        ),
        Err(error) => Err(error).context("migrating the database"),
    }
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
