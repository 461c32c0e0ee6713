//! The machine: version, secrets, keys, the file store.

use std::{
    fs::Metadata,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail, ensure};
use atum_ops::Component;

use super::{Look, finding};
use crate::installation::Installation;

pub fn look(installation: &Installation, look: &Look) -> Vec<Component> {
    let mut all = vec![
        finding("version", Ok(format!("atum {}, {}", env!("CARGO_PKG_VERSION"), system()))),
        finding("secrets", secrets(installation, look)),
        finding("files", files(&installation.data_dir.files())),
    ];
    for certificate in &look.watched_certificates {
        if let Some(key) = key_beside(certificate) {
            all.push(finding(format!("key:{}", key.display()), only_its_owner_reads(&key)));
        }
    }
    all
}

/// `Debian GNU/Linux 12 (bookworm), kernel 6.1.0`.
pub fn system() -> String {
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    let name = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    let kernel = rustix::system::uname();
    let name = name.unwrap_or("an unknown system").trim_matches('"');
    format!("{name}, kernel {}", kernel.release().to_string_lossy())
}

fn secrets(installation: &Installation, look: &Look) -> anyhow::Result<String> {
    installation.secret_key().context("without the key nothing that is sealed can be opened: restore the secrets")?;
    let path = look.place.secrets_file.clone().unwrap_or_else(|| installation.data_dir.secrets());
    match path.exists() {
        true => only_its_owner_reads(&path),
        false => Ok("given by the service manager".to_owned()),
    }
}

fn only_its_owner_reads(path: &Path) -> anyhow::Result<String> {
    let metadata: Metadata = path.metadata().with_context(|| format!("{} cannot be looked at", path.display()))?;
    let mode = metadata.permissions().mode() & 0o777;
    ensure!(mode & 0o077 == 0, "{} has mode {mode:o}: chmod 600 {}", path.display(), path.display());
    Ok(format!("{}, mode {mode:o}, of user {}", path.display(), metadata.uid()))
}

/// `key.pem` beside `certificate.pem`, as `atum setup` lays them.
fn key_beside(certificate: &Path) -> Option<PathBuf> {
    Some(certificate.with_file_name("key.pem")).filter(|key| key.exists())
}

/// Writes, reads and removes a file, as an upload would.
fn files(directory: &Path) -> anyhow::Result<String> {
    let probe = directory.join(format!(".doctor-{}", std::process::id()));
    let outcome = std::fs::write(&probe, b"atum").and_then(|()| std::fs::read(&probe));
    let _ = std::fs::remove_file(&probe);
    let place = directory.display();
    match outcome {
        Ok(read) if read == b"atum" => Ok(format!("{place} can be written and read")),
        Ok(_) => bail!("{place} gave back something else than was written: see the disk and the kernel's log"),
        Err(error) => bail!("{place}: {error}: see its owner (chown -R) and whether the disk is full or read-only"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_others_may_read_is_told_with_what_to_do() {
        let directory = std::env::temp_dir().join(format!("atum-doctor-{}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        let (certificate, key) = (directory.join("certificate.pem"), directory.join("key.pem"));
        assert_eq!(key_beside(&certificate), None);
        std::fs::write(&key, "key").unwrap();
        let set = |mode| std::fs::set_permissions(&key, PermissionsExt::from_mode(mode)).unwrap();
        set(0o640);
        let found = key_beside(&certificate).unwrap();
        assert!(only_its_owner_reads(&found).unwrap_err().to_string().contains("has mode 640: chmod 600"));
        set(0o600);
        assert!(only_its_owner_reads(&found).is_ok());
        assert!(files(&directory).is_ok());
        let absent = directory.join("absent");
        assert!(files(&absent).unwrap_err().to_string().contains("chown"));
        std::fs::remove_dir_all(directory).unwrap();
    }
}
