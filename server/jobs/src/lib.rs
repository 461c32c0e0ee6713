//! The queue: work that belongs to a fact is enqueued in the fact's own transaction and done soon after.
//!
//! Invariants
//! - Enqueued with its cause or not at all: [`enqueue`] takes the caller's transaction.
//! - Every write of a worker carries `id`, `state = 'running'` and the lease of its claim. A worker that slept past
//!   its lease finishes, fails and beats nothing; its result is thrown away and counted.
//! - A job's own writes and its end are one transaction ([`worker`]), so that a job that only writes to the database
//!   has its effect exactly once. Effects outside go through the ledger ([`effect`]).
//! - The tables are the truth; notices only shorten the wait.
//! - In every worker places stay free for organizations that have none: a flood waits behind itself.
//!
//! States, guarantees and figures: docs/queue.md.

mod attempt;
mod claim;
mod dead;
mod depth;
pub mod effect;
mod enqueue;
mod heartbeat;
mod hours;
mod lease;
mod list;
#[cfg(test)]
mod model;
mod pace;
mod registry;
mod schedule;
mod tally;
mod upkeep;
pub mod worker;

pub use dead::{DeadJob, discard, list_dead, replay};
pub use depth::{Depth, Depths, depths};
pub use enqueue::{Job, enqueue};
pub use heartbeat::every;
pub use hours::{Hour, last_day};
pub use list::{Choice, JobDetail, JobKey, JobRow, JobState, job_detail, jobs_by_id, list_jobs};
pub use pace::Pace;
pub use registry::{Handler, Registry};
pub use schedule::{Schedule, run_schedules};
