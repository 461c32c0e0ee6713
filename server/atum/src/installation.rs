//! One installation: its data directory, its secrets, and its database, private or somebody else's.

use std::{path::PathBuf, sync::Arc};

use anyhow::{Context, bail};
use atum_core::{
    App,
    clock::Clock,
    config::{Config, SecretKey},
    credentials,
    db::{Connections, Db},
    limits::Limits,
    progress::Progress,
    wake::Wake,
};
use sqlx::postgres::PgConnectOptions;
use tokio_util::sync::CancellationToken;

use crate::{
    cli::Place,
    cluster::{Account, Cluster, DataDir, Durability, Lock, Programs, RESTORE_MARKER, Supervised},
    database::{self, DATABASE, External, Role, Secrets},
};

/// Connections to the database that the app role may hold; the other two roles may hold half as many each. A few for
/// each processor do the most work: with more, they wait for each other inside the database instead of in a fair line
/// before it. At most, together they leave a third of the private server's hundred to administrators and a second process.
fn most_connections() -> u32 {
    let processors = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    u32::try_from(processors * 5).unwrap_or(32).clamp(10, 32)
}

pub struct Installation {
    pub data_dir: DataDir,
    secrets: Secrets,
    database: Database,
    pub breached_passwords_file: Option<PathBuf>,
    pub postgres_bin: Option<PathBuf>,
    database_url: Option<String>,
    lock: Option<Lock>,
}

enum Database {
    Ours { cluster: Cluster, running: Option<Supervised> },
    Theirs(External),
}

impl Installation {
    /// For a process that is the one owner of the data directory: `atum up`.
    pub async fn start(place: &Place) -> anyhow::Result<Self> {
        let data_dir = open(place)?;
        let lock = Lock::take(&data_dir)?;
        let mut installation = Self::describe(place, data_dir)?;
        installation.lock = Some(lock);
        installation.start_database().await?;
        Ok(installation)
    }

    /// For a command: uses the server that `atum up` runs at the moment, or runs it as long as the command takes.
    pub async fn visit(place: &Place) -> anyhow::Result<Self> {
        let data_dir = open(place)?;
        let mut installation = Self::describe(place, data_dir)?;
        let is_ours = matches!(installation.database, Database::Ours { .. });
        if is_ours {
            installation.lock = Lock::take(&installation.data_dir).ok();
        }
        if !is_ours || installation.lock.is_some() {
            installation.start_database().await?;
        }
        Ok(installation)
    }

    fn describe(place: &Place, data_dir: DataDir) -> anyhow::Result<Self> {
        place.breached_passwords_file.as_deref().map_or(Ok(()), atum_identity::check_breached_passwords_file)?;
        let database_url = credentials::read("database-url")?.or_else(|| place.database_url.clone());
        let database = database_url.as_deref().map(External::parse).transpose()?;
        if data_dir.root().join(RESTORE_MARKER).exists() {
            bail!(
                "{} is half restored: a restore into it was interrupted. Run the same `atum restore` again",
                data_dir.root().display()
            );
        }
        let secrets = secrets(place, &data_dir, database.is_some())?;
        let database = match database {
            Some(external) => Database::Theirs(external),
            None => Database::Ours { cluster: cluster(place, &data_dir, &secrets)?, running: None },
        };
        Ok(Self {
            data_dir,
            secrets,
            database,
            breached_passwords_file: place.breached_passwords_file.clone(),
            postgres_bin: place.postgres_bin.clone(),
            database_url,
            lock: None,
        })
    }

    /// One whose private server runs already, and is stopped by whoever started it.
    pub fn over(cluster: Cluster, secrets: Secrets, data_dir: DataDir) -> Self {
        let database = Database::Ours { cluster, running: None };
        let (breached_passwords_file, postgres_bin, database_url) = (None, None, None);
        Self { data_dir, secrets, database, breached_passwords_file, postgres_bin, database_url, lock: None }
    }

    async fn start_database(&mut self) -> anyhow::Result<()> {
        match &mut self.database {
            Database::Ours { cluster, running } => {
                cluster.prepare().await?;
                *running = Some(Supervised::start(cluster.clone()).await?);
                database::create(&cluster.superuser("postgres"), &self.secrets, DATABASE).await
            }
            Database::Theirs(external) => external.prepare(&self.secrets).await,
        }
    }

    /// What another `atum` is told that wants the same directory.
    pub fn tell(&mut self, holder: &str) -> anyhow::Result<()> {
        self.lock.as_mut().map_or(Ok(()), |lock| lock.tell(holder))
    }

    pub fn sign_in(&self, role: Role) -> PgConnectOptions {
        match &self.database {
            Database::Ours { cluster, .. } => cluster.sign_in(role.name(), self.secrets.password(role), DATABASE),
            Database::Theirs(external) => external.sign_in(role, &self.secrets),
        }
    }

    /// The private server, where it is ours.
    pub fn cluster(&self) -> Option<&Cluster> {
        match &self.database {
            Database::Ours { cluster, .. } => Some(cluster),
            Database::Theirs(_) => None,
        }
    }

    /// Of an existing server.
    pub fn database_url(&self) -> Option<&str> {
        self.database_url.as_deref()
    }

    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// For programs that sign in by themselves.
    pub fn password(&self, role: Role) -> &str {
        self.secrets.password(role)
    }

    pub fn connections(&self) -> Connections {
        database::connections(|role| self.sign_in(role))
    }

    pub fn secret_key(&self) -> anyhow::Result<SecretKey> {
        self.secrets.secret_key()
    }

    pub async fn migrate(&self) -> anyhow::Result<()> {
        database::migrate(&self.sign_in(Role::Owner)).await
    }

    /// Refuses a schema that is not this binary's: half of what it asks would fail in the middle.
    pub async fn must_be_migrated(&self) -> anyhow::Result<()> {
        let (_, pending) = database::status(&self.sign_in(Role::Owner)).await?;
        if pending > 0 {
            bail!("the database lacks {pending} migrations of this version; run `atum migrate` first");
        }
        Ok(())
    }

    pub fn app(&self, config: Config, stop: CancellationToken) -> anyhow::Result<App> {
        let clock = Clock::from_environment();
        let db = Db::new(self.connections(), most_connections(), clock.clone());
        let blobs = atum_files::open_store(&self.data_dir.files()).context("opening the file store")?;
        let (wake, progress) = (Wake::start(db.clone()), Progress::default());
        Ok(App { wake, db, clock, blobs, config: Arc::new(config), stop, progress, limits: Limits::default() })
    }

    /// The same installation at another time, for playing the demo. What it commits need not survive the power: a demo
    /// that was lost is made again.
    pub fn app_in_the_past(&self, app: &App, clock: Clock) -> App {
        let hasty = |role| self.sign_in(role).options([("synchronous_commit", "off")]);
        let db = Db::new(database::connections(hasty), 4, clock.clone());
        App { db, clock, ..app.clone() }
    }

    /// An [`App`] for a command that serves nothing.
    pub fn app_for_command(&self, public_url: &str) -> anyhow::Result<App> {
        let config = Config {
            data_dir: self.data_dir.root().to_owned(),
            public_url: public_url.trim_end_matches('/').to_owned(),
            upload_limit_bytes: 0,
            trusted_proxies: vec![],
            metrics_token: None,
            breached_passwords_file: self.breached_passwords_file.clone(),
            mail_listen: None,
            watched_certificates: vec![],
            secret_key: self.secret_key()?,
        };
        self.app(config, CancellationToken::new())
    }

    /// Stops what this process started.
    pub async fn close(self) {
        if let Database::Ours { running: Some(running), .. } = self.database {
            running.stop().await;
        }
    }
}

fn open(place: &Place) -> anyhow::Result<DataDir> {
    let path = place.data_dir.clone().map_or_else(DataDir::by_default, Ok)?;
    DataDir::open(&path)
}

/// Given by the service manager, or kept in a file.
pub fn secrets(place: &Place, data_dir: &DataDir, database_is_theirs: bool) -> anyhow::Result<Secrets> {
    if let Some(given) = credentials::read("secrets.json")? {
        return Secrets::given(&given).context("the credential secrets.json");
    }
    let path = place.secrets_file.clone().unwrap_or_else(|| data_dir.secrets());
    if !database_is_theirs && data_dir.postgresql().exists() && !path.exists() {
        bail!(
            "{} is missing, and without its passwords the database beside it cannot be opened; restore the file",
            path.display()
        );
    }
    Secrets::keep(&path)
}

fn cluster(place: &Place, data_dir: &DataDir, secrets: &Secrets) -> anyhow::Result<Cluster> {
    Ok(Cluster {
        programs: Programs::find(place.postgres_bin.as_deref(), &data_dir.postgresql())?,
        account: Account::choose()?,
        data_dir: data_dir.clone(),
        durability: Durability::Kept,
        superuser_password: secrets.superuser_password.clone(),
    })
}
