//! Whose hands a command works with. The data of an installed machine belongs to a user of its own; what root types becomes
//! that user before it touches anything, so that no file of root's is left in the services' way.

use std::{
    fs::File,
    io::Write,
    os::{
        fd::{AsRawFd, OwnedFd},
        unix::{fs::MetadataExt, process::CommandExt},
    },
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Context;
use clap::{ArgMatches, parser::ValueSource};
use rustix::{fs::MemfdFlags, process::geteuid};

/// Flags that name a file of root's alone, and by what they are told anew.
const OF_ROOT: [(&str, &str); 3] = [
    ("secrets_file", "ATUM_SECRETS_FILE"),
    ("backup_key_file", "ATUM_BACKUP_KEY_FILE"),
    ("backup_database_url_file", "ATUM_BACKUP_DATABASE_URL_FILE"),
];

/// Those that look at, or make, what is root's own.
const STAY_ROOT: [&str; 6] = ["setup", "setup-stage", "doctor", "support-bundle", "up", "restore"];

/// Starts this command anew as the owner of the data directory, where root runs it and the owner is another.
pub fn act_as(matches: &ArgMatches) -> anyhow::Result<()> {
    if !geteuid().is_root() || matches.subcommand_name().is_none_or(|name| STAY_ROOT.contains(&name)) {
        return Ok(());
    }
    let Some(place) = innermost(matches) else { return Ok(()) };
    let Some(owner) = path(place, "data_dir").and_then(|directory| Owner::of(directory)) else { return Ok(()) };
    let mut command = owner.command();
    command.args(std::env::args_os().skip(1));
    let mut kept = vec![];
    for (flag, key) in OF_ROOT {
        let Some(file) = path(place, flag).filter(|file| file.exists()) else { continue };
        // Given by hand, the file is meant to be read by whoever acts.
        if place.value_source(flag) == Some(ValueSource::CommandLine) {
            continue;
        }
        let copy = lent(file)?;
        command.env(key, format!("/proc/self/fd/{}", copy.as_raw_fd()));
        kept.push(copy);
    }
    Err(command.exec()).context("going on as the owner of the data directory")
}

/// A user who is not root.
pub struct Owner {
    pub uid: u32,
    pub gid: u32,
}

impl Owner {
    /// `None` where it is root, or nothing is there.
    pub fn of(path: &Path) -> Option<Self> {
        let metadata = path.metadata().ok().filter(|metadata| metadata.uid() != 0)?;
        Some(Self { uid: metadata.uid(), gid: metadata.gid() })
    }

    /// By its name in /etc/passwd; root is nobody here.
    pub fn named(name: &str) -> Option<Self> {
        let users = std::fs::read_to_string("/etc/passwd").ok()?;
        let fields: Vec<&str> = users.lines().find(|line| line.split(':').next() == Some(name))?.split(':').collect();
        let [_, _, uid, gid, ..] = fields[..] else { return None };
        Some(Self { uid: uid.parse().ok().filter(|uid| *uid != 0)?, gid: gid.parse().ok()? })
    }

    /// This program as that user. The standard library drops root's other groups along with the uid.
    pub fn command(&self) -> Command {
        let mut command = Command::new("/proc/self/exe");
        command.arg0("atum").uid(self.uid).gid(self.gid);
        command
    }
}

/// A copy in memory that outlives the change of user and is gone with the process.
pub fn lent(file: &Path) -> anyhow::Result<OwnedFd> {
    let secrets = std::fs::read(file).with_context(|| format!("reading {}", file.display()))?;
    let mut copy = File::from(rustix::fs::memfd_create("secrets", MemfdFlags::empty())?);
    copy.write_all(&secrets)?;
    Ok(copy.into())
}

fn innermost(matches: &ArgMatches) -> Option<&ArgMatches> {
    let mut matches = matches.subcommand()?.1;
    while let Some((_, inner)) = matches.subcommand() {
        matches = inner;
    }
    Some(matches)
}

fn path<'a>(matches: &'a ArgMatches, name: &str) -> Option<&'a PathBuf> {
    matches.try_get_one::<PathBuf>(name).ok().flatten()
}
