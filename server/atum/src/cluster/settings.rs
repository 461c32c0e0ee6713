use std::path::Path;

use anyhow::Context;

use super::{Cluster, SUPERUSER};

/// Whether what was committed survives the machine's power.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    Kept,
    /// For tests, which end with their data.
    ThrownAway,
}

/// How this server hands over its log, beside `postgresql.conf`: written by `atum backup`, where there is one.
pub const ARCHIVE_SETTINGS: &str = "atum.archive.conf";

/// Settings are written anew at every start, so that a new version brings its own. An operator's own ones go into
/// `postgresql.local.conf` beside them, which is read last and never touched.
pub fn write(cluster: &Cluster) -> anyhow::Result<()> {
    let directory = cluster.data_dir.postgresql();
    let local = directory.join("postgresql.local.conf");
    if !local.exists() {
        save(cluster, &local, "# Your own PostgreSQL settings; read last.\n")?;
    }
    save(cluster, &directory.join("postgresql.conf"), &settings(cluster))?;
    // A password for everybody, and no other way in. The administrator alone may copy the whole server.
    let ways_in = format!("local all all scram-sha-256\nlocal replication {SUPERUSER} scram-sha-256\n");
    save(cluster, &directory.join("pg_hba.conf"), &ways_in)
}

fn save(cluster: &Cluster, path: &Path, text: &str) -> anyhow::Result<()> {
    if std::fs::read_to_string(path).is_ok_and(|present| present == text) {
        return Ok(());
    }
    std::fs::write(path, text).with_context(|| format!("writing {}", path.display()))?;
    cluster.account.give(path)
}

fn settings(cluster: &Cluster) -> String {
    let memory_mb = machine_memory_mb();
    let shared_mb = (memory_mb / 8).clamp(64, 2048);
    let (sync, shared_mb) = match cluster.durability {
        Durability::Kept => ("on", shared_mb),
        Durability::ThrownAway => ("off", 64),
    };
    let archive = ARCHIVE_SETTINGS;
    format!(
        "# Written by atum at every start. Your own settings: postgresql.local.conf.
listen_addresses = ''
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
port = 5432
max_connections = 100
password_encryption = 'scram-sha-256'
shared_buffers = '{shared_mb}MB'
effective_cache_size = '{cache_mb}MB'
work_mem = '16MB'
maintenance_work_mem = '{maintenance_mb}MB'
random_page_cost = 1.1
fsync = {sync}
synchronous_commit = {sync}
full_page_writes = {sync}
wal_compression = on
max_wal_size = '1GB'
checkpoint_completion_target = 0.9
timezone = 'UTC'
log_timezone = 'UTC'
default_text_search_config = 'pg_catalog.simple'
logging_collector = on
log_directory = '{logs}'
log_filename = 'postgresql-%a.log'
log_rotation_age = '1d'
log_truncate_on_rotation = on
log_line_prefix = '%m [%p] %q%u@%d '
log_min_duration_statement = '1s'
log_checkpoints = off
# A server without its owner's attention must not keep dead transactions.
idle_in_transaction_session_timeout = '5min'
# Ready for backups, which need no new start then; until the first one its log is kept by nobody.
archive_mode = {sync}
archive_command = 'true'
include_if_exists = '{archive}'
include_if_exists = 'postgresql.local.conf'
",
        sockets = quoted(cluster.data_dir.sockets()),
        logs = quoted(&cluster.data_dir.logs()),
        cache_mb = (memory_mb / 2).max(256),
        maintenance_mb = (memory_mb / 32).clamp(32, 512),
    )
}

fn quoted(path: &Path) -> String {
    path.display().to_string().replace('\'', "''")
}

/// From /proc/meminfo; where that cannot be read, what a small machine has.
fn machine_memory_mb() -> u64 {
    let info = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let total = info.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let kilobytes = total.and_then(|rest| rest.trim().trim_end_matches("kB").trim().parse::<u64>().ok());
    kilobytes.map_or(1024, |kilobytes| kilobytes / 1024)
}
