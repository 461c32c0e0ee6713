//! `atum backup drill`: a backup that was not restored is a hope. This one is restored beside the running installation,
//! booted, looked through and compared, and thrown away. Whatever is not as it must be is named, and nothing is proven.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use anyhow::{Context, bail};
use serde::Serialize;
use serde_json::json;
use sqlx::{Connection, PgConnection};

use super::{
    census,
    make::be_alone,
    manifest::{self, Manifest},
    progress::Progress,
    record::{self, Done},
    recover::{Recovered, Recovery, Target},
    sign_in,
    source::{Source, must_have_the_secrets},
};
use crate::{
    cluster::{DataDir, Durability, stop_left_server},
    database::{self, DATABASE, Role},
    installation::Installation,
    serve,
};

#[derive(Debug, Serialize)]
pub struct Report {
    /// The backup's name.
    pub proven: String,
    pub restore_seconds: f64,
    pub checks: Vec<Check>,
}

#[derive(Debug, Serialize)]
pub struct Check {
    pub name: &'static str,
    /// What was seen.
    pub detail: String,
    pub seconds: f64,
}

/// Restores the newest backup, or the one named, into `scratch`, which is removed afterwards.
pub async fn drill(
    source: &Source,
    name: Option<&str>,
    scratch: Option<PathBuf>,
    progress: &Arc<Progress>,
) -> anyhow::Result<Report> {
    let mut conn = source.connect().await?;
    be_alone(&mut conn, "drill").await?;
    let id = record::begin(&source.app, "drill").await?;
    let scratch = scratch.unwrap_or_else(|| source.data_dir.root().join("drill"));
    let mut tried = name.map(str::to_owned);
    let outcome = match sweep(&scratch).await {
        Ok(()) => prove(source, &mut tried, &scratch, progress).await,
        Err(error) => Err(error),
    };
    let swept = sweep(&scratch).await;
    match outcome.and_then(|report| swept.map(|()| report)) {
        Ok(report) => {
            let detail = serde_json::to_value(&report)?;
            record::succeed(&source.app, id, &Done { name: report.proven.clone(), bytes: None, detail }).await?;
            conn.close().await?;
            Ok(report)
        }
        Err(error) => {
            record::fail(&source.app, id, tried.as_deref(), &error).await?;
            Err(error)
        }
    }
}

/// What a drill left that was killed: its server is ended first.
async fn sweep(scratch: &Path) -> anyhow::Result<()> {
    if !scratch.exists() {
        return Ok(());
    }
    let marker = scratch.join("atum.lock");
    let is_ours = marker.exists() || std::fs::read_dir(scratch)?.next().is_none();
    anyhow::ensure!(is_ours, "{} is no directory of a drill; name another with --scratch", scratch.display());
    stop_left_server(&scratch.join("postgresql")).await;
    std::fs::remove_dir_all(scratch).with_context(|| format!("removing {}", scratch.display()))
}

async fn prove(
    source: &Source,
    tried: &mut Option<String>,
    scratch: &Path,
    progress: &Arc<Progress>,
) -> anyhow::Result<Report> {
    source.vault.must_open_with(&source.key).await?;
    let listed = manifest::list(&source.vault).await?;
    let newest = listed.whole.last().cloned();
    let name = tried.clone().or(newest).with_context(|| format!("no backup is in {}", source.vault.place))?;
    *tried = Some(name.clone());
    anyhow::ensure!(listed.whole.contains(&name), "there is no backup {name} in {}", source.vault.place);
    let manifest = Manifest::read(&source.vault, &source.key, &name).await?;
    must_have_the_secrets(&manifest.secrets, &source.fingerprints()?)?;
    room_for(&manifest, scratch)?;

    let data_dir = DataDir::open(scratch)?;
    std::fs::write(data_dir.lock(), "a drill of atum backup\n")?;
    let recovery = Recovery {
        vault: &source.vault,
        key: &source.key,
        manifest: &manifest,
        data_dir: &data_dir,
        secrets: &source.secrets,
        postgres_bin: source.postgres_bin.clone(),
        durability: Durability::ThrownAway,
        target: Target::Counted,
        progress,
    };
    let mut drill = Drill { source, manifest: &manifest, checks: vec![] };
    progress.step("Comparing files");
    drill.check("files", compare_files(source, &manifest, progress)).await?;
    let recovered = recovery.run().await.with_context(|| format!("restoring the backup {name}"))?;
    let outcome = drill.look_through(&recovered, &data_dir, progress).await;
    let seconds = recovered.seconds;
    recovered.postmaster.stop().await;
    outcome.with_context(|| format!("the restored backup {name} is not what was backed up"))?;
    Ok(Report { proven: name, restore_seconds: seconds, checks: drill.checks })
}

fn room_for(manifest: &Manifest, scratch: &Path) -> anyhow::Result<()> {
    let parent = scratch.ancestors().find(|path| path.exists()).unwrap_or(Path::new("/"));
    let disk = rustix::fs::statvfs(parent).context("asking for free disk space")?;
    let (free, needed) = (disk.f_bavail * disk.f_frsize, manifest.base.bytes + (256 << 20));
    if free < needed {
        bail!(
            "{} has {} MiB left, and the drill needs {}: name another directory with --scratch",
            parent.display(),
            free >> 20,
            needed >> 20
        );
    }
    Ok(())
}

struct Drill<'a> {
    source: &'a Source,
    manifest: &'a Manifest,
    checks: Vec<Check>,
}

impl Drill<'_> {
    async fn look_through(
        &mut self,
        recovered: &Recovered,
        data_dir: &DataDir,
        progress: &Arc<Progress>,
    ) -> anyhow::Result<()> {
        let database = &self.manifest.cluster.database;
        let mut superuser = PgConnection::connect_with(&recovered.cluster.superuser(database)).await?;
        progress.step("Comparing rows");
        self.check("rows", compare_rows(self.manifest, &mut superuser)).await?;
        progress.step("Looking through every index");
        self.check("indexes", look_through_indexes(&mut superuser)).await?;
        self.check("files of rows", look_for_files(self.manifest, &mut superuser)).await?;
        superuser.close().await?;
        let secrets = self.source.secrets.clone();
        let installation = Installation::over(recovered.cluster.clone(), secrets, data_dir.clone());
        if *database != DATABASE {
            bail!("the backup is of the database {database}; a drill knows only {DATABASE}");
        }
        progress.step("Starting the application on it");
        self.check("application", start_application(&installation)).await
    }

    async fn check(
        &mut self,
        name: &'static str,
        look: impl Future<Output = anyhow::Result<String>>,
    ) -> anyhow::Result<()> {
        let begun = Instant::now();
        let detail = look.await?;
        self.checks.push(Check { name, detail, seconds: begun.elapsed().as_secs_f64() });
        Ok(())
    }
}

async fn compare_rows(manifest: &Manifest, superuser: &mut PgConnection) -> anyhow::Result<String> {
    let mut tx = superuser.begin().await?;
    let found = census::count(&mut tx).await?;
    tx.rollback().await?;
    let differences = census::differences(&manifest.tables, &found);
    if !differences.is_empty() {
        bail!("rows are not the same: {}", differences.join("; "));
    }
    let rows: i64 = found.values().map(|count| count.rows).sum();
    Ok(format!("{rows} rows of {} tables, as they were at {}", found.len(), manifest.lsn))
}

/// Every entry of every index leads to its row, and every row is found by its indexes.
async fn look_through_indexes(superuser: &mut PgConnection) -> anyhow::Result<String> {
    let made = sqlx::raw_sql("create extension if not exists amcheck").execute(&mut *superuser).await;
    made.context("amcheck is missing; it is in the package postgresql-contrib")?;
    let indexes: Vec<String> = sqlx::query_scalar(
        "select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_index i on i.indexrelid = c.oid
           join pg_am a on a.oid = c.relam join pg_namespace n on n.oid = c.relnamespace
          where a.amname = 'btree' and c.relkind = 'i' and c.relpersistence = 'p' and i.indisready and i.indisvalid",
    )
    .fetch_all(&mut *superuser)
    .await?;
    for index in &indexes {
        let looked = sqlx::query("select bt_index_check($1::regclass, true)").bind(index);
        looked.execute(&mut *superuser).await.with_context(|| format!("the index {index} is damaged"))?;
    }
    Ok(format!("{} indexes", indexes.len()))
}

/// Every file of the backup is what it was.
async fn compare_files(source: &Source, manifest: &Manifest, progress: &Progress) -> anyhow::Result<String> {
    let total = manifest.files.len() as u64;
    for (done, file) in (1..).zip(&manifest.files) {
        let checked = source.vault.check(&file.object, &source.key, &file.sha256).await;
        checked.with_context(|| format!("the file {}", file.path))?;
        progress.show("files", done, total);
    }
    Ok(format!("{total} files"))
}

/// Every row that speaks of a file has it, with the contents that it says.
async fn look_for_files(manifest: &Manifest, superuser: &mut PgConnection) -> anyhow::Result<String> {
    let present: HashMap<&str, &str> =
        manifest.files.iter().map(|file| (file.path.as_str(), file.sha256.as_str())).collect();
    let wanted: Vec<(String, String)> =
        sqlx::query_as("select distinct organization_id::text, sha256 from desk.file").fetch_all(superuser).await?;
    let missing: HashSet<String> = wanted
        .iter()
        .map(|(organization, sha256)| (format!("{organization}/{sha256}"), sha256))
        .filter(|(path, sha256)| present.get(path.as_str()) != Some(&sha256.as_str()))
        .map(|(path, _)| path)
        .collect();
    if let Some(path) = missing.iter().next() {
        bail!("{} files of the database are not in the backup as it names them, the first is {path}", missing.len());
    }
    Ok(format!("{} of the database", wanted.len()))
}

/// The server's own way: roles, schema, proof of isolation, and somebody signs in. No worker runs, so that nothing that
/// waits in the copy's queue is sent a second time.
async fn start_application(installation: &Installation) -> anyhow::Result<String> {
    let (before, pending) = database::status(&installation.sign_in(Role::Owner)).await?;
    if pending > 0 {
        installation.migrate().await.with_context(|| format!("migrating it from {before:?}"))?;
    }
    let app = installation.app_for_command("http://127.0.0.1")?;
    let outcome = async {
        serve::prove(installation, &app).await?;
        sign_in::try_it(&app).await.context("signing in to the restored copy")
    };
    let outcome = outcome.await;
    app.stop.cancel();
    app.db.close().await;
    outcome.map(|who| json!({ "migrated": pending, "isolation": "proven", "signed_in": who }).to_string())
}
