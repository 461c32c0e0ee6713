//! A ticket whose clocks live in memory: for the tests of the pure parts.

use std::{collections::HashMap, ops::RangeInclusive};

use business_time::Calendar;
use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;

use atum_core::ids::{CalendarId, ClockId, PolicyId, TicketId};

use crate::{
    Metric, Priority, Signal, Window,
    clock::{Alarm, SlaClock},
    policy::Policy,
    rule::{Terms, react},
    story::Entry,
};

pub(crate) fn calendar_with(hours: &[(RangeInclusive<u8>, &str, &str)]) -> crate::Calendar {
    let of_days = |(days, from, to): &(RangeInclusive<u8>, &str, &str)| {
        let window = |weekday| Window { weekday, from: (*from).to_owned(), to: (*to).to_owned() };
        days.clone().map(window).collect::<Vec<_>>()
    };
    let mut windows: Vec<_> = hours.iter().flat_map(of_days).collect();
    windows.sort();
    crate::Calendar {
        id: CalendarId::new(),
        name: "Business hours".into(),
        time_zone: "Europe/Berlin".into(),
        windows,
        holidays: vec![],
        version: 1,
    }
}

/// `2026-11-20 16:00` on the wall in Berlin.
pub(crate) fn berlin(wall: &str) -> DateTime<Utc> {
    let local = NaiveDateTime::parse_from_str(wall, "%Y-%m-%d %H:%M").unwrap();
    local.and_local_timezone(Tz::Europe__Berlin).single().unwrap().to_utc()
}

/// One ticket of normal priority, Mon–Fri 09:00–17:00 in Berlin: first response in 4 h, next in 2 h, solved in 16 h;
/// urgent: 1 h, 1 h, 4 h.
pub(crate) struct Desk {
    pub ticket_id: TicketId,
    pub priority: Priority,
    pub policy: Policy,
    pub calendar: crate::Calendar,
    pub clocks: Vec<SlaClock>,
    pub ledger: Vec<(ClockId, Entry)>,
    pub alarms: Vec<(Metric, Alarm)>,
}

impl Desk {
    pub fn new() -> Self {
        let calendar = calendar_with(&[(1..=5, "09:00", "17:00")]);
        let target = |(priority, minutes): (Priority, [i32; 3])| crate::Target {
            priority,
            first_response_minutes: minutes[0],
            next_response_minutes: minutes[1],
            resolution_minutes: minutes[2],
        };
        let targets = [(Priority::Normal, [240, 120, 960]), (Priority::Urgent, [60, 60, 240])];
        let policy = Policy {
            id: PolicyId::new(),
            name: "Standard".into(),
            is_default: true,
            calendar_id: calendar.id,
            warn_percent: 75,
            targets: targets.map(target).into(),
            version: 1,
        };
        Self {
            ticket_id: TicketId::new(),
            priority: Priority::Normal,
            policy,
            calendar,
            clocks: vec![],
            ledger: vec![],
            alarms: vec![],
        }
    }

    pub fn arithmetic(&self) -> Calendar {
        self.calendar.arithmetic().unwrap()
    }

    pub fn signal(&mut self, wall: &str, signal: Signal) {
        self.signal_at(berlin(wall), signal);
    }

    pub fn signal_at(&mut self, now: DateTime<Utc>, signal: Signal) {
        if let Signal::Accepted { priority } | Signal::PriorityChanged { priority } = signal {
            self.priority = priority;
        }
        let calendars = HashMap::from([(self.calendar.id, self.arithmetic())]);
        let promises = self.policy.promises(self.priority);
        let terms = Terms { ticket_id: self.ticket_id, promises: &promises, calendars: &calendars };
        for change in react(&self.clocks, signal, &terms, now).unwrap() {
            self.alarms.extend(change.alarm.map(|alarm| (change.clock.metric, alarm)));
            self.ledger.extend(change.cause.map(|cause| (change.clock.id, entry(&change.clock, cause))));
            self.clocks.retain(|clock| clock.id != change.clock.id);
            self.clocks.push(change.clock);
        }
    }

    /// The latest clock of the metric.
    pub fn clock(&self, metric: Metric) -> &SlaClock {
        self.clocks.iter().filter(|clock| clock.metric == metric).max_by_key(|clock| clock.started_at).unwrap()
    }

    pub fn ledger_of(&self, id: ClockId) -> Vec<Entry> {
        self.ledger.iter().filter(|(clock, _)| *clock == id).map(|(_, entry)| entry.clone()).collect()
    }
}

fn entry(clock: &SlaClock, cause: crate::Cause) -> Entry {
    Entry {
        cause,
        at: clock.segment_at,
        used_ms: clock.used_ms,
        target_minutes: clock.target_minutes,
        due_at: clock.due_at,
    }
}
