//! The key that signs the heads of chains: made when it is first needed, kept beside the other secrets, of nobody but
//! the user that runs this.

use std::{
    fs::OpenOptions,
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use anyhow::Context;
use atum_audit::Signer;

pub fn keep(data_dir: &Path) -> anyhow::Result<Signer> {
    let path = data_dir.join("audit.key");
    match std::fs::read_to_string(&path) {
        Ok(secret) => Signer::from_secret(secret.trim()).with_context(|| format!("reading {}", path.display())),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let secret = Signer::generate();
            save(&path, &secret).with_context(|| format!("writing {}", path.display()))?;
            Signer::from_secret(&secret)
        }
        Err(error) => Err(error).with_context(|| format!("reading {}", path.display())),
    }
}

/// Whole or not at all, and never over a key that another process has made meanwhile.
fn save(path: &Path, secret: &str) -> std::io::Result<()> {
    let draft = path.with_extension(format!("key.{}", std::process::id()));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(secret.as_bytes())?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&draft, path);
    std::fs::remove_file(&draft)?;
    linked
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_key_is_made_once_and_is_nobody_elses() {
        let directory = std::env::temp_dir().join(format!("atum-audit-key-{}", std::process::id()));
        std::fs::create_dir(&directory).unwrap();
        let (made, read) = (keep(&directory).unwrap(), keep(&directory).unwrap());
        assert_eq!(made.public_key(), read.public_key());
        assert_eq!(directory.join("audit.key").metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(&directory).unwrap().count(), 1, "no draft is left");
        std::fs::remove_dir_all(directory).unwrap();
    }
}
