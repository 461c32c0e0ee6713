//! What cannot be computed says why.

use std::collections::BTreeSet;

use business_time::{AddError, Calendar, CalendarError, TimeOfDay, TimeOfDayError, Tz, Window};
use chrono::{DateTime, TimeDelta, Utc, Weekday};

use crate::support::{HOUR_MS, at, time, window};

fn calendar(windows: Vec<Window>) -> Result<Calendar, CalendarError> {
    Calendar::new(Tz::UTC, windows, BTreeSet::new())
}

#[test]
fn a_calendar_without_windows() {
    assert_eq!(calendar(vec![]), Err(CalendarError::NeverOpen));
}

#[test]
fn a_window_that_does_not_end_after_it_begins() {
    for (from, to) in [("09:00", "09:00"), ("22:00", "06:00"), ("24:00", "24:00")] {
        let empty = window(Weekday::Mon, from, to);
        assert_eq!(calendar(vec![empty]), Err(CalendarError::EmptyWindow(empty)));
    }
}

#[test]
fn windows_that_overlap_in_any_order() {
    let morning = window(Weekday::Mon, "09:00", "13:00");
    let midday = window(Weekday::Mon, "12:59", "17:00");
    let refused = calendar(vec![midday, morning]);
    assert_eq!(refused, Err(CalendarError::Overlap(morning, midday)));
    let message = CalendarError::Overlap(morning, midday).to_string();
    assert_eq!(message, "Mon 09:00–13:00 and Mon 12:59–17:00 overlap");
}

#[test]
fn the_same_hours_on_two_days_are_fine() {
    let hours = [Weekday::Mon, Weekday::Tue].map(|weekday| window(weekday, "09:00", "17:00"));
    assert!(calendar(hours.into()).is_ok());
}

#[test]
fn times_that_are_not_times() {
    for text in ["", "9:00", "24:01", "12:60", "+9:00", "09-00", "09:00 ", "٠٩:٠٠"] {
        assert_eq!(text.parse::<TimeOfDay>(), Err(TimeOfDayError::Malformed(text.to_owned())));
    }
    assert_eq!(TimeOfDay::from_minutes(1441), Err(TimeOfDayError::PastEndOfDay(1441)));
    assert_eq!(time("24:00"), TimeOfDay::END_OF_DAY);
    assert_eq!(time("07:05").to_string(), "07:05");
}

#[test]
fn negative_business_time() {
    let refused = Calendar::always(Tz::UTC).add(at("2026-11-23T10:00:00Z"), -1);
    assert_eq!(refused, Err(AddError::Negative(-1)));
}

#[test]
fn a_calendar_of_nothing_but_holidays() {
    let start = at("2026-11-23T10:00:00Z");
    let holidays = start.date_naive().iter_days().take(25 * 366).collect();
    let closed = Calendar::new(Tz::UTC, vec![window(Weekday::Mon, "09:00", "17:00")], holidays)
        .expect("valid, though never open in practice");
    assert_eq!(closed.add(start, 1), Err(AddError::BeyondHorizon));
    assert_eq!(closed.next_opening(start), None);
}

#[test]
fn more_business_time_than_twenty_years_hold() {
    let refused = Calendar::always(Tz::UTC).add(at("2026-11-23T10:00:00Z"), 21 * 366 * 24 * HOUR_MS);
    assert_eq!(refused, Err(AddError::BeyondHorizon));
}

#[test]
fn the_ends_of_time_do_not_panic() {
    let calendar = Calendar::always(Tz::Pacific__Apia);
    for edge in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
        let _ = (calendar.add(edge, HOUR_MS), calendar.is_open(edge), calendar.next_opening(edge));
    }
    let late = DateTime::<Utc>::MAX_UTC - TimeDelta::hours(1);
    assert_eq!(calendar.add(late, 40 * HOUR_MS), Err(AddError::BeyondHorizon));
}
