//! Weeks in which the clocks change. Expected instants carry the offset the wall clock has at that moment.

use business_time::{Calendar, Tz};
use chrono::Weekday;

use crate::support::{HOUR_MS, WORKING_WEEK, at, day, hours, time, with_holidays};

/// The instants at which a window opens and closes on a day, or nothing if it does not open.
fn opening(zone: Tz, on: &str, from: &str, to: &str) -> Option<(String, String)> {
    let calendar = hours(zone, &ALL_WEEK, &[(from, to)]);
    let around = at(&format!("{on}T12:00:00Z"));
    let days = chrono::TimeDelta::days(2);
    let shown = |at: chrono::DateTime<chrono::Utc>| at.with_timezone(&zone).to_rfc3339();
    let mut spans = calendar.spans(around - days, around + days);
    spans.find(|span| span.day == day(on)).map(|span| (shown(span.from), shown(span.to)))
}

const ALL_WEEK: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

fn opens(zone: Tz, on: &str, window: (&str, &str), from: &str, to: &str) {
    let expected = Some((from.to_owned(), to.to_owned()));
    assert_eq!(opening(zone, on, window.0, window.1), expected, "{zone} {on} {window:?}");
}

/// The length of the local day in minutes, open around the clock.
fn day_minutes(zone: Tz, on: &str) -> i64 {
    let around = at(&format!("{on}T12:00:00Z"));
    let calendar = Calendar::always(zone);
    let days = chrono::TimeDelta::days(3);
    let spans = calendar.spans(around - days, around + days);
    spans.filter(|span| span.day == day(on)).map(|span| span.business_ms()).sum::<i64>() / 60_000
}

#[test]
fn the_longest_and_shortest_days() {
    for (zone, on, minutes) in [
        (Tz::Europe__Berlin, "2026-03-29", 23 * 60),
        (Tz::Europe__Berlin, "2026-10-25", 25 * 60),
        (Tz::America__New_York, "2026-03-08", 23 * 60),
        (Tz::America__New_York, "2026-11-01", 25 * 60),
        (Tz::Africa__Cairo, "2026-04-24", 23 * 60),
        (Tz::Africa__Cairo, "2026-10-29", 25 * 60),
        (Tz::Australia__Lord_Howe, "2026-10-04", 23 * 60 + 30),
        (Tz::Australia__Lord_Howe, "2026-04-05", 24 * 60 + 30),
        (Tz::Asia__Riyadh, "2026-03-29", 24 * 60),
        (Tz::Pacific__Apia, "2011-12-29", 24 * 60),
        (Tz::Pacific__Apia, "2011-12-30", 0),
        (Tz::Pacific__Apia, "2011-12-31", 24 * 60),
    ] {
        assert_eq!(day_minutes(zone, on), minutes, "{zone} {on}");
    }
}

#[test]
fn berlin_skips_from_2_to_3() {
    let (zone, on) = (Tz::Europe__Berlin, "2026-03-29");
    let skip = "2026-03-29T03:00:00+02:00";
    opens(zone, on, ("02:30", "04:00"), skip, "2026-03-29T04:00:00+02:00");
    opens(zone, on, ("01:00", "02:30"), "2026-03-29T01:00:00+01:00", skip);
    opens(zone, on, ("01:00", "02:00"), "2026-03-29T01:00:00+01:00", skip);
    opens(zone, on, ("03:00", "04:00"), skip, "2026-03-29T04:00:00+02:00");
    assert_eq!(opening(zone, on, "02:00", "03:00"), None);
    assert_eq!(opening(zone, on, "02:15", "02:45"), None);
}

#[test]
fn berlin_repeats_2_to_3() {
    let (zone, on) = (Tz::Europe__Berlin, "2026-10-25");
    let (first_2, second_2) = ("2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00");
    let three = "2026-10-25T03:00:00+01:00";
    opens(zone, on, ("01:00", "02:00"), "2026-10-25T01:00:00+02:00", first_2);
    opens(zone, on, ("02:00", "03:00"), first_2, three);
    opens(zone, on, ("03:00", "04:00"), three, "2026-10-25T04:00:00+01:00");
    opens(zone, on, ("01:00", "02:30"), "2026-10-25T01:00:00+02:00", "2026-10-25T02:30:00+01:00");
    opens(zone, on, ("02:30", "04:00"), "2026-10-25T02:30:00+02:00", "2026-10-25T04:00:00+01:00");
    let night = hours(zone, &ALL_WEEK, &[("01:00", "04:00")]);
    assert_eq!(night.add(at(first_2), HOUR_MS), Ok(at(second_2)));
}

#[test]
fn windows_that_meet_in_the_repeated_hour_count_once() {
    let calendar = hours(Tz::Europe__Berlin, &ALL_WEEK, &[("01:00", "02:30"), ("02:30", "04:00")]);
    let (from, to) = (at("2026-10-25T00:00:00+02:00"), at("2026-10-25T12:00:00+01:00"));
    assert_eq!(calendar.between(from, to), 4 * HOUR_MS);
}

#[test]
fn new_york_deadlines_cross_the_weekend_of_the_change() {
    let calendar = hours(Tz::America__New_York, &WORKING_WEEK, &[("09:00", "17:00")]);
    let spring = calendar.add(at("2026-03-06T16:30:00-05:00"), HOUR_MS);
    assert_eq!(spring, Ok(at("2026-03-09T09:30:00-04:00")));
    let autumn = calendar.add(at("2026-10-30T16:30:00-04:00"), HOUR_MS);
    assert_eq!(autumn, Ok(at("2026-11-02T09:30:00-05:00")));
}

#[test]
fn new_york_counts_elapsed_hours() {
    let calendar = hours(Tz::America__New_York, &ALL_WEEK, &[("00:00", "08:00")]);
    let spring = calendar.add(at("2026-03-08T00:00:00-05:00"), 4 * HOUR_MS);
    assert_eq!(spring, Ok(at("2026-03-08T05:00:00-04:00")));
    let autumn = calendar.add(at("2026-11-01T00:00:00-04:00"), 4 * HOUR_MS);
    assert_eq!(autumn, Ok(at("2026-11-01T03:00:00-05:00")));
}

#[test]
fn cairo_changes_at_midnight() {
    let zone = Tz::Africa__Cairo;
    let friday_1 = "2026-04-24T01:00:00+03:00";
    opens(zone, "2026-04-24", ("00:00", "08:00"), friday_1, "2026-04-24T08:00:00+03:00");
    let (evening, midnight) = ("2026-10-29T20:00:00+03:00", "2026-10-30T00:00:00+02:00");
    opens(zone, "2026-10-29", ("20:00", "24:00"), evening, midnight);
    opens(zone, "2026-10-29", ("20:00", "23:00"), evening, "2026-10-29T23:00:00+03:00");
}

#[test]
fn lord_howe_moves_by_half_an_hour() {
    let zone = Tz::Australia__Lord_Howe;
    let skip = "2026-10-04T02:30:00+11:00";
    opens(zone, "2026-10-04", ("02:15", "03:00"), skip, "2026-10-04T03:00:00+11:00");
    let (first, second) = ("2026-04-05T01:45:00+11:00", "2026-04-05T01:50:00+10:30");
    opens(zone, "2026-04-05", ("01:45", "01:50"), first, second);
}

#[test]
fn apia_had_no_30_december_2011() {
    let calendar = hours(Tz::Pacific__Apia, &WORKING_WEEK, &[("09:00", "17:00")]);
    let due = calendar.add(at("2011-12-29T16:00:00-10:00"), 4 * HOUR_MS);
    assert_eq!(due, Ok(at("2012-01-02T12:00:00+14:00")));
}

#[test]
fn st_johns_fell_back_into_the_day_before() {
    // 2010-11-07 00:01 became 2010-11-06 23:01. The Sunday is a holiday; the Saturday lasts 25 hours.
    let zone = Tz::America__St_Johns;
    let calendar = with_holidays(zone, &ALL_WEEK, &[("00:00", "24:00")], &["2010-11-07"]);
    let (from, to) = (at("2010-11-06T00:00:00-02:30"), at("2010-11-08T00:00:00-03:30"));
    let spans: Vec<_> = calendar.spans(from, to).collect();
    assert_eq!(spans.len(), 1);
    assert_eq!(spans[0].business_ms(), 25 * HOUR_MS);
    assert_eq!(spans[0].wall_times(zone), (time("00:00"), time("24:00")));
}
