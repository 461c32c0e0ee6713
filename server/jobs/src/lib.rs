//! The queue: work that belongs to a fact is enqueued in the fact's own transaction and done soon after.
//!
//! Invariants
//! - Enqueued with its cause or not at all: [`enqueue`] takes the caller's transaction.
//! - Every write of a worker carries `id`, `state = 'running'` and the lease of its claim. A worker that slept past
//!   its lease finishes, fails and beats nothing; its result is thrown away and counted.
//! - A job's own writes and its end are one transaction ([`worker`]), so that a job that only writes to the database
//!   has its effect exactly once.
//! - The tables are the truth; notices only shorten the wait.
//!
//! States: `available` (to be done at `run_at`) → `running` → `completed`, or back to `available` after a failure, or
//! `dead` when its attempts are spent.

mod claim;
mod enqueue;
mod heartbeat;
mod registry;
mod schedule;
pub mod worker;

pub use enqueue::{Job, enqueue};
pub use heartbeat::every;
pub use registry::{Handler, Registry};
pub use schedule::{Schedule, run_schedules};
