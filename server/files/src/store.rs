//! Where the bytes lie: `<organization>/<sha256>`, `<organization>/thumbnail/<sha256>`, and `upload/` for what is still
//! coming in.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, SystemTime},
};

use anyhow::Context;
use atum_core::{Problem, ids::OrganizationId, problem::Kind};
use object_store::{ObjectStore, local::LocalFileSystem, path::Path as BlobPath};

/// An upload that got no byte for this long is over: nothing waits longer for the next one (see `upload.rs`).
const ABANDONED: Duration = Duration::from_secs(3600);

/// Opens the store under a directory, which is made if it is absent, and removes what uploads left there when the
/// process died under them. Writes reach the disk before they are acknowledged.
pub fn open_store(directory: &Path) -> anyhow::Result<Arc<dyn ObjectStore>> {
    let uploads = directory.join("upload");
    std::fs::create_dir_all(&uploads).with_context(|| format!("cannot make {}", uploads.display()))?;
    remove_abandoned(&uploads).with_context(|| format!("cannot clean {}", uploads.display()))?;
    Ok(Arc::new(LocalFileSystem::new_with_prefix(directory)?.with_fsync(true)))
}

/// By age, because another process may be receiving an upload in the same directory at this moment.
fn remove_abandoned(uploads: &Path) -> std::io::Result<()> {
    let now = SystemTime::now();
    for entry in std::fs::read_dir(uploads)? {
        let entry = entry?;
        let idle = now.duration_since(entry.metadata()?.modified()?).unwrap_or_default();
        if idle > ABANDONED {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

pub(crate) fn blob(organization_id: OrganizationId, sha256: &str) -> BlobPath {
    BlobPath::from(format!("{organization_id}/{sha256}"))
}

pub(crate) fn thumbnail(organization_id: OrganizationId, sha256: &str) -> BlobPath {
    BlobPath::from(format!("{organization_id}/thumbnail/{sha256}"))
}

pub(crate) fn incoming() -> BlobPath {
    BlobPath::from(format!("upload/{}", uuid::Uuid::now_v7()))
}

/// A full disk is told as such; anything else is ours to look into.
pub(crate) fn problem(error: object_store::Error) -> Problem {
    if is_full(&error) {
        return Problem::new(Kind::StorageFull).detail("nothing was stored; try again when there is room");
    }
    anyhow::Error::from(error).context("the file store failed").into()
}

fn is_full(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source())
        .filter_map(|error| error.downcast_ref::<std::io::Error>())
        .any(|error| matches!(error.kind(), std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opening_removes_old_remains_and_leaves_an_upload_under_way() {
        let directory = std::env::temp_dir().join(format!("atum-store-{}", uuid::Uuid::now_v7()));
        std::fs::create_dir_all(directory.join("upload")).unwrap();
        let (old, new) = (directory.join("upload/old#1"), directory.join("upload/new#1"));
        std::fs::write(&new, "coming in").unwrap();
        let file = std::fs::File::create(&old).unwrap();
        file.set_modified(SystemTime::now() - ABANDONED - Duration::from_secs(1)).unwrap();
        open_store(&directory).unwrap();
        assert!(!old.exists());
        assert!(new.exists());
        std::fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    fn a_full_disk_is_recognized_however_deep_it_is_wrapped() {
        let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
        let wrapped = object_store::Error::Generic { store: "local", source: Box::new(full) };
        assert_eq!(problem(wrapped).kind, Kind::StorageFull);
        let other = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
        let wrapped = object_store::Error::Generic { store: "local", source: Box::new(other) };
        assert_eq!(problem(wrapped).kind, Kind::Internal);
    }
}
