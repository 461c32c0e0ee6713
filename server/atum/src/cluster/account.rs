use std::os::unix::process::CommandExt;
use std::path::Path;

use anyhow::{Context, bail};

/// The operating system's user that the server runs as. PostgreSQL refuses to run as root.
#[derive(Debug, Clone)]
pub enum Account {
    /// The caller itself.
    Caller,
    /// Somebody else, because the caller is root.
    Other { name: String, uid: u32, gid: u32 },
}

impl Account {
    pub fn choose() -> anyhow::Result<Self> {
        if !rustix::process::geteuid().is_root() {
            return Ok(Self::Caller);
        }
        let users = std::fs::read_to_string("/etc/passwd").context("reading /etc/passwd")?;
        let found = ["postgres", "nobody"].iter().find_map(|name| named(&users, name));
        found.context("PostgreSQL cannot run as root, and there is no user 'postgres' or 'nobody' to run it as")
    }

    /// Lets a program run as this user. The standard library drops root's supplementary groups along with the uid.
    pub fn run(&self, command: &mut std::process::Command) {
        if let Self::Other { uid, gid, .. } = self {
            command.gid(*gid).uid(*uid);
        }
    }

    pub fn give(&self, path: &Path) -> anyhow::Result<()> {
        if let Self::Other { uid, gid, name } = self {
            std::os::unix::fs::chown(path, Some(*uid), Some(*gid))
                .with_context(|| format!("giving {} to the user {name}", path.display()))?;
        }
        Ok(())
    }

    /// Refuses a directory that this user cannot reach, and names the first one that is in the way.
    pub fn must_reach(&self, directory: &Path) -> anyhow::Result<()> {
        let Self::Other { name, uid, gid } = self else { return Ok(()) };
        let mut way: Vec<&Path> = directory.ancestors().collect();
        way.reverse();
        for step in way {
            let metadata = std::fs::metadata(step).with_context(|| format!("looking at {}", step.display()))?;
            if !may_enter(&metadata, *uid, *gid) {
                bail!(
                    "PostgreSQL runs as the user '{name}', who may not enter {}\n\
                     Choose another place with --data-dir, for example --data-dir /var/lib/atum, or allow it: chmod o+x {}",
                    step.display(),
                    step.display(),
                );
            }
        }
        Ok(())
    }
}

fn may_enter(directory: &std::fs::Metadata, uid: u32, gid: u32) -> bool {
    use std::os::unix::fs::MetadataExt;
    let bit = match directory {
        own if own.uid() == uid => 0o100,
        group if group.gid() == gid => 0o010,
        _ => 0o001,
    };
    directory.mode() & bit != 0
}

fn named(users: &str, wanted: &str) -> Option<Account> {
    users.lines().find_map(|line| {
        let fields: Vec<&str> = line.split(':').collect();
        let [name, _, uid, gid, ..] = fields[..] else { return None };
        (name == wanted)
            .then(|| Some(Account::Other { name: name.to_owned(), uid: uid.parse().ok()?, gid: gid.parse().ok()? }))?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_its_whole_name() {
        let users = "postgresql:x:7:8::/:/bin/sh\npostgres:x:101:104:x:/var/lib/postgresql:/bin/bash\n";
        let Some(Account::Other { name, uid, gid }) = named(users, "postgres") else { panic!("not found") };
        assert_eq!((name.as_str(), uid, gid), ("postgres", 101, 104));
        assert!(named(users, "nobody").is_none());
    }
}
