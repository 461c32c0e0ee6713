use std::{
    fs::{DirBuilder, Permissions},
    os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use sha2::{Digest, Sha256};

use super::Account;

/// A socket's whole path has at most 107 bytes (unix(7)); the server adds "/.s.PGSQL.5432.lock" of its own.
const LONGEST_SOCKET_DIR_BYTES: usize = 86;

/// Lies in a data directory while it is restored. Nothing is started in one that is half restored.
pub const RESTORE_MARKER: &str = "restore.unfinished";

/// Where one installation keeps everything.
#[derive(Debug, Clone)]
pub struct DataDir {
    root: PathBuf,
    sockets: PathBuf,
}

impl DataDir {
    /// The directory used where none is named.
    pub fn by_default() -> anyhow::Result<PathBuf> {
        if rustix::process::geteuid().is_root() {
            return Ok("/var/lib/atum".into());
        }
        let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/share"));
        let data = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
        Ok(data.or_else(home).context("HOME is not set; name a directory with --data-dir")?.join("atum"))
    }

    /// Opens the directory, made if it is not there.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        if !path.exists() {
            // Another user's PostgreSQL must pass through it where the caller is root; nobody lists it.
            let mode = if rustix::process::geteuid().is_root() { 0o711 } else { 0o700 };
            DirBuilder::new().recursive(true).mode(mode).create(path).map_err(|error| unusable(path, &error))?;
        }
        let root = path.canonicalize().map_err(|error| unusable(path, &error))?;
        let sockets = socket_dir(&root);
        let data_dir = Self { root, sockets };
        data_dir.own_files()?;
        Ok(data_dir)
    }

    /// Root may look into the directory of another user's installation, whose files are that user's.
    fn own_files(&self) -> anyhow::Result<()> {
        let owner = self.root.metadata().map_err(|error| unusable(&self.root, &error))?.uid();
        let is_theirs =
            |path: PathBuf| path.symlink_metadata().is_ok_and(|files| files.is_dir() && files.uid() == owner);
        match rustix::process::geteuid().is_root() && is_theirs(self.files()) {
            true => Ok(()),
            false => own_dir(&self.files()),
        }
    }

    /// The two directories that the server itself must be able to write.
    pub(super) fn hand_over(&self, account: &Account) -> anyhow::Result<()> {
        account.must_reach(&self.root)?;
        for directory in [&self.logs(), &self.sockets] {
            own_dir(directory)?;
            account.give(directory)?;
        }
        Ok(())
    }

    pub fn root(&self) -> &Path {
        &self.root
    }
    /// PostgreSQL's own files.
    pub fn postgresql(&self) -> PathBuf {
        self.root.join("postgresql")
    }
    pub fn logs(&self) -> PathBuf {
        self.root.join("log")
    }
    pub fn files(&self) -> PathBuf {
        self.root.join("files")
    }
    pub fn secrets(&self) -> PathBuf {
        self.root.join("secrets.json")
    }
    pub fn lock(&self) -> PathBuf {
        self.root.join("atum.lock")
    }
    pub fn sockets(&self) -> &Path {
        &self.sockets
    }
}

fn unusable(path: &Path, error: &std::io::Error) -> anyhow::Error {
    let advice = match error.kind() {
        std::io::ErrorKind::StorageFull => "the disk is full",
        _ => "choose another with --data-dir",
    };
    anyhow::anyhow!("the data directory {} cannot be used: {error}; {advice}", path.display())
}

fn socket_dir(root: &Path) -> PathBuf {
    let inside = root.join("run");
    if inside.as_os_str().len() <= LONGEST_SOCKET_DIR_BYTES {
        return inside;
    }
    let name = hex::encode(&Sha256::digest(root.as_os_str().as_encoded_bytes())[..8]);
    std::env::temp_dir().join(format!("atum-{name}"))
}

/// Makes a directory that only its owner may enter. One that is there already may be a stranger's trap (`/tmp` is
/// everybody's): it must be a real directory, of root, of the caller or of the server's user, closed to all others.
fn own_dir(path: &Path) -> anyhow::Result<()> {
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(unusable(path, &error)),
        _ => {}
    }
    let metadata = path.symlink_metadata().map_err(|error| unusable(path, &error))?;
    let owners = [rustix::process::geteuid().as_raw(), server_uid()];
    if !metadata.is_dir() || !owners.contains(&metadata.uid()) {
        bail!("{} is not a directory of this installation; remove it or choose another --data-dir", path.display());
    }
    if metadata.mode() & 0o077 != 0 {
        std::fs::set_permissions(path, Permissions::from_mode(0o700)).map_err(|error| unusable(path, &error))?;
    }
    Ok(())
}

fn server_uid() -> u32 {
    match Account::choose() {
        Ok(Account::Other { uid, .. }) => uid,
        _ => rustix::process::geteuid().as_raw(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_path_gets_a_short_socket_directory() {
        let long = PathBuf::from(format!("/srv/{}", "x".repeat(90)));
        assert_eq!(socket_dir(Path::new("/srv/atum")), Path::new("/srv/atum/run"));
        assert!(socket_dir(&long).as_os_str().len() < LONGEST_SOCKET_DIR_BYTES);
        assert_ne!(socket_dir(&long), socket_dir(&long.join("y")));
    }
}
