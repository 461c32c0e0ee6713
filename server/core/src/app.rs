use std::sync::Arc;

use object_store::ObjectStore;
use tokio_util::sync::CancellationToken;

use crate::{clock::Clock, config::Config, db::Db, limits::Limits, progress::Progress, wake::Wake};

/// What a handler or a job may use. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub db: Db,
    pub clock: Clock,
    pub config: Arc<Config>,
    /// Tells that something was committed, in this process or another.
    pub wake: Wake,
    /// Blobs by `<organization>/<sha256>`.
    pub blobs: Arc<dyn ObjectStore>,
    /// Cancelled when the process is told to stop: whatever would stay open ends.
    pub stop: CancellationToken,
    /// Where loops say that they come round.
    pub progress: Progress,
    /// How many requests one caller may make of this process.
    pub limits: Limits,
}
