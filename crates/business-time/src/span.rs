use chrono::{DateTime, NaiveDate, NaiveTime, SubsecRound, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::{Calendar, TimeOfDay};

/// An uninterrupted stretch of business time that belongs to one window of one local day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The local day whose window this is.
    pub day: NaiveDate,
    /// Its first instant.
    pub from: DateTime<Utc>,
    /// The instant after its last.
    pub to: DateTime<Utc>,
}

impl Span {
    /// How much business time this is, in milliseconds; always above zero.
    pub fn business_ms(&self) -> i64 {
        (self.to - self.from).num_milliseconds()
    }

    /// What the wall clock shows when the span begins and ends, as minutes of [`day`](Self::day), rounded down.
    ///
    /// The end of the day is `24:00`. When clocks change, the difference of the two is not the elapsed time.
    pub fn wall_times(&self, zone: Tz) -> (TimeOfDay, TimeOfDay) {
        (wall_time(self.day, self.from, zone), wall_time(self.day, self.to, zone))
    }
}

fn wall_time(day: NaiveDate, at: DateTime<Utc>, zone: Tz) -> TimeOfDay {
    let since_midnight = at.with_timezone(&zone).naive_local() - day.and_time(NaiveTime::MIN);
    let end_of_day = i64::from(TimeOfDay::END_OF_DAY.minutes());
    // The clamp: when clocks go back across midnight, a span may begin or end on the neighbouring day.
    let minutes = since_midnight.num_minutes().clamp(0, end_of_day);
    u16::try_from(minutes)
        .ok()
        .and_then(|minutes| TimeOfDay::from_minutes(minutes).ok())
        .unwrap_or(TimeOfDay::END_OF_DAY)
}

impl Calendar {
    /// The business time from `from` to `to`, in order and without overlap, cut off at both ends.
    ///
    /// Lazy; each local day costs a few time zone look-ups. Empty if `to` is not after `from`.
    pub fn spans(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> impl Iterator<Item = Span> + '_ {
        let (from, to) = (from.trunc_subsecs(3), to.trunc_subsecs(3));
        local_days_touching(from, to)
            .filter(|day| !self.holidays.contains(day))
            .flat_map(move |day| self.windows.iter().filter_map(move |window| window.span_on(day, self.zone)))
            .scan(from, move |counted_to, span| Some(uncounted(counted_to, span, to)))
            .filter(|span| span.from < span.to)
    }
}

/// The part of `span` after `counted_to` and before `to`.
///
/// In a repeated hour two windows may cover the same instants (…–01:30 closes in the second pass, 01:30–… opened in
/// the first); they count once, for the earlier window.
fn uncounted(counted_to: &mut DateTime<Utc>, span: Span, to: DateTime<Utc>) -> Span {
    let from = span.from.max(*counted_to);
    *counted_to = span.to.max(*counted_to);
    Span { day: span.day, from, to: span.to.min(to) }
}

/// Every local day, in whatever zone, that may hold an instant from `from` to `to`.
///
/// Local and UTC date differ by at most one; one more day before, because a day's last window can outlast the day
/// when clocks go back across midnight.
fn local_days_touching(from: DateTime<Utc>, to: DateTime<Utc>) -> impl Iterator<Item = NaiveDate> {
    let first = from.checked_sub_signed(TimeDelta::days(2)).unwrap_or(from).date_naive();
    let last = to.checked_add_signed(TimeDelta::days(1)).unwrap_or(to).date_naive();
    first.iter_days().take_while(move |&day| day <= last)
}
