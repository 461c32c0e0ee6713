//! Why a clock is due when it is, as steps and in words.

use business_time::Span;
use chrono::{DateTime, Datelike, Utc};
use chrono_tz::Tz;

use crate::{
    Calendar, ClockState, Explanation, Metric, Step,
    clock::SlaClock,
    story::{self, Entry, Piece},
    words,
};

/// More steps than this are told by day, and if that is still too many, the days in the middle as one.
const MOST_STEPS: usize = 14;

/// More days of one stretch than this are summed up in the sentence.
const MOST_DAYS_NAMED: usize = 4;

pub(crate) struct Subject<'a> {
    pub clock: &'a SlaClock,
    pub ledger: &'a [Entry],
    pub policy_name: &'a str,
    pub calendar: &'a Calendar,
    pub arithmetic: &'a business_time::Calendar,
}

pub(crate) fn explain(subject: &Subject<'_>, now: DateTime<Utc>) -> Explanation {
    let pieces = story::tell(subject.ledger, subject.arithmetic);
    Explanation {
        text: sentence(subject, &pieces, now),
        policy_name: subject.policy_name.to_owned(),
        calendar_name: subject.calendar.name.clone(),
        time_zone: subject.calendar.time_zone.clone(),
        steps: steps(&pieces, subject.arithmetic.time_zone()),
    }
}

fn steps(pieces: &[Piece], zone: Tz) -> Vec<Step> {
    let spans = pieces.iter().flat_map(|piece| match piece {
        Piece::Ran { spans, .. } => spans.as_slice(),
        _ => &[],
    });
    let mut steps: Vec<Step> = spans.map(|span| step(span, zone)).collect();
    if steps.len() > MOST_STEPS {
        steps = by_day(steps);
    }
    if steps.len() > MOST_STEPS {
        let (first, last) = (MOST_STEPS / 2, steps.len() - (MOST_STEPS - MOST_STEPS / 2 - 1));
        let middle = steps.drain(first..last).reduce(|whole, step| whole.and(&step));
        steps.splice(first..first, middle);
    }
    steps
}

fn step(span: &Span, zone: Tz) -> Step {
    let (from, to) = span.wall_times(zone);
    Step { day: span.day, last_day: None, from: from.to_string(), to: to.to_string(), business_ms: span.business_ms() }
}

fn by_day(steps: Vec<Step>) -> Vec<Step> {
    let mut days: Vec<Step> = vec![];
    for step in steps {
        match days.last_mut() {
            Some(last) if last.day == step.day => *last = last.and(&step),
            _ => days.push(step),
        }
    }
    days
}

impl Step {
    /// This step and a later one told as one.
    fn and(&self, later: &Self) -> Self {
        let last_day = later.last_day.unwrap_or(later.day);
        Self {
            day: self.day,
            last_day: (last_day != self.day).then_some(last_day),
            from: self.from.clone(),
            to: later.to.clone(),
            business_ms: self.business_ms + later.business_ms,
        }
    }
}

/// `4 h of business time (Mon–Fri 09:00–17:00, Europe/Berlin): accepted Fri 20 Nov 16:00, 1 h on Friday, 3 h on Monday,
/// due Mon 23 Nov 12:00.`
fn sentence(subject: &Subject<'_>, pieces: &[Piece], now: DateTime<Utc>) -> String {
    let Subject { clock, calendar, arithmetic, .. } = subject;
    let zone = arithmetic.time_zone();
    let target = words::duration(clock.target_ms());
    let hours = words::opening_hours(calendar);
    let started = clock.started_at.with_timezone(&zone);
    let mut parts =
        vec![format!("{} {}", beginning(clock.metric), words::moment(clock.started_at, zone, started.year()))];
    parts.extend(pieces.iter().flat_map(|piece| phrases(piece, started)));
    parts.push(ending(clock, zone, started.year(), now));
    format!("{target} of business time ({hours}, {}): {}.", calendar.time_zone, parts.join(", "))
}

fn beginning(metric: Metric) -> &'static str {
    match metric {
        Metric::FirstResponse | Metric::Resolution => "accepted",
        Metric::NextResponse => "customer wrote",
    }
}

fn phrases(piece: &Piece, started: DateTime<Tz>) -> Vec<String> {
    match piece {
        Piece::Ran { spans, .. } => days_run(spans, started),
        Piece::Counted { business_ms } => {
            vec![format!("{} counted before the calendar was changed", words::duration(*business_ms))]
        }
        Piece::Paused { business_ms: 0 } => vec!["paused outside business time while waiting for the customer".into()],
        Piece::Paused { business_ms } => {
            let paused = words::duration(*business_ms);
            vec![format!("paused {paused} of business time while waiting for the customer")]
        }
        Piece::Reopened { at } => {
            vec![format!("reopened {}", words::moment(*at, started.timezone(), started.year()))]
        }
        Piece::TargetChanged { before_minutes, after_minutes } => {
            let minutes = |minutes: i32| words::duration(i64::from(minutes) * 60_000);
            vec![format!("target changed from {} to {}", minutes(*before_minutes), minutes(*after_minutes))]
        }
    }
}

fn days_run(spans: &[Span], started: DateTime<Tz>) -> Vec<String> {
    let days = by_day(spans.iter().map(|span| step(span, started.timezone())).collect());
    let on_day = |step: &Step| {
        format!("{} on {}", words::duration(step.business_ms), words::day(step.day, started.date_naive()))
    };
    match days.as_slice() {
        [first, middle @ .., last] if days.len() > MOST_DAYS_NAMED => {
            let sum = words::duration(middle.iter().map(|step| step.business_ms).sum());
            vec![on_day(first), format!("{sum} on the next {} working days", middle.len()), on_day(last)]
        }
        few => few.iter().map(on_day).collect(),
    }
}

fn ending(clock: &SlaClock, zone: Tz, year: i32, now: DateTime<Utc>) -> String {
    let moment = |at: Option<DateTime<Utc>>| at.map_or_else(String::new, |at| words::moment(at, zone, year));
    let stopped = moment(clock.stopped_at);
    let done = match clock.metric {
        Metric::FirstResponse | Metric::NextResponse => "answered",
        Metric::Resolution => "resolved",
    };
    match clock.state_at(now) {
        ClockState::Running | ClockState::Warning => format!("due {}", moment(clock.due_at)),
        ClockState::Breached => format!("was due {}", moment(clock.due_at)),
        ClockState::Paused => {
            let left = words::duration((clock.target_ms() - clock.used_ms).max(0));
            let since = moment(Some(clock.segment_at));
            format!("paused since {since} with {left} left: the due date is set when the ticket goes on")
        }
        ClockState::Met => format!("{done} {stopped}, in time"),
        ClockState::Missed => format!("{done} {stopped}, late: it was due {}", moment(clock.breached_at)),
        ClockState::Cancelled => format!("cancelled {stopped}"),
    }
}

#[cfg(test)]
#[path = "explain_tests.rs"]
mod tests;
