use std::fmt;

use chrono::{Datelike, NaiveDate, Weekday};
use chrono_tz::Tz;

use crate::wall_clock;
use crate::{Span, TimeOfDay};

/// Opening hours that return every week, in local wall time, from `from` (included) to `to` (excluded).
///
/// A window never crosses midnight; a night shift is two windows, the first ending at `24:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    pub weekday: Weekday,
    pub from: TimeOfDay,
    pub to: TimeOfDay,
}

impl Window {
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.weekday == other.weekday && self.from < other.to && other.from < self.to
    }

    pub(crate) fn sort_key(&self) -> (u32, TimeOfDay) {
        (self.weekday.num_days_from_monday(), self.from)
    }

    /// The stretch of real time this window covers on `day`: none on another weekday, or when the clocks skip it.
    pub(crate) fn span_on(&self, day: NaiveDate, zone: Tz) -> Option<Span> {
        if day.weekday() != self.weekday {
            return None;
        }
        let from = wall_clock::first_instant_showing(day, self.from, zone)?;
        let to = wall_clock::end_of_last_instant_before(day, self.to, zone)?;
        (from < to).then_some(Span { day, from, to })
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}–{}", self.weekday, self.from, self.to)
    }
}
