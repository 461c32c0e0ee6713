//! Durations, moments and opening hours in English.

use chrono::{DateTime, Datelike, NaiveDate, Utc, Weekday};
use chrono_tz::Tz;

use crate::{Calendar, Window};

/// `2 h 10 m`, `45 m`, `30 s`; what is left over below is dropped.
pub(crate) fn duration(ms: i64) -> String {
    let (hours, minutes) = (ms / 3_600_000, ms / 60_000 % 60);
    match (hours, minutes) {
        (0, 0) => format!("{} s", ms / 1000),
        (0, minutes) => format!("{minutes} m"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} m"),
    }
}

/// `Fri 20 Nov 16:00`, with the year where it is not `year`.
pub(crate) fn moment(at: DateTime<Utc>, zone: Tz, year: i32) -> String {
    let local = at.with_timezone(&zone);
    let format = if local.year() == year { "%a %-d %b %H:%M" } else { "%a %-d %b %Y %H:%M" };
    local.format(format).to_string()
}

/// `Friday` within the week that begins with `first`, otherwise `Fri 4 Dec`.
pub(crate) fn day(day: NaiveDate, first: NaiveDate) -> String {
    let format = if (day - first).num_days() < 7 { "%A" } else { "%a %-d %b" };
    day.format(format).to_string()
}

/// `Mon–Thu 09:00–12:00, 13:00–17:00; Fri 09:00–13:00`.
pub(crate) fn opening_hours(calendar: &Calendar) -> String {
    let mut groups: Vec<(u8, u8, String)> = vec![];
    for weekday in 1..=7 {
        let hours = hours_of(&calendar.windows, weekday);
        match groups.last_mut() {
            _ if hours.is_empty() => {}
            Some((_, last, same)) if *last + 1 == weekday && *same == hours => *last = weekday,
            _ => groups.push((weekday, weekday, hours)),
        }
    }
    let words: Vec<_> = groups.into_iter().map(|(from, to, hours)| format!("{} {hours}", days(from, to))).collect();
    words.join("; ")
}

fn hours_of(windows: &[Window], weekday: u8) -> String {
    let of_day = windows.iter().filter(|window| window.weekday == weekday);
    of_day.map(|window| format!("{}–{}", window.from, window.to)).collect::<Vec<_>>().join(", ")
}

fn days(from: u8, to: u8) -> String {
    let name = |day: u8| Weekday::try_from(day - 1).map(|day| day.to_string()).unwrap_or_default();
    if from == to { name(from) } else { format!("{}–{}", name(from), name(to)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::fixture;

    #[test]
    fn durations_say_no_more_than_they_must() {
        for (ms, words) in
            [(14_400_000, "4 h"), (7_800_000, "2 h 10 m"), (2_700_000, "45 m"), (59_999, "59 s"), (0, "0 s")]
        {
            assert_eq!(duration(ms), words);
        }
    }

    #[test]
    fn equal_days_in_a_row_are_said_once() {
        let hours = [
            (1..=4, "09:00", "12:00"),
            (1..=4, "13:00", "17:00"),
            (5..=5, "09:00", "13:00"),
            (7..=7, "00:00", "24:00"),
        ];
        let calendar = fixture::calendar_with(&hours);
        let words = "Mon–Thu 09:00–12:00, 13:00–17:00; Fri 09:00–13:00; Sun 00:00–24:00";
        assert_eq!(opening_hours(&calendar), words);
    }

    #[test]
    fn another_year_is_named() {
        let at = "2027-01-04T08:00:00Z".parse().unwrap();
        assert_eq!(moment(at, Tz::Europe__Berlin, 2026), "Mon 4 Jan 2027 09:00");
        assert_eq!(moment(at, Tz::Europe__Berlin, 2027), "Mon 4 Jan 09:00");
    }
}
