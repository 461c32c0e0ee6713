//! `atum restore`: an installation from a backup, in an empty directory, at the moment that was asked for.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use object_store::{ObjectStore, ObjectStoreExt, path::Path as BlobPath};
use sqlx::{Connection, PgConnection};

use super::{
    key::Key,
    manifest::{self, Manifest},
    pool,
    progress::Progress,
    recover::{self, Recovery, Target},
    source::{fingerprints, must_have_the_secrets},
    vault::Vault,
};
use crate::{
    cluster::{DataDir, Durability, Lock, RESTORE_MARKER, stop_left_server},
    database::{self, Secrets},
};

pub struct Restore {
    pub vault: Vault,
    pub key: Key,
    pub data_dir: DataDir,
    pub secrets_file: PathBuf,
    pub postgres_bin: Option<PathBuf>,
    pub at: Option<DateTime<Utc>>,
    /// One backup as it is, in place of a moment.
    pub backup: Option<String>,
    pub progress: Arc<Progress>,
}

pub struct Restored {
    pub backup: String,
    pub seconds: f64,
    /// Of the newest change in it.
    pub changed_at: Option<DateTime<Utc>>,
    pub files: usize,
    /// Of the database at that moment, and in no backup.
    pub missing: Vec<String>,
    /// Where the configuration's files were laid.
    pub configuration: Option<PathBuf>,
}

/// Refuses a directory that anything would be overwritten in. What an interrupted restore left is begun anew.
pub async fn clear(data_dir: &DataDir) -> anyhow::Result<Lock> {
    let lock = Lock::take(data_dir)?;
    let (marker, postgresql) = (data_dir.root().join(RESTORE_MARKER), data_dir.postgresql());
    if marker.exists() {
        stop_left_server(&postgresql).await;
        for path in [&postgresql, &data_dir.files()] {
            if path.exists() {
                std::fs::remove_dir_all(path).with_context(|| format!("removing {}", path.display()))?;
            }
        }
        std::fs::create_dir(data_dir.files())?;
        return Ok(lock);
    }
    let files = data_dir.files();
    let has_files = std::fs::read_dir(&files)?.flatten().any(|entry| entry.file_name() != "upload");
    for (path, is_used) in [(&postgresql, postgresql.exists()), (&files, has_files)] {
        if is_used {
            bail!(
                "{} is there already, and a restore overwrites nothing: name an empty directory with --data-dir, or move \
                 that one away",
                path.display()
            );
        }
    }
    std::fs::write(&marker, "a restore began here and has not ended\n")?;
    Ok(lock)
}

impl Restore {
    pub async fn run(&self) -> anyhow::Result<Restored> {
        self.vault.must_open_with(&self.key).await?;
        let manifest = self.choose().await?;
        self.progress.step(&format!("From the backup {} of version {}", manifest.name, manifest.version));
        let path = &self.secrets_file;
        if !path.exists() {
            bail!("{} is missing: give the kit that `atum backup kit` printed, with --kit", path.display());
        }
        let secrets = Secrets::keep(path)?;
        must_have_the_secrets(&manifest.secrets, &fingerprints(&self.data_dir, &secrets)?)?;
        database::must_know(manifest.migration)?;
        let target = match (self.at, &self.backup) {
            (Some(at), _) => Target::At(at),
            (None, Some(_)) => Target::Counted,
            (None, None) => Target::Newest,
        };
        let recovery = Recovery {
            vault: &self.vault,
            key: &self.key,
            manifest: &manifest,
            data_dir: &self.data_dir,
            secrets: &secrets,
            postgres_bin: self.postgres_bin.clone(),
            durability: Durability::Kept,
            target,
            progress: &self.progress,
        };
        let recovered = recovery.run().await?;
        let superuser = recovered.cluster.superuser(&manifest.cluster.database);
        let looked = look(&superuser).await;
        recovered.postmaster.stop().await;
        let (changed_at, wanted) = looked?;
        recover::settle(&recovered.cluster, &manifest)?;
        let (files, missing) = self.files(&manifest, &wanted).await?;
        let configuration = self.configuration(&manifest)?;
        recover::remove(&self.data_dir.root().join(RESTORE_MARKER))?;
        Ok(Restored { backup: manifest.name, seconds: recovered.seconds, changed_at, files, missing, configuration })
    }

    /// The newest backup that was whole at that moment.
    async fn choose(&self) -> anyhow::Result<Manifest> {
        let listed = manifest::list(&self.vault).await?;
        if let Some(name) = &self.backup {
            anyhow::ensure!(listed.whole.contains(name), "there is no backup {name} in {}", self.vault.place);
            return Manifest::read(&self.vault, &self.key, name).await;
        }
        for name in listed.whole.iter().rev() {
            let is_after = self.at.is_some_and(|at| manifest::time(name).is_none_or(|time| time > at));
            if is_after {
                continue;
            }
            let manifest = Manifest::read(&self.vault, &self.key, name).await?;
            if self.at.is_none_or(|at| manifest.counted_at <= at) {
                return Ok(manifest);
            }
        }
        match listed.whole.first() {
            None => bail!("no backup is in {}", self.vault.place),
            Some(oldest) => bail!("the oldest backup in {} is {oldest} (UTC), which is later", self.vault.place),
        }
    }

    /// Every file of the database at that moment, whichever backup brought it, and the rest of the backup's.
    async fn files(&self, manifest: &Manifest, wanted: &[String]) -> anyhow::Result<(usize, Vec<String>)> {
        self.progress.step("Bringing back files");
        let store = atum_files::open_store(&self.data_dir.files())?;
        let known: BTreeMap<&str, &str> =
            manifest.files.iter().map(|file| (file.path.as_str(), file.sha256.as_str())).collect();
        let paths: BTreeSet<&str> = known.keys().copied().chain(wanted.iter().map(String::as_str)).collect();
        let (total, mut missing) = (paths.len() as u64, vec![]);
        for (done, path) in (1..).zip(&paths) {
            let object = pool::object(&self.key, path);
            match self.vault.exists(&object).await? {
                true => self.file(&*store, path, &object, known.get(path).copied()).await?,
                false => missing.push((*path).to_owned()),
            }
            self.progress.show("files", done, total);
        }
        Ok((paths.len() - missing.len(), missing))
    }

    async fn file(
        &self,
        store: &dyn ObjectStore,
        path: &str,
        object: &str,
        sha256: Option<&str>,
    ) -> anyhow::Result<()> {
        let bytes = self.vault.unseal_bytes(object, &self.key).await.with_context(|| format!("the file {path}"))?;
        let (_, found) = super::vault::hash(&bytes[..])?;
        // One that came after the backup is named by its own hash.
        let expected = sha256.or_else(|| path.rsplit('/').next());
        anyhow::ensure!(expected == Some(found.as_str()), "the file {path} is not what it was: another hash");
        store.put(&BlobPath::from(path), bytes.into()).await.with_context(|| format!("writing the file {path}"))?;
        Ok(())
    }

    /// Beside, not over what this machine has: a host's name may be another one here.
    fn configuration(&self, manifest: &Manifest) -> anyhow::Result<Option<PathBuf>> {
        if manifest.configuration.is_empty() {
            return Ok(None);
        }
        let folder = self.data_dir.root().join("restored-configuration");
        for (path, text) in &manifest.configuration {
            let place = folder.join(Path::new(path).strip_prefix("/").unwrap_or(Path::new(path)));
            std::fs::create_dir_all(place.parent().unwrap_or(&folder))?;
            std::fs::write(&place, text).with_context(|| format!("writing {}", place.display()))?;
        }
        Ok(Some(folder))
    }
}

/// When the newest change was, and which files the rows speak of.
async fn look(superuser: &sqlx::postgres::PgConnectOptions) -> anyhow::Result<(Option<DateTime<Utc>>, Vec<String>)> {
    let mut superuser = PgConnection::connect_with(superuser).await?;
    let changed_at = sqlx::query_scalar("select pg_last_xact_replay_timestamp()").fetch_one(&mut superuser).await?;
    let wanted = "select distinct organization_id::text || '/' || sha256 from desk.file";
    let wanted = sqlx::query_scalar(wanted).fetch_all(&mut superuser).await?;
    superuser.close().await?;
    Ok((changed_at, wanted))
}
