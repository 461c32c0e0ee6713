//! `atum backup`: base backup, files, the log in between, and last the manifest that makes it count.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Instant};

use anyhow::{Context, bail};
use serde_json::json;
use sqlx::{Connection, PgConnection};

use super::{
    archive, base, census,
    manifest::{self, Manifest},
    pool,
    progress::Progress,
    prune,
    record::{self, Done},
    segment,
    source::Source,
    wal,
};
use crate::database;

/// Makes a backup and forgets those that are no longer kept.
pub async fn make(source: &Source, progress: &Arc<Progress>) -> anyhow::Result<Manifest> {
    let mut conn = source.connect().await?;
    be_alone(&mut conn, "full").await?;
    let id = record::begin(&source.app, "full").await?;
    let begun = Instant::now();
    let name = manifest::name(source.app.clock.now());
    match steps(source, &mut conn, &name, progress).await {
        Ok((made, pruned)) => {
            let detail = json!({
                "seconds": begun.elapsed().as_secs_f64(), "files": made.files.len(), "tables": made.tables.len(),
                "base_bytes": made.base.bytes, "to": source.vault.place, "same_disk": is_on_the_same_disk(source),
                "forgotten": pruned.as_ref().map(|pruned| pruned.backups).ok(),
                "not_forgotten": pruned.as_ref().err().map(|error| format!("{error:#}")),
            });
            if let Err(error) = pruned {
                tracing::error!("old backups were not forgotten: {error:#}");
            }
            let bytes = i64::try_from(made.base.sealed_bytes).ok();
            record::succeed(&source.app, id, &Done { name: made.name.clone(), bytes, detail }).await?;
            conn.close().await?;
            Ok(made)
        }
        Err(error) => {
            record::fail(&source.app, id, Some(&name), &error).await?;
            Err(error)
        }
    }
}

async fn steps(
    source: &Source,
    conn: &mut PgConnection,
    name: &str,
    progress: &Arc<Progress>,
) -> anyhow::Result<(Manifest, anyhow::Result<prune::Pruned>)> {
    let started_at = source.app.clock.now();
    source.vault.claim(&source.key).await?;
    let listed = manifest::list(&source.vault).await?;
    anyhow::ensure!(!listed.whole.iter().chain(&listed.unfinished).any(|made| made == name), "{name} is there already");
    let cluster = source.describe_cluster(conn).await?;

    progress.step("Handing over the log of changes");
    archive::begin(source, conn, &cluster).await?;
    let first: String =
        sqlx::query_scalar("select pg_walfile_name(pg_current_wal_lsn())").fetch_one(&mut *conn).await?;

    progress.step("Copying files");
    let known = match listed.whole.last() {
        Some(newest) => Manifest::read(&source.vault, &source.key, newest).await.map(|newest| newest.files),
        None => Ok(vec![]),
    };
    // One that cannot be read is no reason to make none; the drill tells of it.
    let known = known.unwrap_or_default();
    let mut files = pool::copy(&source.app, &source.vault, &source.key, &known, progress).await?;

    progress.step("Copying the database");
    let base = base::take(source, name, progress).await?;

    progress.step("Counting rows");
    let census = census::take(conn).await?;
    let counted_at = source.app.clock.now();
    let last = archive::hand_over(conn).await?;
    let names = segment::range(&first, &last, cluster.segment_bytes)
        .with_context(|| format!("the server was promoted meanwhile ({first}, {last}); make the backup again"))?;
    let wal = wal::wait_for(conn, &source.vault, &cluster.system_identifier, &names).await?;

    progress.step("Copying files that came meanwhile");
    let known: Vec<_> = files.values().cloned().collect();
    files.extend(pool::copy(&source.app, &source.vault, &source.key, &known, progress).await?);

    let (migration, _) = database::status(source.owner()).await?;
    let made = Manifest {
        format: Manifest::FORMAT,
        name: name.to_owned(),
        started_at,
        counted_at,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        migration: migration.context("the database has no schema yet")?,
        cluster,
        key: source.key.fingerprint(),
        secrets: source.fingerprints()?,
        base,
        wal,
        lsn: census.lsn,
        tables: census.tables,
        files: files.into_values().collect(),
        configuration: configuration(&source.configuration)?,
    };
    made.publish(&source.vault, &source.key).await?;
    progress.step("Forgetting what is no longer kept");
    // The backup is whole, whatever becomes of older ones.
    let pruned = prune::prune(&source.vault, &source.key, source.app.clock.now()).await;
    Ok((made, pruned))
}

/// One at a time of each kind, in the whole installation; until the connection ends.
pub async fn be_alone(conn: &mut PgConnection, kind: &str) -> anyhow::Result<()> {
    let ask = "select pg_try_advisory_lock(hashtextextended('atum backup ' || $1, 0))";
    match sqlx::query_scalar(ask).bind(kind).fetch_one(conn).await? {
        true => Ok(()),
        false => bail!("another process is at it already"),
    }
}

/// Text files as they are; one that is absent has nothing to tell.
fn configuration(paths: &[PathBuf]) -> anyhow::Result<BTreeMap<String, String>> {
    let mut kept = BTreeMap::new();
    for path in paths {
        match std::fs::read_to_string(path) {
            Ok(text) => {
                kept.insert(path.display().to_string(), text);
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
        }
    }
    Ok(kept)
}

/// A backup that burns with what it is a backup of is half of one, and health says so.
pub fn is_on_the_same_disk(source: &Source) -> bool {
    use std::os::unix::fs::MetadataExt;
    let device = |path: &std::path::Path| path.metadata().map(|metadata| metadata.dev()).ok();
    let vault = source.vault.directory();
    vault.is_some_and(|vault| device(vault) == device(source.data_dir.root()))
}
