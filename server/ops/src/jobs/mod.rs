//! The job queue for people: what waits, runs, is dead, and why; dead letters run again or are laid aside. Operators see
//! every organization's jobs, admins their own; nobody sees a word of what a job is about, only ids.

mod change_jobs;
mod get_job;
mod job;
mod list_jobs;
mod queue;
mod wordless;

use atum_core::Router;
use utoipa_axum::routes;

pub use queue::MAIL as MAIL_KINDS;
pub(crate) use queue::Queue;
pub(crate) use wordless::reason;

pub(crate) fn router() -> Router {
    Router::new()
        .routes(routes!(list_jobs::list_jobs))
        .routes(routes!(get_job::get_job))
        .routes(routes!(change_jobs::replay_jobs))
        .routes(routes!(change_jobs::discard_jobs))
        .routes(routes!(change_jobs::replay_job))
        .routes(routes!(change_jobs::discard_job))
}
