//! The clocks of tickets that are made up: moved by the real rule, written nowhere. What comes out are lines of COPY
//! text for the three tables, so that made-up clocks and real ones are told apart by nobody.

use std::{collections::HashMap, fmt::Write};

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use atum_core::{
    Result,
    ids::{CalendarId, ClockId, OrganizationId, TicketId},
};

use crate::{
    Cause, Metric, Priority, Signal, calendar,
    clock::{Alarm, Promise, SlaClock},
    deadline, policy,
    rule::{self, Change, Terms},
};

/// In the order of the fields of each line of [`Lines::clocks`].
pub const CLOCK_COLUMNS: &str = "organization_id, id, ticket_id, metric, policy_id, policy_version, calendar_id, \
     target_minutes, warn_percent, state, started_at, used_ms, segment_at, warn_at, due_at, warned_at, breached_at, \
     stopped_at";
pub const SEGMENT_COLUMNS: &str = "organization_id, id, clock_id, cause, at, used_ms, target_minutes, due_at";
pub const DEADLINE_COLUMNS: &str = "organization_id, ticket_id, metric, state, due_at";

/// What an organization promises, read once.
pub struct Rehearsal {
    organization_id: OrganizationId,
    promises: HashMap<Priority, HashMap<Metric, Promise>>,
    calendars: HashMap<CalendarId, business_time::Calendar>,
}

impl Rehearsal {
    pub async fn of(conn: &mut PgConnection, organization_id: OrganizationId) -> Result<Self> {
        let policy = policy::default(conn).await?;
        let calendars = calendar::pin(conn, &[policy.calendar_id]).await?;
        let promises = Priority::ALL.map(|priority| (priority, policy.promises(priority))).into();
        Ok(Self { organization_id, promises, calendars })
    }

    /// Where its people work.
    pub fn time_zone(&self) -> Option<chrono_tz::Tz> {
        self.calendars.values().next().map(business_time::Calendar::time_zone)
    }

    pub fn begin(&self, ticket_id: TicketId, priority: Priority) -> Rehearsed<'_> {
        let promises = &self.promises[&priority];
        Rehearsed { rehearsal: self, ticket_id, promises, clocks: vec![], segments: String::new(), alarms: vec![] }
    }
}

/// One ticket's clocks on their way.
pub struct Rehearsed<'a> {
    rehearsal: &'a Rehearsal,
    ticket_id: TicketId,
    promises: &'a HashMap<Metric, Promise>,
    clocks: Vec<SlaClock>,
    segments: String,
    alarms: Vec<SaidAlarm>,
}

/// A warning or a breach: an event of the ticket.
pub struct SaidAlarm {
    pub at: DateTime<Utc>,
    /// As the event is called.
    pub kind: &'static str,
    pub metric: Metric,
    pub clock_id: ClockId,
    pub due_at: Option<DateTime<Utc>>,
}

/// COPY text, one line a row.
pub struct Lines {
    pub clocks: String,
    pub segments: String,
    /// Empty where no clock is open.
    pub deadline: String,
}

impl Rehearsed<'_> {
    /// Tells the clocks what happened. `id` gives ids of rows.
    pub fn signal(&mut self, signal: Signal, at: DateTime<Utc>, mut id: impl FnMut() -> Uuid) -> anyhow::Result<()> {
        self.pass(at);
        let Rehearsal { organization_id, calendars, .. } = self.rehearsal;
        let terms = Terms { ticket_id: self.ticket_id, promises: self.promises, calendars };
        for Change { mut clock, cause, .. } in rule::react(&self.clocks, signal, &terms, at)? {
            if cause == Some(Cause::Start) {
                clock.id = ClockId(id());
            }
            self.segments += &segment(*organization_id, id(), &clock, cause);
            match self.clocks.iter_mut().find(|known| known.id == clock.id) {
                Some(known) => *known = clock,
                None => self.clocks.push(clock),
            }
        }
        Ok(())
    }

    /// Lets the time pass, with a worker that looks each minute.
    pub fn pass(&mut self, to: DateTime<Utc>) {
        for clock in &mut self.clocks {
            for moment in [clock.warn_at, clock.due_at].into_iter().flatten().filter(|moment| *moment <= to) {
                let (noticed, alarm) = clock.notice(moment);
                let kind = match alarm {
                    None => continue,
                    Some(Alarm::Warned) => "sla_warned",
                    Some(Alarm::Breached) => "sla_breached",
                };
                let SlaClock { metric, id: clock_id, due_at, .. } = noticed;
                self.alarms.push(SaidAlarm { at: moment, kind, metric, clock_id, due_at });
                *clock = noticed;
            }
        }
    }

    /// As everything stands at `now`.
    pub fn end(mut self, now: DateTime<Utc>) -> (Lines, Vec<SaidAlarm>) {
        self.pass(now);
        let organization_id = self.rehearsal.organization_id;
        let clocks = self.clocks.iter().map(|clock| line(organization_id, clock)).collect();
        let next = deadline::next(&self.clocks.iter().collect::<Vec<_>>(), now);
        let deadline = next.map(|next| {
            let (metric, state) = (next.metric.as_str(), word(&next.state));
            format!("{organization_id}\t{}\t{metric}\t{state}\t{}\n", self.ticket_id, time(next.due_at))
        });
        (Lines { clocks, segments: self.segments, deadline: deadline.unwrap_or_default() }, self.alarms)
    }
}

fn segment(organization_id: OrganizationId, id: Uuid, clock: &SlaClock, cause: Option<Cause>) -> String {
    let Some(cause) = cause else { return String::new() };
    format!(
        "{organization_id}\t{id}\t{}\t{}\t{}\t{}\t{}\t{}\n",
        clock.id,
        word(&cause),
        time(Some(clock.segment_at)),
        clock.used_ms,
        clock.target_minutes,
        time(clock.due_at),
    )
}

fn line(organization_id: OrganizationId, clock: &SlaClock) -> String {
    let mut line = format!(
        "{organization_id}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
        clock.id,
        clock.ticket_id,
        clock.metric.as_str(),
        clock.policy_id,
        clock.policy_version,
        clock.calendar_id,
        clock.target_minutes,
        clock.warn_percent,
        word(&clock.state),
    );
    let _ = write!(line, "\t{}\t{}\t{}", time(Some(clock.started_at)), clock.used_ms, time(Some(clock.segment_at)));
    for moment in [clock.warn_at, clock.due_at, clock.warned_at, clock.breached_at, clock.stopped_at] {
        let _ = write!(line, "\t{}", time(moment));
    }
    line + "\n"
}

/// COPY's `\N` is null.
fn time(at: Option<DateTime<Utc>>) -> String {
    at.map_or_else(|| r"\N".to_owned(), |at| at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true))
}

/// A state as it is stored, which is as it is told.
fn word(state: &impl serde::Serialize) -> String {
    serde_json::to_value(state).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}
