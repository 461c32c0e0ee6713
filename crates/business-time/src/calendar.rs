use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;

use crate::add::horizon;
use crate::{TimeOfDay, Window};

/// When an organization works: weekly windows in one time zone, minus holidays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    pub(crate) zone: Tz,
    /// Sorted by weekday and time, never overlapping, never empty.
    pub(crate) windows: Vec<Window>,
    pub(crate) holidays: BTreeSet<NaiveDate>,
}

/// Why a calendar cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    #[error("the calendar has no opening hours")]
    NeverOpen,
    #[error("{0} must end after it begins")]
    EmptyWindow(Window),
    #[error("{0} and {1} overlap")]
    Overlap(Window, Window),
}

impl Calendar {
    /// A calendar open during `windows`, in any order, on every local day that is not in `holidays`.
    ///
    /// Windows of a day may touch (`09:00–12:00`, `12:00–17:00`) but not overlap.
    ///
    /// # Errors
    /// [`CalendarError`] when there is no window, or one ends before it begins, or two overlap.
    pub fn new(zone: Tz, mut windows: Vec<Window>, holidays: BTreeSet<NaiveDate>) -> Result<Self, CalendarError> {
        windows.sort_by_key(Window::sort_key);
        if windows.is_empty() {
            return Err(CalendarError::NeverOpen);
        }
        if let Some(&window) = windows.iter().find(|window| window.from >= window.to) {
            return Err(CalendarError::EmptyWindow(window));
        }
        if let Some(pair) = windows.windows(2).find(|pair| pair[0].overlaps(&pair[1])) {
            return Err(CalendarError::Overlap(pair[0], pair[1]));
        }
        Ok(Self { zone, windows, holidays })
    }

    /// Around the clock, every day of the year; `zone` only decides where one day ends and the next begins.
    pub fn always(zone: Tz) -> Self {
        let whole_day = |weekday| Window { weekday, from: TimeOfDay::START_OF_DAY, to: TimeOfDay::END_OF_DAY };
        let week = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
        Self { zone, windows: week.map(whole_day).into(), holidays: BTreeSet::new() }
    }

    /// The zone in which windows and holidays are meant.
    pub fn time_zone(&self) -> Tz {
        self.zone
    }

    /// Whether business time passes at `at`. True at the instant of opening, false at the instant of closing.
    pub fn is_open(&self, at: DateTime<Utc>) -> bool {
        at.checked_add_signed(TimeDelta::milliseconds(1)).is_some_and(|end| self.between(at, end) > 0)
    }

    /// The first instant at or after `at` at which the calendar is open; `at` itself if it is open then.
    ///
    /// `None` if it stays closed for [`HORIZON_DAYS`](crate::HORIZON_DAYS).
    pub fn next_opening(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.spans(at, horizon(at)).next().map(|span| span.from.max(at))
    }
}
