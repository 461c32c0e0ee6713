use std::time::Duration;

use anyhow::{Context, ensure};
use sqlx::{AssertSqlSafe, Connection, PgConnection, postgres::PgConnectOptions};

use super::{External, host_based, host_based::Rules};

const SQL: &str = include_str!("../../../../infra/postgresql/backup.sql");

/// Whoever copies the whole server. It sees every row, so it signs in by a password that backups alone have, and never by
/// the name of the operating system's user, which the API has as well.
pub struct BackupRole<'a> {
    pub external: &'a External,
    pub password: &'a str,
}

impl BackupRole<'_> {
    pub const NAME: &'static str = "atum_backup";

    /// How it signs in on the server's socket, where there is one.
    pub fn address(&self) -> Option<String> {
        self.external.on_socket(Self::NAME, self.password)
    }

    /// Makes it and lets it in. False where nothing was to be done.
    pub async fn prepare(&self, administrator: &PgConnectOptions) -> anyhow::Result<bool> {
        if self.is_let_in().await? {
            return Ok(false);
        }
        self.create(administrator).await?;
        if self.is_let_in().await? {
            return Ok(true);
        }
        host_based::let_in(administrator, &Rules::of_backups(self.external.database(), Self::NAME)).await?;
        // The server takes its rules in by itself, soon after it was told to.
        for _ in 0..100 {
            if self.is_let_in().await? {
                return Ok(true);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        anyhow::bail!("the server does not let the role {} in by its password", Self::NAME)
    }

    async fn create(&self, administrator: &PgConnectOptions) -> anyhow::Result<()> {
        ensure!(self.password.bytes().all(|byte| byte.is_ascii_alphanumeric()), "the password of backups is not ours");
        // Rights to functions belong to one database.
        let options = administrator.clone().database(self.external.database());
        let mut connection = PgConnection::connect_with(&options).await.context("connecting as administrator")?;
        let question = "select exists (select from pg_roles where rolname = $1)";
        let is_there: bool = sqlx::query_scalar(question).bind(Self::NAME).fetch_one(&mut connection).await?;
        let mut script = SQL.replace(":backup_password", self.password);
        if is_there {
            script = script.replacen("create role", "alter role", 1);
        }
        // Safe: the text is ours and the password has only letters and digits. All of it or nothing.
        sqlx::raw_sql(AssertSqlSafe(script)).execute(&mut connection).await.context("the role of backups")?;
        Ok(connection.close().await?)
    }

    async fn is_let_in(&self) -> anyhow::Result<bool> {
        let address = self.address().context("the database is not reached by a socket")?;
        match PgConnection::connect_with(&address.parse()?).await {
            Ok(connection) => {
                connection.close().await?;
                Ok(true)
            }
            // Class 28: no such role, another password, no rule.
            Err(sqlx::Error::Database(refusal)) if refusal.code().is_some_and(|code| code.starts_with("28")) => {
                Ok(false)
            }
            Err(error) => Err(error).context("signing in as the role of backups"),
        }
    }
}
