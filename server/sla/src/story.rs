//! A clock's life, told from its ledger: when it ran, when it stood still, and what was changed about it.

use business_time::{Calendar, Span};
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::Cause;

/// One entry of the ledger as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Entry {
    pub cause: Cause,
    pub at: DateTime<Utc>,
    pub used_ms: i64,
    pub target_minutes: i32,
    /// Of a clock that runs from here on.
    pub due_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Used business time, up to the due date where the clock still runs.
    Ran {
        business_ms: i64,
        spans: Vec<Span>,
    },
    /// Used business time, counted by a calendar that has been edited since: which hours it were is no longer known.
    Counted {
        business_ms: i64,
    },
    /// Waited for the customer, and went on.
    Paused {
        business_ms: i64,
    },
    /// Had ended, and went on.
    Reopened {
        at: DateTime<Utc>,
    },
    TargetChanged {
        before_minutes: i32,
        after_minutes: i32,
    },
}

/// The pieces of a clock's life in order. Of a clock that has not been stopped, those of [`Piece::Ran`] and
/// [`Piece::Counted`] sum up to its target if it runs, and to what it has used if it is paused.
pub(crate) fn tell(ledger: &[Entry], calendar: &Calendar) -> Vec<Piece> {
    let mut pieces = vec![];
    let mut still = None;
    for (place, entry) in ledger.iter().enumerate() {
        if let Some(before) = place.checked_sub(1).map(|place| &ledger[place]) {
            pieces.extend(target_change(before, entry));
        }
        if matches!(entry.cause, Cause::Pause | Cause::Stop) {
            still = Some((entry.cause, entry.at));
        }
        if entry.cause == Cause::Resume {
            pieces.extend(still.take().map(|(cause, since)| standstill(cause, since, entry.at, calendar)));
        }
        pieces.extend(run(entry, ledger.get(place + 1), calendar));
    }
    pieces
}

fn target_change(before: &Entry, entry: &Entry) -> Option<Piece> {
    let (before_minutes, after_minutes) = (before.target_minutes, entry.target_minutes);
    (before_minutes != after_minutes).then_some(Piece::TargetChanged { before_minutes, after_minutes })
}

fn standstill(cause: Cause, since: DateTime<Utc>, until: DateTime<Utc>, calendar: &Calendar) -> Piece {
    match cause {
        Cause::Stop => Piece::Reopened { at: until },
        _ => Piece::Paused { business_ms: calendar.between(since, until) },
    }
}

fn run(entry: &Entry, next: Option<&Entry>, calendar: &Calendar) -> Option<Piece> {
    let due_at = entry.due_at?;
    let target_ms = i64::from(entry.target_minutes) * 60_000;
    let (until, used_ms) = next.map_or((due_at, target_ms), |next| (next.at, next.used_ms));
    let business_ms = used_ms - entry.used_ms;
    if business_ms <= 0 {
        return None;
    }
    let spans: Vec<Span> = calendar.spans(entry.at, until).collect();
    let counted: i64 = spans.iter().map(Span::business_ms).sum();
    Some(if counted == business_ms { Piece::Ran { business_ms, spans } } else { Piece::Counted { business_ms } })
}
