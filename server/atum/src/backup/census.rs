//! How many rows each table has, at one place of the log: what a restored copy is compared with.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::time::Instant;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    pub rows: i64,
    /// Of tables with an id. Ids are made in the order of time, so the newest row is among what is compared.
    pub max_id: Option<String>,
}

pub struct Census {
    pub lsn: String,
    pub tables: BTreeMap<String, Count>,
}

/// How long to wait for a moment in which nobody writes.
const PATIENCE: Duration = Duration::from_mins(10);

/// Counts in a snapshot that is exactly the state at `lsn`: nobody was writing when it was taken, and nothing was
/// written around it. Such moments are short and frequent; no lock makes them, so nobody waits for a backup.
pub async fn take(conn: &mut PgConnection) -> anyhow::Result<Census> {
    let begun = Instant::now();
    loop {
        let before: String = scalar(conn, "select pg_current_wal_insert_lsn()::text").await?;
        let mut tx = conn.begin_with("begin isolation level repeatable read read only").await?;
        let looked = "select pg_current_wal_insert_lsn()::text,
                             pg_snapshot_xmin(s) = pg_snapshot_xmax(s) from pg_current_snapshot() s";
        let (after, quiet): (String, bool) = sqlx::query_as(looked).fetch_one(&mut *tx).await?;
        if quiet && before == after {
            let tables = count(&mut tx).await?;
            tx.rollback().await?;
            return Ok(Census { lsn: before, tables });
        }
        tx.rollback().await?;
        if begun.elapsed() > PATIENCE {
            bail!("no moment without an open write was found in {PATIENCE:?}: {}", longest_writer(conn).await?);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Sees every organization's rows, or fails: a role bound by row-level security would count none of them.
pub async fn count(conn: &mut PgConnection) -> anyhow::Result<BTreeMap<String, Count>> {
    sqlx::raw_sql("set local row_security = off").execute(&mut *conn).await?;
    let tables: Vec<(String, bool)> = sqlx::query_as(
        "select format('%I.%I', n.nspname, c.relname),
                exists (select from pg_attribute where attrelid = c.oid and attname = 'id' and not attisdropped)
           from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where c.relkind in ('r', 'p') and not c.relispartition
            and n.nspname in ('desk', 'identity', 'queue', 'public') order by 1",
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut counts = BTreeMap::new();
    for (table, has_id) in tables {
        let newest = if has_id { "max(id::text collate \"C\")" } else { "null::text" };
        let question = format!("select count(*), {newest} from {table}");
        let (rows, max_id) = sqlx::query_as(AssertSqlSafe(question))
            .fetch_one(&mut *conn)
            .await
            .with_context(|| format!("counting the rows of {table}"))?;
        counts.insert(table, Count { rows, max_id });
    }
    Ok(counts)
}

/// What is not the same, table by table.
pub fn differences(expected: &BTreeMap<String, Count>, found: &BTreeMap<String, Count>) -> Vec<String> {
    let nothing = Count { rows: 0, max_id: None };
    let tell = |name: &String| {
        let (one, other) = (expected.get(name), found.get(name));
        let (rows, others) = (one.unwrap_or(&nothing), other.unwrap_or(&nothing));
        match (one, other) {
            _ if one == other => None,
            (Some(_), None) => Some(format!("{name} is missing")),
            (None, Some(_)) => Some(format!("{name} was not there")),
            _ if rows.rows != others.rows => Some(format!("{name} has {} rows in place of {}", others.rows, rows.rows)),
            _ => Some(format!("{name} has another newest row")),
        }
    };
    let names: std::collections::BTreeSet<&String> = expected.keys().chain(found.keys()).collect();
    names.into_iter().filter_map(tell).collect()
}

async fn longest_writer(conn: &mut PgConnection) -> anyhow::Result<String> {
    let question = "select coalesce((select format('process %s (%s) has written for %s', pid, usename,
                        date_trunc('second', now() - xact_start)) from pg_stat_activity
                     where backend_xid is not null order by xact_start limit 1), 'too many short ones')";
    scalar(conn, question).await
}

async fn scalar(conn: &mut PgConnection, question: &'static str) -> anyhow::Result<String> {
    Ok(sqlx::query_scalar(question).fetch_one(conn).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_difference_is_named() {
        let of = |tables: &[(&str, i64, &str)]| -> BTreeMap<String, Count> {
            let count = |rows, id: &str| Count { rows, max_id: Some(id.to_owned()) };
            tables.iter().map(|(name, rows, id)| ((*name).to_owned(), count(*rows, id))).collect()
        };
        let expected = of(&[("desk.a", 1, "x"), ("desk.b", 2, "x"), ("desk.c", 3, "x"), ("desk.d", 4, "x")]);
        let found = of(&[("desk.a", 1, "x"), ("desk.b", 1, "x"), ("desk.c", 3, "w"), ("desk.e", 1, "x")]);
        assert_eq!(differences(&expected, &expected), Vec::<String>::new());
        assert_eq!(
            differences(&expected, &found),
            [
                "desk.b has 1 rows in place of 2",
                "desk.c has another newest row",
                "desk.d is missing",
                "desk.e was not there"
            ]
        );
    }
}
