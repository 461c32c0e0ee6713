//! From a backup to a running server: the files are laid out, the log is replayed to the wanted place, and the server
//! answers. A drill does the same as a restore, or it would prove nothing.

use std::{
    fs::Permissions,
    io::{self, Write},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Stdio,
    sync::Arc,
    time::Instant,
};

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::{
    key::{self, Key},
    manifest::Manifest,
    progress::Progress,
    segment,
    vault::Vault,
    wal,
};
use crate::{
    cluster::{ARCHIVE_SETTINGS, Account, Cluster, DataDir, Durability, Postmaster, Programs, SUPERUSER},
    database::Secrets,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Where the rows were counted.
    Counted,
    At(DateTime<Utc>),
    /// The end of the log.
    Newest,
}

/// Whence, what and whither.
pub struct Recovery<'a> {
    pub vault: &'a Vault,
    pub key: &'a Key,
    pub manifest: &'a Manifest,
    pub data_dir: &'a DataDir,
    pub secrets: &'a Secrets,
    pub postgres_bin: Option<PathBuf>,
    pub durability: Durability,
    pub target: Target,
    pub progress: &'a Arc<Progress>,
}

pub struct Recovered {
    pub cluster: Cluster,
    pub postmaster: Postmaster,
    /// From the first byte until it answered.
    pub seconds: f64,
}

/// Settings that the backup's server had made by itself, laid aside while it recovers.
const KEPT_SETTINGS: &str = "postgresql.auto.conf.of-backup";

impl Recovery<'_> {
    pub async fn run(&self) -> anyhow::Result<Recovered> {
        self.log_must_be_there().await?;
        let begun = Instant::now();
        self.progress.step("Laying out PostgreSQL's files");
        let account = Account::choose()?;
        self.lay_out(&account).await?;
        let cluster = Cluster {
            data_dir: self.data_dir.clone(),
            programs: Programs::find(self.postgres_bin.as_deref(), &self.data_dir.postgresql())?,
            account,
            durability: self.durability,
            superuser_password: self.secrets.superuser_password.clone(),
        };
        cluster.prepare().await?;
        self.prepare_recovery(&cluster)?;
        self.progress.step("Replaying the log");
        let postmaster = match cluster.start().await {
            Ok(postmaster) => postmaster,
            Err(error) => return Err(self.explained(error).await),
        };
        let recovered = Recovered { cluster, postmaster, seconds: begun.elapsed().as_secs_f64() };
        self.take_over(&recovered.cluster).await?;
        Ok(recovered)
    }

    /// PostgreSQL would notice only at the end, and say little of it.
    async fn log_must_be_there(&self) -> anyhow::Result<()> {
        let (vault, manifest) = (self.vault, self.manifest);
        for segment in &manifest.wal {
            if !vault.exists(&segment.object).await? {
                bail!(
                    "the segment {} of the log, which the backup {} needs, is missing from {}",
                    segment.name,
                    manifest.name,
                    vault.place
                );
            }
        }
        if self.target != Target::Newest {
            return Ok(());
        }
        // Recovery takes a gap for the end, and what came after it would be lost without a word.
        match self.first_gap().await? {
            None => Ok(()),
            Some(missing) => bail!(
                "the segment {missing} of the log is missing from {}, so that what came after it cannot be replayed; \
                 name a time before it with --to",
                vault.place
            ),
        }
    }

    async fn first_gap(&self) -> anyhow::Result<Option<String>> {
        let Some(first) = self.manifest.wal.first() else { return Ok(None) };
        let cluster = &self.manifest.cluster;
        let kept = wal::kept(self.vault, &cluster.system_identifier).await?;
        let later = kept.names.iter().map(String::as_str).filter(|name| *name >= first.name.as_str());
        Ok(segment::gap(later, cluster.segment_bytes))
    }

    async fn lay_out(&self, account: &Account) -> anyhow::Result<()> {
        let directory = self.data_dir.postgresql();
        account.must_reach(self.data_dir.root())?;
        std::fs::create_dir(&directory).with_context(|| format!("creating {}", directory.display()))?;
        std::fs::set_permissions(&directory, Permissions::from_mode(0o700))?;
        account.give(&directory)?;
        let mut tar = std::process::Command::new("tar");
        tar.args(["--extract", "--preserve-permissions", "--file=-", "--directory"]).arg(&directory);
        tar.current_dir("/").stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        account.run(&mut tar);
        let (progress, base) = (self.progress.clone(), self.manifest.base.clone());
        let read = move |plain: &mut dyn io::Read| extract(tar, plain, &base.sha256, &progress);
        self.vault.unseal(&self.manifest.base.object, self.key, read).await
    }

    fn prepare_recovery(&self, cluster: &Cluster) -> anyhow::Result<()> {
        let directory = cluster.data_dir.postgresql();
        // The copy must not write into the log that it is made of.
        remove(&directory.join(ARCHIVE_SETTINGS))?;
        let (settings, kept) = (directory.join("postgresql.auto.conf"), directory.join(KEPT_SETTINGS));
        if settings.exists() {
            std::fs::rename(&settings, &kept)?;
        }
        let key_file = key_file(cluster);
        remove(&key_file)?;
        key::save(&key_file, &self.key.text())?;
        cluster.account.give(&key_file)?;
        write(cluster, &settings, &self.settings(&key_file)?)?;
        write(cluster, &directory.join("recovery.signal"), "")?;
        // Nobody else can enter its socket's directory. The administrator's password may be another one in the backup of
        // an existing server.
        write(cluster, &directory.join("pg_hba.conf"), "local all all trust\n")
    }

    fn settings(&self, key_file: &Path) -> anyhow::Result<String> {
        let system_identifier = &self.manifest.cluster.system_identifier;
        let command = wal::restore_command(&wal::program()?, self.vault, key_file, system_identifier)?;
        let target = match self.target {
            Target::Counted => format!(
                "recovery_target_lsn = '{}'\nrecovery_target_inclusive = off\nrecovery_target_timeline = 'current'\n",
                self.manifest.lsn
            ),
            Target::At(time) => format!("recovery_target_time = '{}'\n", time.format("%Y-%m-%d %H:%M:%S%.6f+00")),
            Target::Newest => String::new(),
        };
        Ok(format!(
            "restore_command = {}\n{target}recovery_target_action = 'promote'\nhot_standby = off\narchive_mode = off\n",
            wal::setting(&command)
        ))
    }

    async fn take_over(&self, cluster: &Cluster) -> anyhow::Result<()> {
        let mut superuser = PgConnection::connect_with(&cluster.superuser(SUPERUSER)).await?;
        let still: bool = sqlx::query_scalar("select pg_is_in_recovery()").fetch_one(&mut superuser).await?;
        anyhow::ensure!(!still, "PostgreSQL answers while it still recovers");
        // Safe: the password is hexadecimal.
        let statement = format!("alter role {SUPERUSER} password '{}'", self.secrets.superuser_password);
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut superuser).await?;
        superuser.close().await?;
        remove(&key_file(cluster))
    }

    async fn explained(&self, error: anyhow::Error) -> anyhow::Error {
        let said = our_own_words(&self.data_dir.logs());
        let error = match said {
            Some(said) => error.context(said),
            None => error,
        };
        if !format!("{error:#}").contains("recovery ended before configured recovery target") {
            return error;
        }
        let gap = self.first_gap().await.ok().flatten();
        let newest = wal::kept(self.vault, &self.manifest.cluster.system_identifier).await.ok();
        let newest = newest.and_then(|kept| kept.newest_at).map(|at| at.format("%F %T UTC").to_string());
        error.context(match (gap, newest) {
            (Some(missing), _) => format!("the log ends before that time: its segment {missing} is missing"),
            (None, Some(newest)) => format!("the log ends before that time: what is kept of it ends at about {newest}"),
            (None, None) => "nothing is kept of the log after the backup".to_owned(),
        })
    }
}

/// Ends the recovery's own settings, so that the server is as the backup's was. It must be stopped.
pub fn settle(cluster: &Cluster, manifest: &Manifest) -> anyhow::Result<()> {
    let directory = cluster.data_dir.postgresql();
    let (settings, kept) = (directory.join("postgresql.auto.conf"), directory.join(KEPT_SETTINGS));
    // Another server's own settings may name what this machine has not; they stay beside, for whoever wants them.
    match manifest.cluster.private && kept.exists() {
        true => std::fs::rename(kept, settings)?,
        false => remove(&settings)?,
    }
    Ok(())
}

/// In a directory that only the server's user may enter.
fn key_file(cluster: &Cluster) -> PathBuf {
    cluster.data_dir.sockets().join("backup.key")
}

fn extract(
    mut tar: std::process::Command,
    plain: &mut dyn io::Read,
    sha256: &str,
    progress: &Progress,
) -> anyhow::Result<()> {
    let mut tar = tar.spawn().context("starting tar")?;
    let mut input = tar.stdin.take().context("its input")?;
    let outcome = pour(plain, &mut input, progress);
    drop(input);
    let ended = tar.wait_with_output()?;
    // Where tar ended first, its words say why nothing could be written to it.
    let found = match outcome {
        Err(error) if ended.status.success() => return Err(error).context("it is damaged"),
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(error).context("it is damaged"),
        other => other.unwrap_or_default(),
    };
    if !ended.status.success() {
        bail!("tar: {}", String::from_utf8_lossy(&ended.stderr).trim());
    }
    anyhow::ensure!(found == sha256, "it is not what was put there: another hash");
    Ok(())
}

fn pour(plain: &mut dyn io::Read, input: &mut impl Write, progress: &Progress) -> io::Result<String> {
    let (mut digest, mut buffer, mut bytes) = (Sha256::new(), vec![0; 1 << 16], 0);
    loop {
        let read = plain.read(&mut buffer)?;
        if read == 0 {
            return Ok(hex::encode(digest.finalize()));
        }
        digest.update(&buffer[..read]);
        input.write_all(&buffer[..read])?;
        bytes += read as u64;
        progress.bytes("PostgreSQL's files", bytes);
    }
}

/// The last thing that `atum backup fetch-wal` said, which PostgreSQL's log has between its own lines.
fn our_own_words(logs: &Path) -> Option<String> {
    let files = std::fs::read_dir(logs).ok()?.flatten();
    let texts = files.filter_map(|file| std::fs::read_to_string(file.path()).ok());
    texts.filter_map(|text| text.lines().rfind(|line| line.starts_with("atum: ")).map(str::to_owned)).last()
}

fn write(cluster: &Cluster, path: &Path, text: &str) -> anyhow::Result<()> {
    std::fs::write(path, text).with_context(|| format!("writing {}", path.display()))?;
    cluster.account.give(path)
}

pub fn remove(path: &Path) -> anyhow::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing {}", path.display()))
        }
        _ => Ok(()),
    }
}
