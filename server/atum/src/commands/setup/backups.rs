//! Backups that need nobody: their key, their place, a role that may copy everything, and PostgreSQL handing over its log.

use std::{
    fs::Permissions,
    os::unix::fs::{PermissionsExt, chown},
    path::Path,
};

use anyhow::Context;
use serde::{Deserialize, Serialize};

use super::{Setup, machine::Machine, report::Report, stage, units};
use crate::{
    backup::{Key, Vault},
    cluster::Account,
    database::{Archiving, BackupRole, External, archive_to, password},
};

#[derive(Serialize, Deserialize)]
pub struct Task {
    address: String,
    password: String,
    /// Where PostgreSQL hands its log to; `None`: that is left to whoever has the store's credentials.
    place: Option<String>,
}

#[derive(Serialize, Deserialize)]
pub struct Answer {
    made_role: bool,
    archiving: Option<Archiving>,
}

/// True where there were no backups until now.
pub async fn prepare(machine: &Machine, command: &Setup, report: &mut Report) -> anyhow::Result<bool> {
    let key_file = machine.path(&machine.configured("ATUM_BACKUP_KEY_FILE")?);
    let is_new = !key_file.exists();
    let key = Key::keep(&key_file)?;
    report.step(is_new, &format!("{}, the key of the backups, mode 600", key_file.display()));
    let place = machine.configured("ATUM_BACKUPS")?;
    let directory = (!place.starts_with("s3://")).then_some(place.clone());
    if let Some(directory) = &directory {
        make_place(machine, directory, &key, report).await?;
    }

    let address = command.place.database_url.clone().context("ATUM_DATABASE_URL is not set")?;
    let external = External::parse(&address)?;
    if external.local_administrator().is_none() {
        report.note("the database is another machine's: what its backups need is in docs/backup.md");
        return Ok(false);
    }
    let password = keep_address(machine, &external, report)?;
    let task = Task { address, password, place: directory };
    let answer = match (&command.administrator, &machine.postgres) {
        (Some(administrator), _) => act_as(&administrator.parse()?, &task).await?,
        (None, Some(postgres)) => stage::hand_over(postgres.command(), stage::Stage::Backups, &task)?,
        (None, None) => act(task).await?,
    };
    report.step(answer.made_role, "the role of backups, with a password that they alone have");
    match answer.archiving {
        Some(archiving) => tell_of(archiving, machine, report)?,
        None => {
            report.note(&format!("PostgreSQL must be told by hand to hand its log over to {place}: docs/backup.md"))
        }
    }
    Ok(is_new)
}

/// The first one, so that there is one.
pub fn begin(machine: &Machine, report: &mut Report) -> anyhow::Result<()> {
    if machine.is_image() || !units::systemd_runs() {
        return Ok(());
    }
    units::systemctl(&["start", "--no-block", "atum-backup.service"])?;
    report.made("the first backup: it goes on beside; print what opens it with: atum backup kit");
    Ok(())
}

/// As the database's administrator.
pub async fn act(task: Task) -> anyhow::Result<Answer> {
    let external = External::parse(&task.address)?;
    let administrator = external.local_administrator().context("the database is not reached by a socket")?;
    act_as(&administrator, &task).await
}

async fn act_as(administrator: &sqlx::postgres::PgConnectOptions, task: &Task) -> anyhow::Result<Answer> {
    let external = External::parse(&task.address)?;
    let role = BackupRole { external: &external, password: &task.password };
    let made_role = role.prepare(administrator).await?;
    let archiving = match &task.place {
        Some(place) => Some(archive_to(administrator, place).await?),
        None => None,
    };
    Ok(Answer { made_role, archiving })
}

/// The services' own, with a directory that PostgreSQL's user writes and the services' group reads.
async fn make_place(machine: &Machine, place: &str, key: &Key, report: &mut Report) -> anyhow::Result<()> {
    let directory = machine.path(place);
    let log = directory.join("wal");
    let was_there = log.exists();
    let service = machine.service.as_ref();
    if !was_there {
        std::fs::create_dir_all(&directory).with_context(|| directory.display().to_string())?;
        give(&directory, service.map(|service| (service.uid, service.gid)), 0o711)?;
        std::fs::create_dir(&log)?;
        let owner = service.zip(machine.postgres.as_ref()).map(|(service, postgres)| (postgres.uid, service.gid));
        give(&log, owner, 0o2770)?;
    }
    if let Some(postgres) = &machine.postgres {
        let account = Account::Other { name: "postgres".to_owned(), uid: postgres.uid, gid: postgres.gid };
        account.must_reach(&directory)?;
    }
    let vault = Vault::open(directory.to_str().context("the place of the backups is no text")?)?;
    let other = || format!("{place} has backups already: put their key into its file, or move them away");
    vault.claim(key).await.with_context(other)?;
    report.step(!was_there, &format!("{}, where backups lie", directory.display()));
    Ok(())
}

fn give(path: &Path, owner: Option<(u32, u32)>, mode: u32) -> anyhow::Result<()> {
    if let Some((uid, gid)) = owner {
        chown(path, Some(uid), Some(gid))?;
    }
    Ok(std::fs::set_permissions(path, Permissions::from_mode(mode))?)
}

/// How backups sign in, for their units alone. Gives the password.
fn keep_address(machine: &Machine, external: &External, report: &mut Report) -> anyhow::Result<String> {
    let path = machine.path(&machine.configured("ATUM_BACKUP_DATABASE_URL_FILE")?);
    let known = std::fs::read_to_string(&path).ok();
    let known = known.and_then(|text| url::Url::parse(text.trim()).ok()?.password().map(str::to_owned));
    let password = known.unwrap_or_else(password);
    let role = BackupRole { external, password: &password };
    let address = role.address().context("the database is not reached by a socket")?;
    let made = machine.write(&path, format!("{address}\n").as_bytes(), 0o600)?;
    report.step(made, &format!("{}, mode 600", path.display()));
    Ok(password)
}

fn tell_of(archiving: Archiving, machine: &Machine, report: &mut Report) -> anyhow::Result<()> {
    let restart = match archiving {
        Archiving::Elsewhere { command } => {
            report.note(&format!("PostgreSQL archives its log by another command, so that backups fail: {command}"));
            return Ok(());
        }
        Archiving::Here { changed, restart } => {
            report.step(changed, "PostgreSQL's settings, by which it hands over its log");
            restart
        }
    };
    match restart {
        None => {}
        Some(unit) if machine.is_image() || !units::systemd_runs() => {
            report.note(&format!("PostgreSQL hands over its log as soon as it was started anew: {unit}"));
        }
        Some(unit) => {
            units::systemctl(&["restart", &unit])?;
            report.made(&format!("a new start of {unit}, without which it hands over nothing (archive_mode)"));
        }
    }
    Ok(())
}
