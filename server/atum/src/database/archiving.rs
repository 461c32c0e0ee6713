use std::path::Path;

use anyhow::Context;
use serde::{Deserialize, Serialize};
use sqlx::{AssertSqlSafe, Connection, PgConnection, postgres::PgConnectOptions};

use crate::backup::wal;

const PROGRAM: &str = "/usr/bin/atum";

/// What became of a server's handing over its log.
#[derive(Serialize, Deserialize)]
pub enum Archiving {
    /// To somewhere else, by somebody else's command.
    Elsewhere { command: String },
    /// To us; from now on, where it was started anew by the unit that is named.
    Here { changed: bool, restart: Option<String> },
}

/// Has the installed program called for each segment of the log. `administrator` must be a superuser.
pub async fn archive_to(administrator: &PgConnectOptions, place: &str) -> anyhow::Result<Archiving> {
    let mut conn = PgConnection::connect_with(administrator).await.context("connecting as administrator")?;
    let settled = settle(&mut conn, place).await.context("PostgreSQL's settings of its log's archive")?;
    conn.close().await?;
    Ok(settled)
}

async fn settle(conn: &mut PgConnection, place: &str) -> anyhow::Result<Archiving> {
    let running: String = sqlx::query_scalar("select current_setting('archive_mode')").fetch_one(&mut *conn).await?;
    let command = filed(conn, "archive_command").await?.unwrap_or_default();
    let is_ours = command.contains("archive-wal");
    if running != "off" && !command.is_empty() && !is_ours {
        return Ok(Archiving::Elsewhere { command });
    }
    let identifier: String =
        sqlx::query_scalar("select system_identifier::text from pg_control_system()").fetch_one(&mut *conn).await?;
    // A package that was removed must not let the log fill the disk.
    let archive = wal::archive_command(Path::new(PROGRAM), place, &identifier)?;
    let archive = format!("[ ! -x {PROGRAM} ] || {archive}");
    let mut changed = set(conn, "archive_command", &archive).await?;
    if filed(conn, "archive_timeout").await?.is_none_or(|timeout| timeout == "0") {
        changed |= set(conn, "archive_timeout", "60s").await?;
    }
    if running == "off" {
        changed |= set(conn, "archive_mode", "on").await?;
    }
    if changed {
        sqlx::query("select pg_reload_conf()").execute(&mut *conn).await?;
    }
    let restart = if running == "off" { Some(unit(conn).await?) } else { None };
    Ok(Archiving::Here { changed, restart })
}

/// As the server's files have it, which it may not have taken over yet.
async fn filed(conn: &mut PgConnection, name: &str) -> anyhow::Result<Option<String>> {
    let question = "select setting from pg_file_settings where name = $1 order by seqno desc limit 1";
    Ok(sqlx::query_scalar(question).bind(name).fetch_optional(conn).await?)
}

async fn set(conn: &mut PgConnection, name: &str, value: &str) -> anyhow::Result<bool> {
    if filed(conn, name).await?.as_deref() == Some(value) {
        return Ok(false);
    }
    // Safe: the name is ours and the value is quoted.
    let statement = format!("alter system set {name} = '{}'", value.replace('\'', "''"));
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(conn).await?;
    Ok(true)
}

/// Debian has a unit for each cluster, named as its configuration's directory: /etc/postgresql/15/main.
async fn unit(conn: &mut PgConnection) -> anyhow::Result<String> {
    let path: String = sqlx::query_scalar("select current_setting('config_file')").fetch_one(conn).await?;
    let parts: Vec<&str> = path.split('/').collect();
    Ok(match parts[..] {
        ["", "etc", "postgresql", version, cluster, _] => format!("postgresql@{version}-{cluster}.service"),
        _ => "postgresql.service".to_owned(),
    })
}
