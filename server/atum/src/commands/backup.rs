use std::{collections::HashMap, path::PathBuf, sync::Arc};

use anyhow::Context;
use atum_core::{App, credentials};
use clap::{Args, Subcommand};

use super::with_installation;
use crate::{
    backup::{self, Key, Kit, Progress, Source, Vault, kit, wal},
    cli::Place,
    cluster::DataDir,
    installation::{self, Installation},
};

/// The credential, and the file in /etc/atum/secrets.
const DATABASE_URL: &str = "backup-database-url";

/// Where backups lie, and what opens them.
#[derive(Args, Clone)]
pub struct BackupPlace {
    /// A directory, or s3://bucket/prefix with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and AWS_ENDPOINT in
    /// the environment [default: backups in the data directory]
    #[arg(long, env = "ATUM_BACKUPS", value_name = "DIR|URL")]
    pub backups: Option<String>,
    /// The key that opens them, made by the first backup [default: backup.key in the data directory]
    #[arg(long, env = "ATUM_BACKUP_KEY_FILE", value_name = "FILE")]
    pub backup_key_file: Option<PathBuf>,
    /// For an existing PostgreSQL server, how the role that may copy it signs in [default: --database-url]
    #[arg(long, env = "ATUM_BACKUP_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub backup_database_url: Option<String>,
    /// A file that holds it, where it is not given otherwise
    #[arg(long, env = "ATUM_BACKUP_DATABASE_URL_FILE", value_name = "FILE")]
    pub backup_database_url_file: Option<PathBuf>,
    /// A file of the configuration to be kept with each backup; may be given several times
    #[arg(
        long = "backup-configuration",
        env = "ATUM_BACKUP_CONFIGURATION",
        value_name = "FILE",
        value_delimiter = ',',
        default_value = "/etc/atum/atum.conf"
    )]
    pub configuration: Vec<PathBuf>,
}

impl BackupPlace {
    pub fn vault(&self, data_dir: &DataDir) -> anyhow::Result<String> {
        let by_default = data_dir.root().join("backups");
        let by_default = by_default.to_str().context("the data directory's path is no text")?;
        Ok(self.backups.clone().unwrap_or_else(|| by_default.to_owned()))
    }

    pub fn key_file(&self, data_dir: &DataDir) -> PathBuf {
        self.backup_key_file.clone().unwrap_or_else(|| data_dir.root().join(kit::KEY))
    }

    /// The one that is there; a unit's own comes from the service manager.
    pub fn key(&self, data_dir: &DataDir) -> anyhow::Result<Key> {
        match credentials::read(kit::KEY)? {
            Some(text) => Key::parse(&text).context("the credential backup.key"),
            None => Key::read(&self.key_file(data_dir)),
        }
    }

    /// How the role that may copy an existing server signs in; a unit's own comes from the service manager.
    pub fn database_url(&self) -> anyhow::Result<Option<String>> {
        if let Some(given) = credentials::read(DATABASE_URL)?.or_else(|| self.backup_database_url.clone()) {
            return Ok(Some(given));
        }
        let Some(file) = &self.backup_database_url_file else { return Ok(None) };
        let text = std::fs::read_to_string(file);
        let text = text.with_context(|| format!("reading how backups sign in to the database, {}", file.display()))?;
        Ok(Some(text.trim().to_owned()))
    }

    /// Made if there is none yet.
    pub fn keep_key(&self, data_dir: &DataDir) -> anyhow::Result<Key> {
        match credentials::read(kit::KEY)? {
            Some(_) => self.key(data_dir),
            None => Key::keep(&self.key_file(data_dir)),
        }
    }
}

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Backup {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    backup: BackupPlace,
    #[command(subcommand)]
    part: Option<Part>,
}

#[derive(Subcommand)]
enum Part {
    /// List backups, and which of them were proven
    List {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        backup: BackupPlace,
    },
    /// Prove the newest backup: restore it beside, look through it, sign in to it, throw it away
    Drill {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        backup: BackupPlace,
        /// Another one than the newest
        #[arg(value_name = "BACKUP")]
        name: Option<String>,
        /// Where it is restored; made and removed [default: drill in the data directory]
        #[arg(long, env = "ATUM_DRILL_SCRATCH", value_name = "DIR")]
        scratch: Option<PathBuf>,
    },
    /// Print what no backup holds and a restore needs: the key and the secrets
    Kit {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        backup: BackupPlace,
    },
    /// Copy files that came since the last backup
    Files {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        backup: BackupPlace,
    },
    /// For PostgreSQL's archive_command: keep one segment of its log
    #[command(hide = true)]
    ArchiveWal {
        #[arg(long, env = "ATUM_BACKUPS")]
        backups: String,
        /// The cluster's system identifier
        #[arg(long)]
        cluster: String,
        path: PathBuf,
    },
    /// For PostgreSQL's restore_command: bring one file of its log back
    #[command(hide = true)]
    FetchWal {
        #[arg(long, env = "ATUM_BACKUPS")]
        backups: String,
        #[arg(long)]
        backup_key_file: PathBuf,
        #[arg(long)]
        cluster: String,
        name: String,
        to: PathBuf,
    },
}

impl Backup {
    /// PostgreSQL calls these with everything they need, as a user who may not read the configuration.
    pub fn is_told_everything(&self) -> bool {
        matches!(self.part, Some(Part::ArchiveWal { .. } | Part::FetchWal { .. }))
    }
}

/// PostgreSQL takes an exit code above 125 for an error, and any below for "there is no such file", which ends the log.
const DAMAGED: i32 = 200;

pub async fn run(command: Backup) -> anyhow::Result<()> {
    match command.part {
        None => make(&command.place, &command.backup).await,
        Some(Part::List { place, backup }) => list(&place, &backup).await,
        Some(Part::Drill { place, backup, name, scratch }) => drill(&place, &backup, name.as_deref(), scratch).await,
        Some(Part::Kit { place, backup }) => print_kit(&place, &backup).await,
        Some(Part::Files { place, backup }) => {
            let copied = with_source(&place, &backup, async |source| {
                backup::copy_new(&source.app, &source.vault, &source.key).await
            });
            println!("{} files copied.", copied.await?);
            Ok(())
        }
        Some(Part::ArchiveWal { backups, cluster, path }) => {
            // PostgreSQL lets what it starts make directories for itself alone; whoever backs up is of the group.
            rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o007));
            wal::archive(&Vault::open(&backups)?, &cluster, &path).await
        }
        Some(Part::FetchWal { backups, backup_key_file, cluster, name, to }) => {
            let (vault, key) = (Vault::open(&backups)?, Key::read(&backup_key_file)?);
            match wal::fetch(&vault, &key, &cluster, &name, &to).await {
                Ok(true) => Ok(()),
                Ok(false) => std::process::exit(1),
                Err(error) => {
                    eprintln!("atum: {error:#}");
                    std::process::exit(DAMAGED)
                }
            }
        }
    }
}

async fn with_source<T>(
    place: &Place,
    backup: &BackupPlace,
    act: impl AsyncFnOnce(&Source) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let act = async |installation: &Installation, app: &App| act(&Source::of(installation, app, backup)?).await;
    with_installation(place, "", act).await
}

async fn make(place: &Place, backup: &BackupPlace) -> anyhow::Result<()> {
    with_source(place, backup, async |source| {
        let made = backup::make(source, &Arc::new(Progress::on_terminal())).await?;
        println!(
            "{} is in {}: {} MiB of PostgreSQL's files in {} MiB, {} files, {} tables.",
            made.name,
            source.vault.place,
            made.base.bytes >> 20,
            (made.base.sealed_bytes >> 20).max(1),
            made.files.len(),
            made.tables.len(),
        );
        if backup::is_on_the_same_disk(source) {
            println!("It lies on the disk that it is a backup of: give another place with --backups.");
        }
        println!("It counts when it was restored: atum backup drill. What opens it is not in it: atum backup kit.");
        Ok(())
    })
    .await
}

async fn list(place: &Place, backup: &BackupPlace) -> anyhow::Result<()> {
    with_source(place, backup, async |source| {
        let listed = backup::manifest::list(&source.vault).await?;
        let records = backup::record::list(&source.app).await?;
        let mut proven = HashMap::new();
        for line in records.iter().filter(|line| line.kind == "drill") {
            if let Some(name) = &line.name {
                proven.entry(name.as_str()).or_insert(line);
            }
        }
        for name in &listed.whole {
            let at = backup::manifest::time(name).map(|at| at.format("%F %R UTC").to_string()).unwrap_or_default();
            let said = match proven.get(name.as_str()) {
                None => "not restored yet".to_owned(),
                Some(line) if line.outcome == "succeeded" => {
                    line.finished_at.map(|at| format!("proven at {}", at.format("%F %R UTC"))).unwrap_or_default()
                }
                Some(line) => format!("NOT PROVEN: {}", line.error.as_deref().unwrap_or(&line.outcome)),
            };
            println!("{name}  {at}  {said}");
        }
        match listed.whole.len() {
            0 => println!("No backup is in {}; make one with: atum backup", source.vault.place),
            count => println!("{count} backups in {}", source.vault.place),
        }
        Ok(())
    })
    .await
}

async fn drill(
    place: &Place,
    backup: &BackupPlace,
    name: Option<&str>,
    scratch: Option<PathBuf>,
) -> anyhow::Result<()> {
    let report = with_source(place, backup, async |source| {
        backup::drill(source, name, scratch, &Arc::new(Progress::on_terminal())).await
    });
    let report = report.await?;
    for check in &report.checks {
        println!("ok    {}: {} ({:.1} s)", check.name, check.detail, check.seconds);
    }
    println!("{} was restored in {:.1} s and is proven.", report.proven, report.restore_seconds);
    Ok(())
}

async fn print_kit(place: &Place, backup: &BackupPlace) -> anyhow::Result<()> {
    let data_dir = DataDir::open(&place.data_dir.clone().map_or_else(DataDir::by_default, Ok)?)?;
    let key = backup.key(&data_dir).context("a first backup makes the key: atum backup")?;
    let kit = Kit::of(&data_dir, &installation::secrets(place, &data_dir, true)?, &key)?;
    println!("{}", serde_json::to_string_pretty(&kit)?);
    eprintln!("Print it or keep it where no backup lies. Whoever has it and a backup reads everything.");
    Ok(())
}
