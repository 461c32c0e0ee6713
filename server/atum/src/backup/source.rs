//! What is backed up, and whither.

use std::{collections::BTreeMap, path::PathBuf, process::Command};

use anyhow::{Context, bail};
use atum_core::App;
use sqlx::{ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};
use url::Url;

use super::{
    key::{Key, fingerprint},
    manifest,
    vault::Vault,
};
use crate::{
    cluster::{Cluster, DataDir, Programs, SUPERUSER},
    commands::backup::BackupPlace,
    database::{DATABASE, Role},
    installation::Installation,
};

pub struct Source {
    pub app: App,
    pub vault: Vault,
    pub key: Key,
    pub data_dir: DataDir,
    /// The private server, where it is ours.
    pub cluster: Option<Cluster>,
    pub place: BackupPlace,
    pub postgres_bin: Option<PathBuf>,
    pub configuration: Vec<PathBuf>,
    pub secrets: crate::database::Secrets,
    administrator: PgConnectOptions,
    password: Option<String>,
    owner: PgConnectOptions,
}

impl Source {
    pub fn of(installation: &Installation, app: &App, place: &BackupPlace) -> anyhow::Result<Self> {
        let data_dir = installation.data_dir.clone();
        let cluster = installation.cluster().cloned();
        let (administrator, password) = match &cluster {
            Some(cluster) => (cluster.superuser(DATABASE), Some(cluster.superuser_password.clone())),
            None => theirs(place.database_url()?.as_deref().or(installation.database_url()))?,
        };
        Ok(Self {
            app: app.clone(),
            vault: Vault::open(&place.vault(&data_dir)?)?,
            key: place.keep_key(&data_dir)?,
            cluster,
            place: place.clone(),
            postgres_bin: installation.postgres_bin.clone(),
            configuration: place.configuration.clone(),
            secrets: installation.secrets().clone(),
            administrator,
            password,
            owner: installation.sign_in(Role::Owner),
            data_dir,
        })
    }

    pub async fn connect(&self) -> anyhow::Result<PgConnection> {
        let connected = PgConnection::connect_with(&self.administrator).await;
        connected.context("connecting to the database as the role that makes backups (--backup-database-url)")
    }

    pub fn owner(&self) -> &PgConnectOptions {
        &self.owner
    }

    pub async fn describe_cluster(&self, conn: &mut PgConnection) -> anyhow::Result<manifest::Cluster> {
        let question = "select (select system_identifier::text from pg_control_system()),
                               (select setting::bigint from pg_settings where name = 'wal_segment_size'),
                               current_setting('server_version_num')::int / 10000, current_database()::text";
        let (system_identifier, segment_bytes, postgresql, database): (String, i64, i32, String) =
            sqlx::query_as(question).fetch_one(conn).await.context("asking the server what it is")?;
        Ok(manifest::Cluster {
            system_identifier,
            segment_bytes: u64::try_from(segment_bytes)?,
            postgresql: u32::try_from(postgresql)?,
            database,
            private: self.cluster.is_some(),
        })
    }

    /// `pg_basebackup`, signing in as the connection does.
    pub fn base_backup(&self) -> anyhow::Result<Command> {
        let programs = match &self.cluster {
            Some(cluster) => cluster.programs.clone(),
            None => Programs::find(self.postgres_bin.as_deref(), &self.data_dir.postgresql())?,
        };
        let mut command = programs.command("pg_basebackup");
        let host = match self.administrator.get_socket() {
            Some(socket) => socket.clone().into_os_string(),
            None => self.administrator.get_host().into(),
        };
        command.arg("--host").arg(host).args(["--port", &self.administrator.get_port().to_string()]);
        command.args(["--username", self.administrator.get_username(), "--no-password"]);
        if let Some(password) = &self.password {
            command.env("PGPASSWORD", password);
        }
        Ok(command)
    }

    /// By name, what each secret is known by; a restored copy needs the very same ones.
    pub fn fingerprints(&self) -> anyhow::Result<BTreeMap<String, String>> {
        fingerprints(&self.data_dir, &self.secrets)
    }
}

pub fn fingerprints(
    data_dir: &DataDir,
    secrets: &crate::database::Secrets,
) -> anyhow::Result<BTreeMap<String, String>> {
    let named = secrets.named()?;
    let mut known: BTreeMap<String, String> =
        named.iter().map(|(name, secret)| (name.clone(), fingerprint(secret))).collect();
    let audit_key = data_dir.root().join("audit.key");
    match std::fs::read_to_string(&audit_key) {
        Ok(secret) => {
            known.insert("audit.key".to_owned(), fingerprint(secret.trim()));
        }
        // Made when it is first needed.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("reading {}", audit_key.display())),
    }
    Ok(known)
}

/// Refuses secrets other than those the backup was made with: with them, nobody's second factor could be read, and no
/// role could sign in.
pub fn must_have_the_secrets(
    expected: &BTreeMap<String, String>,
    found: &BTreeMap<String, String>,
) -> anyhow::Result<()> {
    let wrong: Vec<String> = expected
        .iter()
        .filter(|(name, fingerprint)| found.get(*name) != Some(*fingerprint))
        .map(|(name, fingerprint)| match found.get(name) {
            None => format!("{name} is missing (fingerprint {fingerprint})"),
            Some(other) => format!("{name} is another one (fingerprint {other}, the backup's {fingerprint})"),
        })
        .collect();
    if !wrong.is_empty() {
        bail!("the secrets are not those that the backup was made with: {}", wrong.join("; "));
    }
    Ok(())
}

fn theirs(address: Option<&str>) -> anyhow::Result<(PgConnectOptions, Option<String>)> {
    let address = address.context("an existing server is backed up through --backup-database-url")?;
    let options: PgConnectOptions = address.parse().context("--backup-database-url cannot be read")?;
    let database = options.get_database().filter(|name| *name != SUPERUSER).unwrap_or(DATABASE).to_owned();
    let url = Url::parse(address).context("--backup-database-url cannot be read")?;
    let password = url.password().map(|text| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into());
    Ok((options.database(&database).disable_statement_logging(), password))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_secret_and_another_one_are_named() {
        let of = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let expected = of(&[("secret_key", "aa"), ("audit.key", "bb")]);
        must_have_the_secrets(&expected, &of(&[("secret_key", "aa"), ("audit.key", "bb"), ("more", "cc")])).unwrap();
        let said = must_have_the_secrets(&expected, &of(&[("secret_key", "ab")])).unwrap_err().to_string();
        assert!(said.contains("audit.key is missing") && said.contains("secret_key is another one"), "{said}");
    }

    #[test]
    fn an_address_gives_its_password_as_it_is_meant() {
        let (options, password) = theirs(Some("postgres://atum_backup:p%40ss@db.example:5433/desk")).unwrap();
        assert_eq!((options.get_host(), options.get_port(), password.as_deref()), ("db.example", 5433, Some("p@ss")));
        let (options, password) = theirs(Some("postgres:///atum?host=/run/postgresql&user=atum")).unwrap();
        assert_eq!(options.get_socket().unwrap().to_str(), Some("/run/postgresql"));
        assert_eq!((options.get_username(), password), ("atum", None));
    }
}
