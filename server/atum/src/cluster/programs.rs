use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// The oldest PostgreSQL that has what the schema needs.
const OLDEST: u32 = 15;

/// One PostgreSQL's server programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programs {
    pub directory: PathBuf,
    pub major: u32,
}

impl Programs {
    /// The newest that can be found, or the ones of the version that made the files in `cluster`.
    pub fn find(wanted: Option<&Path>, cluster: &Path) -> anyhow::Result<Self> {
        let directories = wanted.map_or_else(everywhere, |directory| vec![directory.to_owned()]);
        let found: Vec<Self> = directories.iter().filter_map(|directory| look(directory)).collect();
        let version = version_of(cluster)?;
        choose(found, version).map_err(|error| anyhow::anyhow!("{error}\nLooked in {}", list(&directories)))
    }

    pub fn command(&self, program: &str) -> std::process::Command {
        let mut command = std::process::Command::new(self.path(program));
        // Settings of the caller's own PostgreSQL must not reach this one, nor a directory that its user may not enter.
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PG")) {
            command.env_remove(name);
        }
        // What the service manager is told, it is told by us alone.
        for name in ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"] {
            command.env_remove(name);
        }
        command.current_dir("/").env("LC_ALL", "C.UTF-8").env("TZ", "UTC");
        command
    }
}

impl Programs {
    /// Where only some of them are linked into `PATH`, the others are beside what the links lead to; those of the client's
    /// package may be elsewhere.
    fn path(&self, program: &str) -> PathBuf {
        let linked = self.directory.join("postgres").canonicalize().ok();
        let beside = linked.and_then(|postgres| Some(postgres.parent()?.join(program)));
        let candidates = [Some(self.directory.join(program)), beside];
        candidates.into_iter().flatten().find(|path| path.is_file()).unwrap_or_else(|| program.into())
    }
}

/// `PATH`, then where the distributions put them.
fn everywhere() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut directories: Vec<PathBuf> = std::env::split_paths(&path).collect();
    for parent in ["/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt"] {
        let versions = std::fs::read_dir(parent).into_iter().flatten().flatten();
        directories.extend(versions.map(|version| version.path().join("bin")));
    }
    directories
}

fn look(directory: &Path) -> Option<Programs> {
    let exists = |program| directory.join(program).is_file();
    if !exists("postgres") || !exists("initdb") {
        return None;
    }
    let output = std::process::Command::new(directory.join("postgres")).arg("--version").output().ok()?;
    let major = major_in(&String::from_utf8(output.stdout).ok()?)?;
    Some(Programs { directory: directory.to_owned(), major })
}

/// Reads "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)" and "postgres (PostgreSQL) 18beta1".
fn major_in(version: &str) -> Option<u32> {
    let number = version.split_whitespace().find(|word| word.starts_with(|first: char| first.is_ascii_digit()))?;
    number.split(|character: char| !character.is_ascii_digit()).next()?.parse().ok()
}

/// The version of the files that are there already.
fn version_of(cluster: &Path) -> anyhow::Result<Option<u32>> {
    match std::fs::read_to_string(cluster.join("PG_VERSION")) {
        Ok(text) => Ok(Some(text.trim().parse().context("PG_VERSION of the data directory cannot be read")?)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).context("PG_VERSION of the data directory cannot be read"),
    }
}

fn choose(mut found: Vec<Programs>, cluster: Option<u32>) -> anyhow::Result<Programs> {
    // Stable: of two with one version the earlier place wins, and PATH comes first.
    found.sort_by_key(|programs| std::cmp::Reverse(programs.major));
    let Some(newest) = found.first() else {
        bail!(
            "no PostgreSQL server was found. Install version {OLDEST} or newer:\n    apt-get install postgresql\n\
             or name the directory of its programs: --postgres-bin DIR"
        )
    };
    let newest = newest.clone();
    match cluster {
        None if newest.major < OLDEST => bail!("PostgreSQL {} is too old: install {OLDEST} or newer", newest.major),
        None => Ok(newest),
        Some(version) => found.into_iter().find(|programs| programs.major == version).with_context(|| {
            let age = if version > newest.major { "newer than" } else { "older than" };
            format!(
                "the data directory was made by PostgreSQL {version}, {age} the programs found ({}). Install that \
                 version:\n    apt-get install postgresql-{version}\nor name its directory: --postgres-bin DIR",
                newest.major
            )
        }),
    }
}

fn list(directories: &[PathBuf]) -> String {
    directories.iter().map(|directory| directory.display().to_string()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn programs(major: u32) -> Programs {
        Programs { directory: format!("/pg/{major}").into(), major }
    }

    #[test]
    fn versions_are_read_as_distributions_write_them() {
        assert_eq!(major_in("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(major_in("postgres (PostgreSQL) 18beta1\n"), Some(18));
        assert_eq!(major_in("something else"), None);
    }

    #[test]
    fn a_new_cluster_takes_the_newest_and_an_old_one_its_own() {
        let found = || vec![programs(15), programs(17), programs(16)];
        assert_eq!(choose(found(), None).unwrap(), programs(17));
        assert_eq!(choose(found(), Some(16)).unwrap(), programs(16));
    }

    #[test]
    fn what_is_missing_is_named() {
        let error = |found, cluster| choose(found, cluster).unwrap_err().to_string();
        assert!(error(vec![], None).contains("apt-get install postgresql"));
        assert!(error(vec![programs(13)], None).contains("too old"));
        assert!(
            error(vec![programs(15)], Some(17)).contains("made by PostgreSQL 17, newer than the programs found (15)")
        );
    }
}
