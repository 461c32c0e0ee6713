//! Calendars and clocks for the tests of the pure parts.

use std::ops::RangeInclusive;

use crate::{Calendar, Window};
use atum_core::ids::CalendarId;

pub(crate) fn calendar_with(hours: &[(RangeInclusive<u8>, &str, &str)]) -> Calendar {
    let of_days = |(days, from, to): &(RangeInclusive<u8>, &str, &str)| {
        let window = |weekday| Window { weekday, from: (*from).to_owned(), to: (*to).to_owned() };
        days.clone().map(window).collect::<Vec<_>>()
    };
    let mut windows: Vec<_> = hours.iter().flat_map(of_days).collect();
    windows.sort();
    Calendar {
        id: CalendarId::new(),
        name: "Business hours".into(),
        time_zone: "Europe/Berlin".into(),
        windows,
        holidays: vec![],
        version: 1,
    }
}

/// Mon–Fri 09:00–17:00 in Berlin.
pub(crate) fn office() -> Calendar {
    calendar_with(&[(1..=5, "09:00", "17:00")])
}
