use std::time::Duration;

use anyhow::{Context, bail};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sqlx::{ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};

use super::{
    Secrets, host_based,
    host_based::Rules,
    roles::{self, DATABASE, Role},
};

/// A PostgreSQL server that somebody else runs.
#[derive(Clone)]
pub struct External {
    administrator: PgConnectOptions,
    database: String,
}

impl External {
    pub fn parse(address: &str) -> anyhow::Result<Self> {
        let options: PgConnectOptions = address.parse().context(
            "the address of the database cannot be read; it looks like postgres://user:password@host:5432/atum",
        )?;
        let database = options.get_database().filter(|name| *name != "postgres").unwrap_or(DATABASE).to_owned();
        Ok(Self { administrator: options.disable_statement_logging(), database })
    }

    pub fn sign_in(&self, role: Role, secrets: &Secrets) -> PgConnectOptions {
        let options = self.administrator.clone().database(&self.database);
        options.username(role.name()).password(secrets.password(role))
    }

    /// Creates roles and database where the address allows it. Where it does not and they are not there yet, says what
    /// a DBA must run.
    pub async fn prepare(&self, secrets: &Secrets) -> anyhow::Result<()> {
        if self.is_prepared(secrets).await? {
            return Ok(());
        }
        if self.may_create().await? {
            let administrator = self.administrator.clone().database("postgres");
            roles::create(&administrator, secrets, &self.database).await?;
            return if self.is_prepared(secrets).await? { Ok(()) } else { Err(self.belongs_to_another()) };
        }
        bail!(
            "the server is reached, but its user {} may create neither roles nor the database. Let an administrator \
             run this once (the passwords were made for this installation and are kept in its data directory), then \
             start again:\n\n{}",
            self.administrator.get_username(),
            roles::script(secrets, &self.database),
        )
    }

    /// The same by an administrator of the server, who also lets the roles in where the server's own rules do not: Debian's
    /// believe a role on the socket only by the name of the operating system's user. False where nothing was to be done.
    pub async fn prepare_by(&self, administrator: &PgConnectOptions, secrets: &Secrets) -> anyhow::Result<bool> {
        if self.is_prepared(secrets).await? {
            return Ok(false);
        }
        roles::create(administrator, secrets, &self.database).await?;
        if self.is_prepared(secrets).await? {
            return Ok(true);
        }
        host_based::let_in(administrator, &Rules::of_roles(&self.database)).await?;
        // The server takes its rules in by itself, soon after it was told to.
        for _ in 0..100 {
            if self.is_prepared(secrets).await? {
                return Ok(true);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Err(self.belongs_to_another())
    }

    /// How a role signs in on the server's socket.
    pub fn on_socket(&self, role: &str, password: &str) -> Option<String> {
        let socket = self.administrator.get_socket()?.display().to_string();
        let [database, socket] = [&self.database, &socket].map(|text| utf8_percent_encode(text, NON_ALPHANUMERIC));
        let port = self.administrator.get_port();
        Some(format!("postgres://{role}:{password}@localhost:{port}/{database}?host={socket}"))
    }

    pub fn database(&self) -> &str {
        &self.database
    }

    /// The server's administrator on a Unix socket, where the database is reached by one.
    pub fn local_administrator(&self) -> Option<PgConnectOptions> {
        self.administrator.get_socket()?;
        Some(self.administrator.clone().username("postgres").database("postgres"))
    }

    fn belongs_to_another(&self) -> anyhow::Error {
        anyhow::anyhow!(
            "the roles atum_owner, atum_identity, atum_app and atum_jobs exist on {}:{}, with other passwords than this \
             installation's: another installation uses them. Copy its secrets.json into this data directory, or remove \
             the roles if it is gone",
            self.administrator.get_host(),
            self.administrator.get_port(),
        )
    }

    async fn is_prepared(&self, secrets: &Secrets) -> anyhow::Result<bool> {
        for role in Role::ALL {
            match PgConnection::connect_with(&self.sign_in(role, secrets)).await {
                Ok(connection) => connection.close().await?,
                // Classes 28 and 3D: no such role, another password, no such database.
                Err(sqlx::Error::Database(refusal))
                    if refusal.code().is_some_and(|code| code.starts_with("28") || code.starts_with("3D")) =>
                {
                    return Ok(false);
                }
                Err(error) => return Err(error).context(self.unreachable()),
            }
        }
        Ok(true)
    }

    async fn may_create(&self) -> anyhow::Result<bool> {
        let options = self.administrator.clone().database("postgres");
        let mut connection = PgConnection::connect_with(&options).await.with_context(|| self.unreachable())?;
        let question = "select rolsuper or (rolcreaterole and rolcreatedb) from pg_roles where rolname = current_user";
        let may = sqlx::query_scalar(question).fetch_one(&mut connection).await?;
        connection.close().await?;
        Ok(may)
    }

    fn unreachable(&self) -> String {
        format!(
            "the database server {}:{} cannot be used",
            self.administrator.get_host(),
            self.administrator.get_port()
        )
    }
}
