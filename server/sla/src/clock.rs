//! One clock: its row, and how it moves. Every function here is pure: the old state, the calendar and the moment give
//! the new state.

use business_time::{AddError, Calendar};
use chrono::{DateTime, Utc};
use serde::Serialize;

use atum_core::ids::{CalendarId, ClockId, PolicyId, TicketId};

use crate::{ClockState, Metric};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum State {
    Running,
    Paused,
    Stopped,
    Cancelled,
}

/// What a clock is pinned to: a later edit of the policy does not reach it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Promise {
    pub policy_id: PolicyId,
    pub policy_version: i64,
    pub calendar_id: CalendarId,
    pub target_minutes: i32,
    pub warn_percent: i16,
}

/// A row of `desk.sla_clock`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct SlaClock {
    pub id: ClockId,
    pub ticket_id: TicketId,
    pub metric: Metric,
    pub policy_id: PolicyId,
    pub policy_version: i64,
    pub calendar_id: CalendarId,
    pub target_minutes: i32,
    pub warn_percent: i16,
    pub state: State,
    pub started_at: DateTime<Utc>,
    /// Business time used when the present segment began.
    pub used_ms: i64,
    /// When the present segment began.
    pub segment_at: DateTime<Utc>,
    pub warn_at: Option<DateTime<Utc>>,
    pub due_at: Option<DateTime<Utc>>,
    pub warned_at: Option<DateTime<Utc>>,
    /// The due date that passed, whenever that was noticed.
    pub breached_at: Option<DateTime<Utc>>,
    pub stopped_at: Option<DateTime<Utc>>,
}

/// What a clock has to say. A breach that comes without a warning before it is only a breach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Alarm {
    Warned,
    Breached,
}

impl SlaClock {
    pub fn start(
        promise: Promise,
        ticket_id: TicketId,
        metric: Metric,
        calendar: &Calendar,
        now: DateTime<Utc>,
    ) -> Result<Self, AddError> {
        let mut clock = Self {
            id: ClockId::new(),
            ticket_id,
            metric,
            policy_id: promise.policy_id,
            policy_version: promise.policy_version,
            calendar_id: promise.calendar_id,
            target_minutes: promise.target_minutes,
            warn_percent: promise.warn_percent,
            state: State::Running,
            started_at: now,
            used_ms: 0,
            segment_at: now,
            warn_at: None,
            due_at: None,
            warned_at: None,
            breached_at: None,
            stopped_at: None,
        };
        clock.aim(calendar, now)?;
        Ok(clock)
    }

    pub fn is_open(&self) -> bool {
        matches!(self.state, State::Running | State::Paused)
    }

    pub fn target_ms(&self) -> i64 {
        i64::from(self.target_minutes) * 60_000
    }

    fn warn_ms(&self) -> i64 {
        self.target_ms() * i64::from(self.warn_percent) / 100
    }

    /// Who waited for a lock comes with a moment from before the change that it waited for: the ledger runs forward.
    pub fn not_before_its_segment(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        now.max(self.segment_at)
    }

    pub fn used_at(&self, calendar: &Calendar, now: DateTime<Utc>) -> i64 {
        match self.state {
            State::Running => self.used_ms + calendar.between(self.segment_at, now).max(0),
            State::Paused | State::Stopped | State::Cancelled => self.used_ms,
        }
    }

    /// Stands still. What it has to say by now is said: while it is paused nobody looks.
    pub fn pause(&self, calendar: &Calendar, now: DateTime<Utc>) -> (Self, Option<Alarm>) {
        let (clock, alarm) = self.notice(now);
        (clock.halt(State::Paused, calendar, now), alarm)
    }

    /// Goes on with the time it had used: the due date has moved by the business time in between.
    pub fn resume(&self, calendar: &Calendar, now: DateTime<Utc>) -> Result<(Self, Option<Alarm>), AddError> {
        let mut clock = Self { state: State::Running, segment_at: now, stopped_at: None, ..self.clone() };
        clock.aim(calendar, now)?;
        Ok(clock.notice(now))
    }

    /// Ends, met or missed. A breach that nobody had noticed is noticed now; a warning would come too late to be one.
    pub fn stop(&self, calendar: &Calendar, now: DateTime<Utc>) -> (Self, Option<Alarm>) {
        let (noticed, alarm) = self.notice(now);
        let clock = if alarm == Some(Alarm::Breached) { &noticed } else { self };
        let stopped = Self { stopped_at: Some(now), ..clock.halt(State::Stopped, calendar, now) };
        (stopped, alarm.filter(|alarm| *alarm == Alarm::Breached))
    }

    pub fn cancel(&self, calendar: &Calendar, now: DateTime<Utc>) -> Self {
        Self { stopped_at: Some(now), ..self.halt(State::Cancelled, calendar, now) }
    }

    /// Measures the clock anew, by another promise or by its calendar as it now stands: used time is kept, and what was
    /// said before counts only as far as it still holds. The ledger and the history keep what had been promised.
    pub fn recalculate(
        &self,
        promise: Promise,
        calendar: &Calendar,
        now: DateTime<Utc>,
    ) -> Result<(Self, Option<Alarm>), AddError> {
        let mut clock = Self {
            policy_id: promise.policy_id,
            policy_version: promise.policy_version,
            calendar_id: promise.calendar_id,
            target_minutes: promise.target_minutes,
            warn_percent: promise.warn_percent,
            used_ms: self.used_at(calendar, now),
            segment_at: now,
            ..self.clone()
        };
        clock.warned_at = clock.warned_at.filter(|_| clock.used_ms >= clock.warn_ms());
        clock.breached_at = clock.breached_at.filter(|_| clock.used_ms >= clock.target_ms());
        if clock.state == State::Running {
            clock.aim(calendar, now)?;
        }
        Ok(clock.notice(now))
    }

    pub fn promise(&self) -> Promise {
        Promise {
            policy_id: self.policy_id,
            policy_version: self.policy_version,
            calendar_id: self.calendar_id,
            target_minutes: self.target_minutes,
            warn_percent: self.warn_percent,
        }
    }

    /// Marks what has come to pass by now, and says what is new about it.
    pub fn notice(&self, now: DateTime<Utc>) -> (Self, Option<Alarm>) {
        let mut clock = self.clone();
        let passed = |moment: Option<DateTime<Utc>>| moment.filter(|moment| *moment <= now);
        let warned = passed(clock.warn_at).filter(|_| clock.warned_at.is_none());
        let breached = passed(clock.due_at).filter(|_| clock.breached_at.is_none());
        clock.warned_at = clock.warned_at.or(warned);
        clock.breached_at = clock.breached_at.or(breached);
        let alarm = breached.map(|_| Alarm::Breached).or(warned.map(|_| Alarm::Warned));
        (clock, alarm)
    }

    /// As a reader sees it, whether or not the worker has been here already.
    pub fn state_at(&self, now: DateTime<Utc>) -> ClockState {
        let (clock, _) = self.notice(now);
        match self.state {
            State::Paused => ClockState::Paused,
            State::Cancelled => ClockState::Cancelled,
            State::Stopped if clock.breached_at.is_some() => ClockState::Missed,
            State::Stopped => ClockState::Met,
            State::Running if clock.breached_at.is_some() => ClockState::Breached,
            State::Running if clock.warned_at.is_some() => ClockState::Warning,
            State::Running => ClockState::Running,
        }
    }

    fn halt(&self, state: State, calendar: &Calendar, now: DateTime<Utc>) -> Self {
        let used_ms = self.used_at(calendar, now);
        Self { state, used_ms, segment_at: now, warn_at: None, due_at: None, ..self.clone() }
    }

    /// Sets when to warn and when it is due. A moment that had passed before stays where it was, even where nobody had
    /// noticed; one that passes by this very change is now.
    fn aim(&mut self, calendar: &Calendar, now: DateTime<Utc>) -> Result<(), AddError> {
        let reach = |total_ms: i64, passed: Option<DateTime<Utc>>| match total_ms - self.used_ms {
            ..=0 => Ok(passed.filter(|passed| *passed <= now).unwrap_or(now)),
            left_ms => calendar.add(now, left_ms),
        };
        let warn_at = reach(self.warn_ms(), self.warned_at.or(self.warn_at))?;
        let due_at = reach(self.target_ms(), self.breached_at.or(self.due_at))?;
        (self.warn_at, self.due_at) = (Some(warn_at), Some(due_at));
        Ok(())
    }
}

#[cfg(test)]
#[path = "clock_fixture.rs"]
pub(crate) mod fixture;
