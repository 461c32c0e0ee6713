//! "yesterday 14:00": what an operator says of a time, in the zone that is then told back.

use chrono::{
    DateTime, Datelike, Days, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Weekday,
};

/// The moment meant by `text`, which is never after `now`. The error says what would be understood.
pub fn parse<Tz: TimeZone>(text: &str, now: &DateTime<Tz>) -> Result<DateTime<Tz>, String> {
    let words = text.trim().to_lowercase();
    let moment = match words.as_str() {
        "now" => now.clone(),
        words => {
            absolute(text.trim(), now).or_else(|| ago(words, now).map(Ok)).unwrap_or_else(|| on_a_day(words, now))?
        }
    };
    if moment > *now {
        return Err(format!("{text:?} is still to come; nothing is kept of it"));
    }
    Ok(moment)
}

/// With its own zone (RFC 3339).
fn absolute<Tz: TimeZone>(text: &str, now: &DateTime<Tz>) -> Option<Result<DateTime<Tz>, String>> {
    let moment = DateTime::parse_from_rfc3339(text).ok()?;
    Some(Ok(moment.with_timezone(&now.timezone())))
}

/// "2 hours ago", "90 min ago".
fn ago<Tz: TimeZone>(words: &str, now: &DateTime<Tz>) -> Option<DateTime<Tz>> {
    let mut parts = words.strip_suffix("ago")?.split_whitespace();
    let (number, unit) = (parts.next()?, parts.next()?);
    let number: i64 = if matches!(number, "a" | "an" | "one") { 1 } else { number.parse().ok()? };
    let seconds = match unit.trim_end_matches('s') {
        "second" | "sec" => 1,
        "minute" | "min" => 60,
        "hour" => 3600,
        "day" => 86_400,
        "week" => 7 * 86_400,
        _ => return None,
    };
    let span = TimeDelta::try_seconds(number.checked_mul(seconds)?)?;
    if parts.next().is_some() || number < 0 { None } else { now.clone().checked_sub_signed(span) }
}

/// A day and a time of it: "yesterday 14:00", "monday 9:30", "2026-11-20 14:00:30".
fn on_a_day<Tz: TimeZone>(words: &str, now: &DateTime<Tz>) -> Result<DateTime<Tz>, String> {
    let parts: Vec<&str> = words.split_whitespace().filter(|word| *word != "at").collect();
    let not_understood = || not_understood(words);
    let (date, time) = match parts[..] {
        [time] if clock(time).is_some() => (now.date_naive(), clock(time)),
        [date, time] => {
            let time = clock(time);
            (day(date, now, time).ok_or_else(not_understood)?, time)
        }
        _ => return Err(not_understood()),
    };
    at(now, date.and_time(time.ok_or_else(not_understood)?))
}

fn not_understood(text: &str) -> String {
    format!(
        "{text:?} is not understood; say for example \"yesterday 14:00\", \"monday 09:30\", \"2 hours ago\", \
         \"2026-11-20 14:00\" or 2026-11-20T14:00:00Z"
    )
}

fn clock(word: &str) -> Option<NaiveTime> {
    ["%H:%M", "%H:%M:%S"].iter().find_map(|format| NaiveTime::parse_from_str(word, format).ok())
}

/// The newest day of that name: "monday" on a Monday is today if its time has passed, else a week ago.
fn day<Tz: TimeZone>(word: &str, now: &DateTime<Tz>, time: Option<NaiveTime>) -> Option<NaiveDate> {
    let today = now.date_naive();
    match word {
        "today" => return Some(today),
        "yesterday" => return today.checked_sub_days(Days::new(1)),
        _ => {}
    }
    if let Ok(weekday) = word.parse::<Weekday>() {
        let back = u64::from((7 + today.weekday().num_days_from_monday() - weekday.num_days_from_monday()) % 7);
        let still_to_come = back == 0 && time.is_some_and(|time| time > now.time());
        return today.checked_sub_days(Days::new(if still_to_come { 7 } else { back }));
    }
    NaiveDate::parse_from_str(word, "%Y-%m-%d").ok()
}

/// Where clocks were put forward or back, a time of the day may be no moment, or two.
fn at<Tz: TimeZone>(now: &DateTime<Tz>, local: NaiveDateTime) -> Result<DateTime<Tz>, String> {
    match now.timezone().from_local_datetime(&local) {
        LocalResult::Single(moment) => Ok(moment),
        LocalResult::Ambiguous(..) => Err(format!(
            "{local} was there twice, when the clocks were put back; give it with its distance to UTC, for example {}Z",
            local.format("%Y-%m-%dT%H:%M:%S")
        )),
        LocalResult::None => Err(format!("{local} never was: the clocks were put forward over it")),
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::{Europe::Berlin, Tz};

    use super::*;

    fn now() -> DateTime<Tz> {
        // A Saturday.
        Berlin.with_ymd_and_hms(2026, 11, 21, 10, 30, 0).unwrap()
    }

    #[track_caller]
    fn means(text: &str, moment: &str) {
        assert_eq!(parse(text, &now()).unwrap().to_rfc3339(), moment, "{text}");
    }

    #[test]
    fn people_say_times_in_many_ways() {
        means("now", "2026-11-21T10:30:00+01:00");
        means("yesterday 14:00", "2026-11-20T14:00:00+01:00");
        means("Yesterday at 14:00:30", "2026-11-20T14:00:30+01:00");
        means("today 9:05", "2026-11-21T09:05:00+01:00");
        means("09:05", "2026-11-21T09:05:00+01:00");
        means("monday 9:30", "2026-11-16T09:30:00+01:00");
        means("saturday 10:00", "2026-11-21T10:00:00+01:00");
        means("saturday 11:00", "2026-11-14T11:00:00+01:00");
        means("tue 08:00", "2026-11-17T08:00:00+01:00");
        means("2 hours ago", "2026-11-21T08:30:00+01:00");
        means("an hour ago", "2026-11-21T09:30:00+01:00");
        means("90 min ago", "2026-11-21T09:00:00+01:00");
        means("1 week ago", "2026-11-14T10:30:00+01:00");
        means("2026-11-20 14:00", "2026-11-20T14:00:00+01:00");
        means("2026-07-01 14:00", "2026-07-01T14:00:00+02:00");
        means("2026-11-20T14:00:00Z", "2026-11-20T15:00:00+01:00");
    }

    #[test]
    fn what_cannot_be_meant_is_refused_in_words() {
        let refused = |text: &str| parse(text, &now()).unwrap_err();
        assert!(refused("today 10:31").contains("still to come"));
        assert!(refused("2027-01-01 00:00").contains("still to come"));
        for text in ["", "yesterday", "yesterday noon", "25:00", "2026-13-01 10:00", "-2 hours ago", "2 moons ago"] {
            assert!(refused(text).contains("is not understood"), "{text}");
        }
        assert!(refused("2026-10-25 02:30").contains("was there twice"));
        assert!(refused("2026-03-29 02:30").contains("never was"));
    }

    #[test]
    fn a_huge_number_is_no_panic() {
        assert!(parse("9223372036854775807 weeks ago", &now()).is_err());
        assert!(parse("9000000000000 days ago", &now()).is_err());
    }
}
