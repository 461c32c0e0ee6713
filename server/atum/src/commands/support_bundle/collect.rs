//! Where the contents come from.

use std::{collections::BTreeMap, path::Path, process::Command};

use clap::CommandFactory;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::{cli::Cli, commands::doctor, database::Role, installation::Installation};

/// Of each log, from its end.
const LOG_BYTES: usize = 2 << 20;
const JOURNAL_LINES: &str = "20000";

pub fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let processors = std::thread::available_parallelism().map_or(0, usize::from);
    let memory: String = read("/proc/meminfo").lines().take(3).map(|line| format!("{line}\n")).collect();
    let load = read("/proc/loadavg");
    format!("atum {}\n{}\n{processors} processors, load {load}{memory}", env!("CARGO_PKG_VERSION"), doctor::system())
}

/// What was set in the environment, by the names that commands know. Secret ones are named and not told.
pub fn configuration() -> String {
    let mut known = BTreeMap::new();
    each_setting(&Cli::command(), &mut known);
    let told = known.into_iter().filter_map(|(name, is_secret)| {
        let value = std::env::var(&name).ok()?;
        Some(if is_secret { format!("{name} is set\n") } else { format!("{name}={value}\n") })
    });
    told.collect()
}

fn each_setting(command: &clap::Command, known: &mut BTreeMap<String, bool>) {
    for argument in command.get_arguments() {
        if let Some(name) = argument.get_env() {
            known.insert(name.to_string_lossy().into_owned(), argument.is_hide_env_values_set());
        }
    }
    command.get_subcommands().for_each(|command| each_setting(command, known));
}

/// Counts and sizes; no row's contents.
const QUESTIONS: [(&str, &str); 8] = [
    ("server", "select version(), pg_postmaster_start_time() as started_at, pg_database_size(current_database()) as bytes"),
    ("settings", "select name, setting, unit from pg_settings where source not in ('default', 'override', 'client')
                     and name !~ '(password|passphrase|ssl_key|primary_conninfo|command|directory|file|socket|listen)' order by name"),
    ("migrations", "select version, description, success, installed_on from _sqlx_migrations order by version"),
    ("tables", "select schemaname || '.' || relname as table, n_live_tup, n_dead_tup, n_tup_ins, n_tup_upd, n_tup_del,
                       seq_scan, idx_scan, last_autovacuum, last_autoanalyze, pg_total_relation_size(relid) as bytes
                  from pg_stat_user_tables order by bytes desc"),
    ("backends", "select usename, state, wait_event_type, count(*), max(now() - xact_start)::text as longest
                    from pg_stat_activity where datname = current_database() group by 1, 2, 3 order by 1, 2, 3"),
    ("jobs", "select kind, state, count(*), min(run_at) as first, max(attempt) as most_attempts from queue.job
               group by kind, state order by kind, state"),
    ("workers", "select kind, pid, version, started_at, beat_at, detail ->> 'error' is not null as fails from queue.worker
                  order by kind, beat_at"),
    ("backups", "select kind, started_at, finished_at, outcome, bytes from queue.backup order by started_at desc limit 100"),
];

pub async fn database(installation: &Installation) -> Value {
    // The owner is bound by row-level security in the tenants' schema and asks of none of its rows. What only the queue's
    // own role may see is asked as that.
    let mut answers = serde_json::Map::new();
    for (name, question) in QUESTIONS {
        let role = if question.contains("queue.") { Role::Jobs } else { Role::Owner };
        let answer = ask(installation, role, question).await;
        answers.insert(name.to_owned(), answer.unwrap_or_else(|error| json!({ "error": error.to_string() })));
    }
    Value::Object(answers)
}

async fn ask(installation: &Installation, role: Role, question: &str) -> sqlx::Result<Value> {
    let mut connection = PgConnection::connect_with(&installation.sign_in(role)).await?;
    let as_json = AssertSqlSafe(format!("select coalesce(json_agg(q), '[]') from ({question}) q"));
    let answer = sqlx::query_scalar(as_json).fetch_one(&mut connection).await;
    connection.close().await?;
    answer
}

/// The journal of our units where there is one, and the private database server's logs.
pub fn logs(directory: &Path) -> Vec<(String, String)> {
    let journal = Command::new("journalctl")
        .args(["--no-pager", "--output=short-iso", "--unit=atum-*", "--lines", JOURNAL_LINES])
        .output();
    let mut logs = vec![];
    if let Ok(journal) = journal {
        logs.push(("log/journal.log".to_owned(), end_of(&journal.stdout)));
    }
    for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
        if let Ok(bytes) = std::fs::read(entry.path()) {
            logs.push((format!("log/{}", entry.file_name().to_string_lossy()), end_of(&bytes)));
        }
    }
    logs.sort();
    logs
}

fn end_of(bytes: &[u8]) -> String {
    let end = &bytes[bytes.len().saturating_sub(LOG_BYTES)..];
    let text = String::from_utf8_lossy(end);
    // Cut in the middle of a line, the rest of it could be what the line before would have taken out.
    match bytes.len() > LOG_BYTES {
        true => text.split_once('\n').map_or(String::new(), |(_, whole)| whole.to_owned()),
        false => text.into_owned(),
    }
}
