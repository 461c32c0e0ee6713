//! The crate against an oracle that walks every minute and only knows how to read the wall clock.

use chrono::{DateTime, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use proptest::prelude::*;

use crate::support::random::{Case, case};

const MINUTE_MS: i64 = 60_000;
const DAY_MINUTES: i64 = 24 * 60;
/// The stretch that is compared, on both sides of the case's instant.
const REACH_MINUTES: i64 = 8 * DAY_MINUTES;
/// Minutes beyond it that must be known to tell what the clock has shown before and will show after.
const MARGIN_MINUTES: i64 = 2 * DAY_MINUTES;

/// The starts of all open minutes in reach, in milliseconds since the epoch.
struct Oracle {
    open_minutes: Vec<i64>,
}

impl Oracle {
    fn new(case: &Case) -> Self {
        let known = REACH_MINUTES + MARGIN_MINUTES;
        let minutes: Vec<_> = (-known..known).map(|minute| case.around + TimeDelta::minutes(minute)).collect();
        let shown: Vec<_> = minutes.iter().map(|at| at.with_timezone(&case.zone).naive_local()).collect();
        let latest_so_far = running(shown.iter(), NaiveDateTime::max);
        let mut earliest_from_now = running(shown.iter().rev(), NaiveDateTime::min);
        earliest_from_now.reverse();
        let open = |&i: &usize| is_open(case, latest_so_far[i], earliest_from_now[i]);
        let in_reach = MARGIN_MINUTES as usize..minutes.len() - MARGIN_MINUTES as usize;
        Self { open_minutes: in_reach.filter(open).map(|i| minutes[i].timestamp_millis()).collect() }
    }

    fn between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
        let (from, to) = (from.timestamp_millis(), to.timestamp_millis());
        let part = |&open: &i64| (to.min(open + MINUTE_MS) - from.max(open)).max(0);
        self.open_minutes.iter().map(part).sum()
    }

    fn add(&self, start: DateTime<Utc>, business_ms: i64) -> Option<DateTime<Utc>> {
        let mut remaining = business_ms;
        for &open in &self.open_minutes {
            let from = open.max(start.timestamp_millis());
            let usable = (open + MINUTE_MS - from).max(0);
            if usable > 0 && remaining <= usable {
                return DateTime::from_timestamp_millis(from + remaining);
            }
            remaining -= usable;
        }
        None
    }

    fn next_opening(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let at = at.timestamp_millis();
        let next = self.open_minutes.iter().find(|&&open| open + MINUTE_MS > at)?;
        DateTime::from_timestamp_millis(at.max(*next))
    }
}

/// A window is open once the clock has shown its beginning, for as long as it will still show less than its end.
fn is_open(case: &Case, latest_so_far: NaiveDateTime, earliest_from_now: NaiveDateTime) -> bool {
    let days = earliest_from_now.date().iter_days().take_while(|&day| day <= latest_so_far.date());
    days.filter(|day| !case.holidays.contains(day)).any(|day| {
        let edge =
            |time: business_time::TimeOfDay| day.and_time(NaiveTime::MIN) + TimeDelta::minutes(time.minutes().into());
        let windows = case.windows.iter();
        windows
            .filter(|window| window.weekday == chrono::Datelike::weekday(&day))
            .any(|window| latest_so_far >= edge(window.from) && earliest_from_now < edge(window.to))
    })
}

fn running<'a>(
    shown: impl Iterator<Item = &'a NaiveDateTime>,
    keep: fn(NaiveDateTime, NaiveDateTime) -> NaiveDateTime,
) -> Vec<NaiveDateTime> {
    let mut kept = None;
    shown.map(|&now| *kept.insert(kept.map_or(now, |before| keep(before, now)))).collect()
}

/// Milliseconds from the case's instant, within reach.
fn offset_ms() -> impl Strategy<Value = TimeDelta> {
    let reach = REACH_MINUTES * MINUTE_MS;
    let whole_minutes = (-REACH_MINUTES..REACH_MINUTES).prop_map(|minutes| minutes * MINUTE_MS);
    prop_oneof![-reach..reach, whole_minutes].prop_map(TimeDelta::milliseconds)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_the_minute_by_minute_oracle(
        case in case(),
        offsets in prop::collection::vec((offset_ms(), offset_ms(), 0.0..1.0_f64), 12),
    ) {
        let (calendar, oracle) = (case.calendar(), Oracle::new(&case));
        let end = case.around + TimeDelta::minutes(REACH_MINUTES);
        for (a, b, share) in offsets {
            let (a, b) = (case.around + a.min(b), case.around + a.max(b));
            prop_assert_eq!(calendar.between(a, b), oracle.between(a, b), "between {} {}", a, b);
            let opening = calendar.next_opening(a).filter(|&opening| opening < end);
            prop_assert_eq!(opening, oracle.next_opening(a), "next opening {}", a);
            prop_assert_eq!(calendar.is_open(a), oracle.next_opening(a) == Some(a), "open {}", a);
            // All of what is left, or a part of it; at least 1 ms, as zero is not a question of opening hours.
            let left = oracle.between(a, end);
            for business_ms in [left, (left as f64 * share) as i64].into_iter().filter(|&ms| ms > 0) {
                let due = calendar.add(a, business_ms).ok();
                prop_assert_eq!(due, oracle.add(a, business_ms), "add {} ms to {}", business_ms, a);
            }
        }
    }
}
