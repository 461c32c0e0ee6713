use std::{
    collections::BTreeMap,
    ffi::OsStr,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use clap::Command;

const PATH: &str = "/etc/atum/atum.conf";
const NAMED: &str = "ATUM_CONFIGURATION_FILE";

/// A configuration file as it was read.
#[derive(Debug, Default)]
pub struct File {
    pub path: PathBuf,
    pub values: BTreeMap<String, String>,
}

impl File {
    /// The one that is named by the environment; else, for an installed program alone, the machine's. A program in a
    /// checkout reads none, whatever is installed beside it.
    pub fn find() -> anyhow::Result<Option<Self>> {
        match std::env::var_os(NAMED).map(PathBuf::from) {
            Some(path) if path.as_os_str().is_empty() => Ok(None),
            Some(path) => Self::read(&path),
            None if is_installed() => Self::read(Path::new(PATH)),
            None => Ok(None),
        }
    }

    pub fn read(path: &Path) -> anyhow::Result<Option<Self>> {
        match std::fs::read_to_string(path) {
            Ok(text) => {
                let values = values(&text).with_context(|| path.display().to_string())?;
                Ok(Some(Self { path: path.to_owned(), values }))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                bail!("{} is not for this user to read; run this as root: sudo atum …", path.display())
            }
            Err(error) => Err(error).with_context(|| format!("reading {}", path.display())),
        }
    }

    /// Gives every flag that has a key here the value as its default: flags and environment go before it.
    pub fn applied_to(&self, command: Command) -> Command {
        let with_values = command.mut_args(|flag| match flag.get_env().and_then(|key| self.value(key)) {
            // A handful of words that are needed as long as the program runs.
            Some(value) => flag.default_value(&*value.to_owned().leak()),
            None => flag,
        });
        with_values.mut_subcommands(|command| self.applied_to(command))
    }

    /// Keys of ours that no flag knows: misspelled, or of another version.
    pub fn unknown(&self) -> Vec<&str> {
        let known: Vec<String> = super::keys().into_iter().map(|key| key.name).collect();
        let ours = self.values.keys().map(String::as_str).filter(|key| key.starts_with("ATUM_"));
        ours.filter(|key| !known.iter().any(|name| name == key)).collect()
    }

    fn value(&self, key: &OsStr) -> Option<&String> {
        self.values.get(key.to_str()?)
    }
}

fn is_installed() -> bool {
    std::env::current_exe().is_ok_and(|program| program.starts_with("/usr"))
}

/// What of systemd's EnvironmentFile= is needed: lines, comments, quotes around a value.
fn values(text: &str) -> anyhow::Result<BTreeMap<String, String>> {
    let mut values = BTreeMap::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        let Some((key, value)) = line.split_once('=') else {
            bail!("line {} is neither KEY=value nor a comment", number + 1);
        };
        if value.ends_with('\\') {
            bail!("line {} goes on in the next one; write it in one line", number + 1);
        }
        values.insert(key.trim().to_owned(), unquoted(value.trim()).to_owned());
    }
    Ok(values)
}

fn unquoted(value: &str) -> &str {
    let inside = |quote| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    inside('"').or_else(|| inside('\'')).unwrap_or(value)
}

/// The text with this value for the key: in the place of the old one, of the line that offers it, or at the end.
pub fn set(text: &str, key: &str, value: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let (given, offered) = (format!("{key}="), format!("#{key}="));
    let place = |start: &str| lines.iter().rposition(|line| line.trim_start().starts_with(start));
    let line = format!("{key}={value}");
    match place(&given).or_else(|| place(&offered)) {
        Some(place) => lines[place] = line,
        None => lines.push(line),
    }
    lines.push(String::new());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, FromArgMatches};

    use super::*;
    use crate::cli::{Cli, Command as Said};

    fn place(file: &File, arguments: &[&str]) -> crate::cli::Place {
        let matches = file.applied_to(Cli::command()).get_matches_from(arguments);
        match Cli::from_arg_matches(&matches).unwrap().command {
            Said::Migrate(place) => place,
            _ => panic!("another command"),
        }
    }

    #[test]
    fn a_file_gives_defaults_and_a_flag_goes_before_it() {
        let text = "# a comment\n\nATUM_DATA_DIR=\"/srv/desk\"\n ATUM_SECRETS_FILE = '/srv/secrets.json'\n";
        let file = File { path: PathBuf::new(), values: values(text).unwrap() };
        let given = place(&file, &["atum", "migrate", "--data-dir", "/elsewhere"]);
        assert_eq!(given.data_dir, Some("/elsewhere".into()));
        assert_eq!(place(&file, &["atum", "migrate"]).data_dir, Some("/srv/desk".into()));
        assert_eq!(place(&file, &["atum", "migrate"]).secrets_file, Some("/srv/secrets.json".into()));
        assert_eq!(file.unknown(), Vec::<&str>::new());
    }

    #[test]
    fn a_line_that_is_none_is_named() {
        assert!(values("A=1\nATUM_LISTEN 1").unwrap_err().to_string().contains("line 2 is neither"));
        assert!(values("A=1\\\n2").unwrap_err().to_string().contains("line 1 goes on"));
        let file = File { path: PathBuf::new(), values: values("ATUM_LISTENS=1\nPATH=/bin").unwrap() };
        assert_eq!(file.unknown().len(), 1, "PATH is nobody's business, the other one is misspelled");
    }

    #[test]
    fn a_value_is_set_where_it_belongs_and_only_once() {
        let text = "# The address\n#ATUM_LISTEN=127.0.0.1:8000\n# More\nATUM_DATA_DIR=/a\n";
        let first = set(text, "ATUM_LISTEN", "127.0.0.1:9000");
        assert_eq!(first, "# The address\nATUM_LISTEN=127.0.0.1:9000\n# More\nATUM_DATA_DIR=/a\n");
        assert_eq!(set(&first, "ATUM_LISTEN", "127.0.0.1:9000"), first);
        assert_eq!(set(&first, "ATUM_DATA_DIR", "/b").lines().last(), Some("ATUM_DATA_DIR=/b"));
        assert_eq!(set("", "KEY", "1"), "KEY=1\n");
    }
}
