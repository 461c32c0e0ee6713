//! What an organization expects of its deadlines, in a zone and weeks without clock changes.

use business_time::{Calendar, Tz};
use chrono::Weekday;

use crate::support::{HOUR_MS, WORKING_WEEK, at, day, hours, time, with_holidays};

const NINE_TO_FIVE: &[(&str, &str)] = &[("09:00", "17:00")];
const WITH_LUNCH: &[(&str, &str)] = &[("09:00", "12:00"), ("13:00", "17:00")];

fn office() -> Calendar {
    hours(Tz::Europe__Berlin, &WORKING_WEEK, NINE_TO_FIVE)
}

#[test]
fn four_hours_accepted_friday_16_is_due_monday_12() {
    let due = office().add(at("2026-11-20T16:00:00+01:00"), 4 * HOUR_MS);
    assert_eq!(due, Ok(at("2026-11-23T12:00:00+01:00")));
}

#[test]
fn the_deadline_is_explained_by_its_spans() {
    let (from, to) = (at("2026-11-20T16:00:00+01:00"), at("2026-11-23T12:00:00+01:00"));
    let steps: Vec<_> = office()
        .spans(from, to)
        .map(|span| (span.day, span.wall_times(Tz::Europe__Berlin), span.business_ms() / HOUR_MS))
        .collect();
    let friday = (day("2026-11-20"), (time("16:00"), time("17:00")), 1);
    let monday = (day("2026-11-23"), (time("09:00"), time("12:00")), 3);
    assert_eq!(steps, [friday, monday]);
}

#[test]
fn lunch_does_not_count() {
    let calendar = hours(Tz::Europe__Berlin, &WORKING_WEEK, WITH_LUNCH);
    let due = calendar.add(at("2026-11-23T11:00:00+01:00"), 2 * HOUR_MS);
    assert_eq!(due, Ok(at("2026-11-23T14:00:00+01:00")));
    assert!(!calendar.is_open(at("2026-11-23T12:00:00+01:00")));
    assert!(calendar.is_open(at("2026-11-23T13:00:00+01:00")));
}

#[test]
fn touching_windows_are_one_stretch_of_time() {
    let touching = [("09:00", "12:00"), ("12:00", "17:00")];
    let calendar = hours(Tz::Europe__Berlin, &WORKING_WEEK, &touching);
    let due = calendar.add(at("2026-11-23T11:30:00+01:00"), HOUR_MS);
    assert_eq!(due, Ok(at("2026-11-23T12:30:00+01:00")));
}

#[test]
fn a_holiday_moves_the_deadline_to_the_next_working_day() {
    let holidays = ["2026-12-25"];
    let calendar = with_holidays(Tz::Europe__Berlin, &WORKING_WEEK, NINE_TO_FIVE, &holidays);
    let due = calendar.add(at("2026-12-24T16:00:00+01:00"), 2 * HOUR_MS);
    assert_eq!(due, Ok(at("2026-12-28T10:00:00+01:00")));
}

#[test]
fn riyadh_works_sunday_to_thursday() {
    let week = [Weekday::Sun, Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu];
    let calendar = hours(Tz::Asia__Riyadh, &week, &[("08:00", "16:00")]);
    let due = calendar.add(at("2026-11-19T15:00:00+03:00"), 4 * HOUR_MS);
    assert_eq!(due, Ok(at("2026-11-22T11:00:00+03:00")));
}

#[test]
fn a_full_day_ends_at_closing_time_not_at_the_next_opening() {
    let due = office().add(at("2026-11-23T09:00:00+01:00"), 8 * HOUR_MS);
    assert_eq!(due, Ok(at("2026-11-23T17:00:00+01:00")));
}

#[test]
fn zero_is_due_at_once_even_when_closed() {
    let saturday = at("2026-11-21T10:00:00.123456+01:00");
    assert_eq!(office().add(saturday, 0), Ok(saturday));
    assert_eq!(office().next_opening(saturday), Some(at("2026-11-23T09:00:00+01:00")));
}

#[test]
fn an_open_instant_is_its_own_next_opening() {
    let open = at("2026-11-23T10:00:00.123456+01:00");
    assert_eq!(office().next_opening(open), Some(open));
}

#[test]
fn time_backwards_is_negative() {
    let (monday, friday) = (at("2026-11-23T10:00:00+01:00"), at("2026-11-20T16:00:00+01:00"));
    assert_eq!(office().between(monday, friday), -2 * HOUR_MS);
}

#[test]
fn milliseconds_count() {
    let due = office().add(at("2026-11-20T16:59:59.999+01:00"), 2);
    assert_eq!(due, Ok(at("2026-11-23T09:00:00.001+01:00")));
}

#[test]
fn a_year_of_office_hours_is_found() {
    let due = office().add(at("2026-01-01T00:00:00+01:00"), 261 * 8 * HOUR_MS);
    assert_eq!(due, Ok(at("2026-12-31T17:00:00+01:00")));
}
