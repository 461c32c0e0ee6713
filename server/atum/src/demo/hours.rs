//! When people of the demo are awake and at work.

use chrono::{DateTime, Datelike, Days, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::Tz;

/// The first moment from `at` on when staff work: Monday to Friday, 9 to 17.
pub fn at_work(at: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
    next(at, zone, 9, 17, |day| !matches!(day, Weekday::Sat | Weekday::Sun))
}

/// The first moment from `at` on when a customer writes: any day, 7 to 21.
pub fn awake(at: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
    next(at, zone, 7, 21, |_| true)
}

fn next(at: DateTime<Utc>, zone: Tz, from: u32, to: u32, is_day: fn(Weekday) -> bool) -> DateTime<Utc> {
    let local = at.with_timezone(&zone);
    let time = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
    if is_day(local.weekday()) && local.time() >= time(from) && local.time() < time(to) {
        return at;
    }
    let today_is_over = local.time() >= time(from);
    let mut day = local.date_naive() + Days::new(u64::from(today_is_over));
    while !is_day(day.weekday()) {
        day = day + Days::new(1);
    }
    // The minutes of the wish are kept, so that not everything happens at the stroke of nine.
    let opened = zone.from_local_datetime(&day.and_time(time(from))).earliest();
    let minutes = at.timestamp().rem_euclid(45 * 60);
    opened.map_or(at, |opened| opened.with_timezone(&Utc) + chrono::TimeDelta::seconds(minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn work_waits_for_monday() {
        let working = utc("2026-11-18T10:20:00Z");
        assert_eq!(at_work(working, Tz::UTC), working);
        let monday = at_work(utc("2026-11-21T10:20:00Z"), Tz::UTC);
        assert_eq!(monday.date_naive(), utc("2026-11-23T00:00:00Z").date_naive());
        assert!(monday >= utc("2026-11-23T09:00:00Z") && monday < utc("2026-11-23T09:45:00Z"));
    }

    #[test]
    fn customers_write_on_saturdays_but_not_at_night() {
        let saturday = utc("2026-11-21T10:20:00Z");
        assert_eq!(awake(saturday, Tz::UTC), saturday);
        let night = awake(utc("2026-11-21T23:20:00Z"), Tz::UTC);
        assert_eq!(night.date_naive(), utc("2026-11-22T00:00:00Z").date_naive());
    }
}
