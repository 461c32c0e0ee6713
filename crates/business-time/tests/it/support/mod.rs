//! Short ways to write calendars and instants, and random ones for the property tests.

pub mod random;

use std::collections::BTreeSet;

use business_time::{Calendar, TimeOfDay, Tz, Window};
use chrono::{DateTime, NaiveDate, Utc, Weekday};

pub const HOUR_MS: i64 = 60 * 60 * 1000;
pub const WORKING_WEEK: [Weekday; 5] = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];

/// An instant written as RFC 3339 with the offset that the reader would see on the wall.
pub fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).expect("RFC 3339").to_utc()
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

pub fn time(text: &str) -> TimeOfDay {
    text.parse().expect("HH:MM")
}

pub fn window(weekday: Weekday, from: &str, to: &str) -> Window {
    Window { weekday, from: time(from), to: time(to) }
}

/// The same hours on each of `weekdays`.
pub fn hours(zone: Tz, weekdays: &[Weekday], hours: &[(&str, &str)]) -> Calendar {
    with_holidays(zone, weekdays, hours, &[])
}

pub fn with_holidays(zone: Tz, weekdays: &[Weekday], hours: &[(&str, &str)], holidays: &[&str]) -> Calendar {
    let windows =
        weekdays.iter().flat_map(|&weekday| hours.iter().map(move |(from, to)| window(weekday, from, to))).collect();
    let holidays = holidays.iter().map(|text| day(text)).collect::<BTreeSet<_>>();
    Calendar::new(zone, windows, holidays).expect("a usable calendar")
}
