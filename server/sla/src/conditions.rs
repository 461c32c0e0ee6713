//! When a clock starts, pauses, resumes, stops: data, not code. `rule.rs` only looks it up.

use crate::{Metric, Signal};

/// A signal without what it carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cue {
    Accepted,
    StaffReplied,
    CustomerReplied,
    WaitingStarted,
    WaitingEnded,
    Resolved,
    Reopened,
    Closed,
    Cancelled,
    PriorityChanged,
}

impl From<Signal> for Cue {
    fn from(signal: Signal) -> Self {
        match signal {
            Signal::Accepted { .. } => Self::Accepted,
            Signal::StaffReplied => Self::StaffReplied,
            Signal::CustomerReplied => Self::CustomerReplied,
            Signal::WaitingStarted => Self::WaitingStarted,
            Signal::WaitingEnded => Self::WaitingEnded,
            Signal::Resolved => Self::Resolved,
            Signal::Reopened => Self::Reopened,
            Signal::Closed => Self::Closed,
            Signal::Cancelled => Self::Cancelled,
            Signal::PriorityChanged { .. } => Self::PriorityChanged,
        }
    }
}

/// On which cues the clock of one metric does what.
#[derive(Debug)]
pub(crate) struct Conditions {
    pub metric: Metric,
    pub start: &'static [Cue],
    /// Starts only once the clock of this metric has stopped.
    pub after: Option<Metric>,
    /// A clock that has stopped may be followed by another one.
    pub repeats: bool,
    pub pause: &'static [Cue],
    pub resume: &'static [Cue],
    pub stop: &'static [Cue],
    /// A clock that has stopped goes on with the time that it had used.
    pub reopen: &'static [Cue],
    pub cancel: &'static [Cue],
    pub recalculate: &'static [Cue],
}

/// A resolution answers the customer too, so it stops every clock. Closing stops what would still be open: a closed
/// ticket owes nothing.
pub(crate) const CONDITIONS: [Conditions; 3] = [
    Conditions {
        metric: Metric::FirstResponse,
        start: &[Cue::Accepted],
        after: None,
        repeats: false,
        pause: &[Cue::WaitingStarted],
        resume: &[Cue::WaitingEnded],
        stop: &[Cue::StaffReplied, Cue::Resolved, Cue::Closed],
        reopen: &[],
        cancel: &[Cue::Cancelled],
        recalculate: &[Cue::PriorityChanged],
    },
    Conditions {
        metric: Metric::NextResponse,
        start: &[Cue::CustomerReplied],
        after: Some(Metric::FirstResponse),
        repeats: true,
        pause: &[Cue::WaitingStarted],
        resume: &[Cue::WaitingEnded],
        stop: &[Cue::StaffReplied, Cue::Resolved, Cue::Closed],
        reopen: &[],
        cancel: &[Cue::Cancelled],
        recalculate: &[Cue::PriorityChanged],
    },
    Conditions {
        metric: Metric::Resolution,
        start: &[Cue::Accepted],
        after: None,
        repeats: false,
        pause: &[Cue::WaitingStarted],
        resume: &[Cue::WaitingEnded],
        stop: &[Cue::Resolved, Cue::Closed],
        reopen: &[Cue::Reopened],
        cancel: &[Cue::Cancelled],
        recalculate: &[Cue::PriorityChanged],
    },
];
