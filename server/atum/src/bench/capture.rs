//! What the server really asks the database for one request, read from the database's own log: the limit is measured
//! with the same statements, whatever the code has become.

use std::{io::Read, path::PathBuf, time::Duration};

use anyhow::{Context, bail};
use serde::Deserialize;
use sqlx::PgConnection;

/// One statement as it was executed.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    pub sql: String,
    /// Text, or `None` for null.
    pub parameters: Vec<Option<String>>,
}

#[derive(Deserialize)]
struct Line {
    user: Option<String>,
    pid: i64,
    message: String,
    detail: Option<String>,
}

pub struct Log {
    directory: PathBuf,
}

impl Log {
    /// Makes the server log every statement as JSON, for as long as this is looked at.
    pub async fn begin(superuser: &mut PgConnection, directory: PathBuf) -> anyhow::Result<Self> {
        sqlx::raw_sql("alter system set log_destination = 'jsonlog'").execute(&mut *superuser).await?;
        sqlx::raw_sql("alter system set log_min_duration_statement = 0").execute(&mut *superuser).await?;
        sqlx::raw_sql("select pg_reload_conf()").execute(superuser).await?;
        tokio::time::sleep(Duration::from_millis(500)).await;
        Ok(Self { directory })
    }

    pub async fn end(self, superuser: &mut PgConnection) -> anyhow::Result<()> {
        sqlx::raw_sql("alter system reset log_destination").execute(&mut *superuser).await?;
        sqlx::raw_sql("alter system reset log_min_duration_statement").execute(&mut *superuser).await?;
        sqlx::raw_sql("select pg_reload_conf()").execute(superuser).await?;
        Ok(())
    }

    fn read(&self) -> anyhow::Result<String> {
        let files = std::fs::read_dir(&self.directory).context("the log of the database")?.flatten();
        let mut text = String::new();
        for file in files.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|end| end == "json")) {
            std::fs::File::open(file)?.read_to_string(&mut text)?;
        }
        Ok(text)
    }

    /// The statements of the tenant's transactions that `ask` causes, their begins and ends among them.
    pub async fn of(&self, ask: impl AsyncFnOnce() -> anyhow::Result<()>) -> anyhow::Result<Vec<Statement>> {
        let before = self.read()?.lines().count();
        ask().await?;
        let mut seen = 0;
        for _ in 0..50 {
            // What ends a read is sent when its connection goes back, and the log is written by another process: it is
            // whole when nothing more comes.
            tokio::time::sleep(Duration::from_millis(60)).await;
            let text = self.read()?;
            let statements = transactions(text.lines().skip(before));
            if statements.len() == seen && statements.last().is_some_and(|last| is_end(&last.sql)) {
                return Ok(statements);
            }
            seen = statements.len();
        }
        bail!("the database's log does not show what the request asked")
    }
}

fn is_end(sql: &str) -> bool {
    ["commit", "rollback"].iter().any(|end| sql.to_ascii_lowercase().starts_with(end))
}

/// One after the other, as one request asks.
fn transactions<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<Statement> {
    let mut of_pid = None;
    let mut statements = vec![];
    for line in lines.filter_map(|line| serde_json::from_str::<Line>(line).ok()) {
        let Some(sql) = executed(&line.message).filter(|_| line.user.as_deref() == Some("atum_app")) else { continue };
        if of_pid.is_none() && sql.contains("set_config('atum.organization_id'") {
            of_pid = Some(line.pid);
        }
        if of_pid == Some(line.pid) {
            let parameters = parameters(line.detail.as_deref().unwrap_or_default());
            if is_end(sql) {
                of_pid = None;
            }
            statements.push(Statement { sql: sql.to_owned(), parameters });
        }
    }
    statements
}

/// "duration: 0.087 ms  execute sqlx_s_3: select …" and "duration: 0.1 ms  statement: BEGIN".
fn executed(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once(" ms  ")?;
    match rest.strip_prefix("statement: ") {
        Some(sql) => Some(sql),
        None => rest.strip_prefix("execute ")?.split_once(": ").map(|(_, sql)| sql),
    }
}

/// "parameters: $1 = 'it''s', $2 = NULL"; before PostgreSQL 16 in small letters as well.
fn parameters(detail: &str) -> Vec<Option<String>> {
    let mut rest = detail.split_once("arameters: ").map_or("", |(_, rest)| rest);
    let mut values = vec![];
    while let Some((_, after)) = rest.split_once(" = ") {
        let Some(quoted) = after.strip_prefix('\'') else {
            values.push(None);
            rest = after.split_once(", ").map_or("", |(_, rest)| rest);
            continue;
        };
        let (value, after) = unquoted(quoted);
        values.push(Some(value));
        rest = after;
    }
    values
}

fn unquoted(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\'') {
        value += before;
        match after.strip_prefix('\'') {
            Some(after) => {
                value.push('\'');
                rest = after;
            }
            None => return (value, after),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_with_their_quotes_and_nulls() {
        let read = parameters("parameters: $1 = 'it''s, $2 = x', $2 = NULL, $3 = '{a,b}'");
        assert_eq!(read, [Some("it's, $2 = x".to_owned()), None, Some("{a,b}".to_owned())]);
        assert!(parameters("").is_empty());
    }

    #[test]
    fn one_transaction_is_taken_out_of_many_connections() {
        let line = |pid: i64, message: &str| {
            serde_json::json!({ "user": "atum_app", "pid": pid, "message": format!("duration: 0.1 ms  {message}") })
                .to_string()
        };
        let log = [
            line(1, "statement: listen"),
            line(2, "statement: BEGIN; SELECT set_config('atum.organization_id', 'x', true)"),
            line(1, "execute s1: select 1"),
            line(2, "bind s2: select 2"),
            line(2, "execute s2: select 2"),
            line(2, "statement: COMMIT"),
            line(2, "execute s2: select 3"),
        ];
        let found = transactions(log.iter().map(String::as_str));
        let sql: Vec<_> = found.iter().map(|statement| statement.sql.as_str()).collect();
        assert_eq!(sql.len(), 3);
        assert_eq!(sql[1..], ["select 2", "COMMIT"]);
    }
}
