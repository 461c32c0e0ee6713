use std::path::{Path, PathBuf};

use super::Component;

/// Below this the next uploads, or the database, may soon fail.
const LITTLE_BYTES: u64 = 1 << 30;
/// Below this they do.
const NOTHING_BYTES: u64 = 128 << 20;

/// Bytes that are free where files are stored. `None`: it cannot be told.
pub(crate) async fn free(directory: PathBuf) -> Option<u64> {
    // A network file system may take its time to answer.
    let asked = tokio::task::spawn_blocking(move || rustix::fs::statvfs(&directory)).await.ok()?;
    asked.ok().map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize))
}

pub(super) fn judged(directory: &Path, free: Option<u64>) -> Component {
    let place = directory.display();
    let Some(bytes) = free else {
        let output = format!("{place} cannot be looked at: see whether it is mounted and this user may enter it");
        return Component::fail("disk", output);
    };
    let output = || format!("{} MiB are free at {place}: remove what is not needed or give it more room", bytes >> 20);
    let judged = match bytes {
        ..NOTHING_BYTES => Component::fail("disk", output()),
        NOTHING_BYTES..LITTLE_BYTES => Component::warn("disk", output()),
        _ => Component::pass("disk"),
    };
    judged.observed(bytes as f64, "bytes")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::HealthStatus::{Fail, Pass, Warn};

    #[test]
    fn a_disk_is_judged_by_what_is_free() {
        let judged = |free| judged(Path::new("/srv"), free).status;
        assert_eq!(judged(Some(LITTLE_BYTES)), Pass);
        assert_eq!(judged(Some(LITTLE_BYTES - 1)), Warn);
        assert_eq!(judged(Some(NOTHING_BYTES)), Warn);
        assert_eq!(judged(Some(NOTHING_BYTES - 1)), Fail);
        assert_eq!(judged(None), Fail);
    }
}
