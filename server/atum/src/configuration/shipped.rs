use super::{Key, keys};

/// What an installed machine says otherwise than the program by itself: Debian's PostgreSQL over its socket, nginx in
/// front, and secrets that only root and the units read.
pub const INSTALLED: [(&str, &str); 8] = [
    ("ATUM_DATA_DIR", "/var/lib/atum"),
    ("ATUM_DATABASE_URL", "postgres:///atum?host=/run/postgresql"),
    ("ATUM_SECRETS_FILE", "/etc/atum/secrets/secrets.json"),
    ("ATUM_TRUSTED_PROXIES", "127.0.0.1"),
    ("ATUM_WATCH_CERTIFICATES", "/etc/atum/tls/certificate.pem"),
    ("ATUM_BACKUPS", "/var/backups/atum"),
    ("ATUM_BACKUP_KEY_FILE", "/etc/atum/secrets/backup.key"),
    ("ATUM_BACKUP_DATABASE_URL_FILE", "/etc/atum/secrets/backup-database-url"),
];

const HEAD: &str = "\
# Atum Desk's configuration: one KEY=value a line, taken by every unit and by whoever types a command as root.
# A line that begins with # is a comment; a key that stands in one has the default that is shown. After a change:
# systemctl restart atum.target
#
# Passwords and keys are not kept here but in /etc/atum/secrets, of root alone.
";

/// The file that a first installation gets: every key, explained.
pub fn shipped() -> String {
    let explained = keys().iter().map(explained).collect::<String>();
    format!("{HEAD}{explained}")
}

fn explained(key: &Key) -> String {
    let help: String = key.help.lines().flat_map(|line| wrapped(line, 116)).map(|line| format!("# {line}\n")).collect();
    let line = match (installed(key), &key.default) {
        (Some(value), _) => format!("{}={value}", key.name),
        (None, Some(default)) => format!("#{}={default}", key.name),
        (None, None) => format!("#{}={}", key.name, key.value_name),
    };
    format!("\n{help}{line}\n")
}

pub fn installed(key: &Key) -> Option<&'static str> {
    INSTALLED.iter().find(|(name, _)| *name == key.name).map(|(_, value)| *value)
}

fn wrapped(line: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in line.split_whitespace() {
        let last = lines.last_mut().filter(|last| last.is_empty() || last.len() + word.len() < width);
        match last {
            Some(last) if last.is_empty() => last.push_str(word),
            Some(last) => last.extend([" ", word]),
            None => lines.push(word.to_owned()),
        }
    }
    lines
}
