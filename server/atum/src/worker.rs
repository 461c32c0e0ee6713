//! What is done without anyone asking: every domain's jobs and rounds.

use atum_jobs::Registry;

/// Who carries out which kind of job.
pub fn registry() -> Registry {
    Registry::default()
}
