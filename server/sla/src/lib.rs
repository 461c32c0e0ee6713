//! Promises to customers and the clocks that keep them.
//!
//! A policy promises a first response, next responses and a resolution, in business minutes by priority. Each promise on
//! a ticket is a clock. When clocks start, pause, resume and stop is data ([`conditions`]); one pure rule ([`rule`])
//! looks it up.
//!
//! Invariants
//! - Every change of a clock is an entry in an append-only ledger, in the transaction of what caused it. The used times
//!   in the ledger sum up to the clock's, and a deadline is told in words from nothing else.
//! - A clock is pinned to the target and the version of the policy that it started with: editing a policy touches no
//!   clock. Only a changed priority pins it anew.
//! - A clock that goes on after a pause, or after the ticket was reopened, keeps its used time: its due date has moved by
//!   the business time in between.
//! - A clock belongs to its calendar: editing one measures the running clocks anew, soon after ([`recalculate`]).
//! - A breach happens at the due date, whoever notices it when: the worker within a minute, or the change that stops or
//!   pauses the clock before that.
//! - Locks are taken in one order: ticket, its clocks, calendar.

mod apply;
mod calendar;
mod clock;
mod conditions;
mod deadline;
mod defaults;
mod edit;
mod explain;
#[cfg(fuzzing)]
pub mod fuzzing;
mod ledger;
mod list_calendars;
mod list_policies;
mod metric;
mod policy;
mod priority;
mod recalculate;
pub mod rehearse;
mod rule;
mod signal;
mod story;
mod tick;
mod update_calendar;
mod update_policy;
mod view;
mod words;

use utoipa_axum::routes;

pub use apply::apply;
pub use calendar::{Calendar, Holiday, Window};
pub use defaults::create_defaults;
pub use ledger::Cause;
pub use metric::{ClockState, Metric, NextDeadline};
pub use policy::{Policy, Target};
pub use priority::Priority;
pub use signal::Signal;
pub use tick::{Report, run_worker, tick};
pub use view::{Clock, Explanation, Segment, Step, clocks};

pub fn router() -> atum_core::Router {
    atum_core::Router::new()
        .routes(routes!(list_policies::list_policies))
        .routes(routes!(update_policy::update_policy))
        .routes(routes!(list_calendars::list_calendars))
        .routes(routes!(update_calendar::update_calendar))
}

pub fn jobs(registry: &mut atum_jobs::Registry) {
    registry.add::<recalculate::RecalculateClocksHandler>();
}
