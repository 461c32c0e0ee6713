//! The server hands over its log: set up on a private one, asked of any other.

use std::{
    fs::{DirBuilder, Permissions},
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    time::Duration,
};

use anyhow::{Context, bail};
use sqlx::PgConnection;

use super::{manifest, source::Source, wal};
use crate::cluster::ARCHIVE_SETTINGS;

/// Sees that what is written from now on is kept: a segment is handed over and waited for.
pub async fn begin(source: &Source, conn: &mut PgConnection, cluster: &manifest::Cluster) -> anyhow::Result<()> {
    let command = wal::archive_command(&wal::program()?, &source.vault.place, &cluster.system_identifier)?;
    let mode: String = sqlx::query_scalar("select current_setting('archive_mode')").fetch_one(&mut *conn).await?;
    if mode == "off" {
        bail!("the server does not archive its log. Set these, then start it anew:\n{}", asked_for(&command));
    }
    match source.cluster {
        Some(_) => set_up(source, conn, &command).await?,
        None => must_be_set_up(conn, &command).await?,
    }
    let segment = hand_over(conn).await?;
    let waited = wal::wait_for(conn, &source.vault, &cluster.system_identifier, std::slice::from_ref(&segment));
    waited.await.map(|_| ())
}

/// Ends the segment that is written, and gives its name.
pub async fn hand_over(conn: &mut PgConnection) -> anyhow::Result<String> {
    // A segment in which nothing was written is not ended.
    sqlx::query("select pg_logical_emit_message(false, 'atum', 'backup')").execute(&mut *conn).await?;
    let name = sqlx::query_scalar("select pg_walfile_name(pg_switch_wal())").fetch_one(conn).await;
    name.context("ending a segment of the log (see infra/postgresql/backup.sql for the role's rights)")
}

async fn set_up(source: &Source, conn: &mut PgConnection, command: &str) -> anyhow::Result<()> {
    let Some(cluster) = &source.cluster else { return Ok(()) };
    if let Some(vault) = source.vault.directory() {
        // PostgreSQL's own user writes here, and nowhere else.
        cluster.account.must_reach(vault)?;
        let folder = vault.join("wal");
        if !folder.exists() {
            DirBuilder::new().mode(0o700).create(&folder)?;
            std::fs::set_permissions(&folder, Permissions::from_mode(0o700))?;
            cluster.account.give(&folder)?;
        }
    }
    cluster.account.must_reach(wal::program()?.parent().context("this program's directory")?)?;
    let path = cluster.data_dir.postgresql().join(ARCHIVE_SETTINGS);
    let text =
        format!("# Written by atum backup.\narchive_command = {}\narchive_timeout = '60s'\n", wal::setting(command));
    if std::fs::read_to_string(&path).is_ok_and(|present| present == text) {
        return Ok(());
    }
    std::fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
    cluster.account.give(&path)?;
    sqlx::query("select pg_reload_conf()").execute(&mut *conn).await?;
    // The archiver reads its settings a moment later; until then segments would be given to the former command.
    let settled = "select count(*) = 0 from pg_settings where name = 'archive_command' and setting <> $1";
    for _ in 0..100 {
        if sqlx::query_scalar(settled).bind(command).fetch_one(&mut *conn).await? {
            tokio::time::sleep(Duration::from_millis(500)).await;
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    bail!("PostgreSQL did not take over archive_command from {}; something after it sets another", path.display())
}

async fn must_be_set_up(conn: &mut PgConnection, command: &str) -> anyhow::Result<()> {
    let present: String = sqlx::query_scalar("select current_setting('archive_command')").fetch_one(conn).await?;
    if !present.contains(" archive-wal") && !present.contains("'archive-wal'") {
        bail!(
            "the server's archive_command is {present:?}, not this program's. Set these, then reload it:\n{}",
            asked_for(command)
        );
    }
    Ok(())
}

fn asked_for(command: &str) -> String {
    format!("archive_mode = on\narchive_timeout = '60s'\narchive_command = {}", wal::setting(command))
}
