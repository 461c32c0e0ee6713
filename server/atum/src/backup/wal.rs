//! The log of every change, kept segment by segment as PostgreSQL hands it over: `archive_command` calls
//! `atum backup archive-wal`, and a recovery's `restore_command` calls `atum backup fetch-wal`.

use std::{
    collections::BTreeSet,
    io::Write,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use tokio::time::Instant;

use super::{
    key::Key,
    manifest::Segment,
    segment,
    vault::{Vault, hash},
};

/// Where one cluster's log lies.
pub fn folder(system_identifier: &str) -> String {
    format!("wal/{system_identifier}")
}

/// Keeps one file of the log. A second time the same is done already; another one by the same name is refused, since then
/// two servers write one log.
pub async fn archive(vault: &Vault, system_identifier: &str, path: &Path) -> anyhow::Result<()> {
    let name = path.file_name().and_then(|name| name.to_str()).context("a file of the log has a name")?.to_owned();
    let open = || std::fs::File::open(path).with_context(|| format!("reading {}", path.display()));
    let file = open()?;
    let (_, sha256) = tokio::task::spawn_blocking(move || hash(file)).await??;
    let object = format!("{}/{name}/{sha256}.age", folder(system_identifier));
    let present = find(vault, system_identifier, &name).await?;
    if present.contains(&object) {
        return Ok(());
    }
    if !present.is_empty() {
        bail!("{} holds another {name}: two servers archive one log there; give each a place of its own", vault.place);
    }
    let sealed = vault.seal(&object, &vault.recipient().await?, open()?).await?;
    anyhow::ensure!(sealed.sha256 == sha256, "{name} changed while it was read");
    vault.share(&object);
    Ok(())
}

/// Puts one file of the log where PostgreSQL wants it. `false`: there is no such file.
pub async fn fetch(vault: &Vault, key: &Key, system_identifier: &str, name: &str, to: &Path) -> anyhow::Result<bool> {
    let found = find(vault, system_identifier, name).await?;
    let object = match &found[..] {
        [] => return Ok(false),
        [object] => object.clone(),
        _ => bail!("{} holds {name} more than once, with different contents", vault.place),
    };
    let mut file = std::fs::File::create(to).with_context(|| format!("writing {}", to.display()))?;
    let bytes = vault.unseal_bytes(&object, key).await?;
    let (_, sha256) = hash(&bytes[..])?;
    anyhow::ensure!(
        object.ends_with(&format!("/{sha256}.age")),
        "{object} of {} is not what its name says",
        vault.place
    );
    file.write_all(&bytes)?;
    file.sync_all()?;
    Ok(true)
}

async fn find(vault: &Vault, system_identifier: &str, name: &str) -> anyhow::Result<Vec<String>> {
    let listed = vault.list(&format!("{}/{name}", folder(system_identifier))).await?;
    Ok(listed.into_iter().map(|object| object.location.to_string()).collect())
}

/// All segments from one to another, or the name of the first that is missing.
pub async fn collect(
    vault: &Vault,
    system_identifier: &str,
    names: &[String],
) -> anyhow::Result<Result<Vec<Segment>, String>> {
    let mut segments = vec![];
    for name in names {
        match find(vault, system_identifier, name).await?.pop() {
            Some(object) => segments.push(Segment { name: name.clone(), object }),
            None => return Ok(Err(name.clone())),
        }
    }
    Ok(Ok(segments))
}

/// Waits until the log up to `name` was handed over.
pub async fn wait_for(
    conn: &mut PgConnection,
    vault: &Vault,
    system_identifier: &str,
    names: &[String],
) -> anyhow::Result<Vec<Segment>> {
    let begun = Instant::now();
    loop {
        match collect(vault, system_identifier, names).await? {
            Ok(segments) => return Ok(segments),
            Err(missing) if begun.elapsed() > Duration::from_mins(2) => {
                bail!("PostgreSQL did not hand over the segment {missing} of its log; {}", archiver(conn).await?)
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

async fn archiver(conn: &mut PgConnection) -> anyhow::Result<String> {
    let question = "select format('archive_mode is %s, %s segments were archived, %s tries failed%s',
                        current_setting('archive_mode'), archived_count, failed_count,
                        ', the last with ' || last_failed_wal || ' at ' || last_failed_time) ||
                        '; the reason is in PostgreSQL''s log' from pg_stat_archiver";
    Ok(sqlx::query_scalar(question).fetch_one(conn).await?)
}

/// What is kept of a cluster's log.
pub struct Kept {
    pub names: BTreeSet<String>,
    pub newest_at: Option<DateTime<Utc>>,
}

pub async fn kept(vault: &Vault, system_identifier: &str) -> anyhow::Result<Kept> {
    let listed = vault.list(&folder(system_identifier)).await?;
    let name = |object: &object_store::ObjectMeta| {
        let name = object.location.parts().nth(2)?.as_ref().to_owned();
        segment::is_segment(&name).then_some(name)
    };
    let newest = listed.iter().filter(|object| name(object).is_some()).map(|object| object.last_modified).max();
    Ok(Kept { names: listed.iter().filter_map(name).collect(), newest_at: newest })
}

/// What PostgreSQL runs for each segment; `%p` is its path.
pub fn archive_command(program: &Path, place: &str, system_identifier: &str) -> anyhow::Result<String> {
    let words = ["backup", "archive-wal", "--backups", place, "--cluster", system_identifier];
    Ok(format!("{} '%p'", shell(program, &words)?))
}

/// What a recovery runs for each file of the log; `%f` is its name and `%p` where it is wanted.
pub fn restore_command(
    program: &Path,
    vault: &Vault,
    key_file: &Path,
    system_identifier: &str,
) -> anyhow::Result<String> {
    let key_file = key_file.to_str().context("the key file's path is no text")?;
    let words = ["backup", "fetch-wal", "--backups", &vault.place, "--backup-key-file", key_file];
    Ok(format!("{} --cluster {system_identifier} '%f' '%p'", shell(program, &words)?))
}

/// Each word quoted for the shell, and `%` doubled for PostgreSQL.
fn shell(program: &Path, words: &[&str]) -> anyhow::Result<String> {
    let program = program.to_str().context("this program's path is no text")?;
    let quoted = std::iter::once(&program).chain(words).map(|word| format!("'{}'", word.replace('\'', "'\\''")));
    let line = quoted.collect::<Vec<_>>().join(" ").replace('%', "%%");
    anyhow::ensure!(!line.contains(['\n', '\r']), "a path with a line break cannot be archived to");
    Ok(line)
}

/// As a value in postgresql.conf.
pub fn setting(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

/// This program, by a path that holds after it was replaced by a newer version.
pub fn program() -> anyhow::Result<PathBuf> {
    let path = std::env::current_exe().context("where this program is")?;
    let text = path.to_string_lossy();
    Ok(text.strip_suffix(" (deleted)").map_or(path.clone(), PathBuf::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_survives_shell_and_settings() {
        let quoted = shell(Path::new("/opt/it's/atum"), &["--backups", "/srv/50% \\ backups"]).unwrap();
        assert_eq!(quoted, r"'/opt/it'\''s/atum' '--backups' '/srv/50%% \ backups'");
        assert_eq!(setting(r"a 'b' \c"), r"'a ''b'' \\c'");
        assert!(shell(Path::new("/a\nb"), &[]).is_err());
    }
}
