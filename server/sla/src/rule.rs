//! The one rule: the clocks of a ticket, a signal and a moment give the list of changes. No I/O.

use std::collections::HashMap;

use business_time::{AddError, Calendar};
use chrono::{DateTime, Utc};

use atum_core::ids::{CalendarId, TicketId};

use crate::{
    Cause, Metric, Signal,
    clock::{Alarm, Promise, SlaClock, State},
    conditions::{CONDITIONS, Conditions, Cue},
};

/// A clock as it now is, what the ledger says of it, and what it has to say itself.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Change {
    pub clock: SlaClock,
    /// None: the clock goes on as it was, it only said something.
    pub cause: Option<Cause>,
    pub alarm: Option<Alarm>,
}

/// What the rule may look at besides the clocks.
pub(crate) struct Terms<'a> {
    pub ticket_id: TicketId,
    /// The promise of each metric under the policy as it stands, for the ticket's priority.
    pub promises: &'a HashMap<Metric, Promise>,
    pub calendars: &'a HashMap<CalendarId, Calendar>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RuleError {
    #[error(transparent)]
    Unreachable(#[from] AddError),
    #[error("calendar {0} is not at hand")]
    CalendarMissing(CalendarId),
    #[error("nothing is promised for {0:?}")]
    NotPromised(Metric),
}

impl Terms<'_> {
    fn promise(&self, metric: Metric) -> Result<Promise, RuleError> {
        self.promises.get(&metric).copied().ok_or(RuleError::NotPromised(metric))
    }

    fn calendar(&self, id: CalendarId) -> Result<&Calendar, RuleError> {
        self.calendars.get(&id).ok_or(RuleError::CalendarMissing(id))
    }
}

/// What the signal does to the ticket's clocks, at most one change a metric.
pub(crate) fn react(
    clocks: &[SlaClock],
    signal: Signal,
    terms: &Terms<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<Change>, RuleError> {
    let cue = Cue::from(signal);
    let changes = CONDITIONS.iter().map(|conditions| change(clocks, conditions, cue, terms, now));
    changes.filter_map(Result::transpose).collect()
}

/// Whether the signal may do anything to these clocks: most replies stop nothing and start nothing, and need neither
/// policy nor calendar to say so.
pub(crate) fn concerns(clocks: &[SlaClock], signal: Signal) -> bool {
    let cue = Cue::from(signal);
    CONDITIONS.iter().any(|on| match latest(clocks, on.metric) {
        None => on.starts(cue, clocks),
        Some(clock) => match clock.state {
            State::Running | State::Paused => {
                [on.cancel, on.stop, on.recalculate, on.pause, on.resume].iter().any(|cues| cues.contains(&cue))
            }
            State::Stopped => on.reopen.contains(&cue) || (on.repeats && on.starts(cue, clocks)),
            State::Cancelled => false,
        },
    })
}

fn change(
    clocks: &[SlaClock],
    on: &Conditions,
    cue: Cue,
    terms: &Terms<'_>,
    now: DateTime<Utc>,
) -> Result<Option<Change>, RuleError> {
    let Some(clock) = latest(clocks, on.metric) else {
        return if on.starts(cue, clocks) { start(on.metric, terms, now).map(Some) } else { Ok(None) };
    };
    let calendar = terms.calendar(clock.calendar_id)?;
    let now = clock.not_before_its_segment(now);
    let silent = |clock| (clock, None);
    let ((clock, alarm), cause) = match clock.state {
        State::Running | State::Paused if on.cancel.contains(&cue) => {
            (silent(clock.cancel(calendar, now)), Cause::Stop)
        }
        State::Running | State::Paused if on.stop.contains(&cue) => (clock.stop(calendar, now), Cause::Stop),
        State::Running | State::Paused if on.recalculate.contains(&cue) => {
            let promise = terms.promise(on.metric)?;
            if promise == clock.promise() {
                return Ok(None);
            }
            (recalculate(clock, promise, terms, now)?, Cause::Recalculation)
        }
        State::Running if on.pause.contains(&cue) => (clock.pause(calendar, now), Cause::Pause),
        State::Paused if on.resume.contains(&cue) => (clock.resume(calendar, now)?, Cause::Resume),
        State::Stopped if on.reopen.contains(&cue) => (clock.resume(calendar, now)?, Cause::Resume),
        State::Stopped if on.repeats && on.starts(cue, clocks) => return start(on.metric, terms, now).map(Some),
        State::Running | State::Paused | State::Stopped | State::Cancelled => return Ok(None),
    };
    Ok(Some(Change { clock, cause: Some(cause), alarm }))
}

impl Conditions {
    fn starts(&self, cue: Cue, clocks: &[SlaClock]) -> bool {
        let has_stopped = |metric| latest(clocks, metric).is_some_and(|clock| clock.state == State::Stopped);
        self.start.contains(&cue) && self.after.is_none_or(has_stopped)
    }
}

fn latest(clocks: &[SlaClock], metric: Metric) -> Option<&SlaClock> {
    clocks.iter().filter(|clock| clock.metric == metric).max_by_key(|clock| (clock.started_at, clock.id))
}

fn start(metric: Metric, terms: &Terms<'_>, now: DateTime<Utc>) -> Result<Change, RuleError> {
    let promise = terms.promise(metric)?;
    let calendar = terms.calendar(promise.calendar_id)?;
    let clock = SlaClock::start(promise, terms.ticket_id, metric, calendar, now)?;
    Ok(Change { clock, cause: Some(Cause::Start), alarm: None })
}

/// Time used until now is measured by the calendar that held until now, what is left by the promised one.
fn recalculate(
    clock: &SlaClock,
    promise: Promise,
    terms: &Terms<'_>,
    now: DateTime<Utc>,
) -> Result<(SlaClock, Option<Alarm>), RuleError> {
    let used_ms = clock.used_at(terms.calendar(clock.calendar_id)?, now);
    let measured = SlaClock { used_ms, segment_at: now, ..clock.clone() };
    Ok(measured.recalculate(promise, terms.calendar(promise.calendar_id)?, now)?)
}

#[cfg(test)]
#[path = "rule_tests.rs"]
mod tests;
