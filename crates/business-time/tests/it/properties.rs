//! Laws that hold for every calendar and over years, at any precision of the instants.

use business_time::Calendar;
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use crate::support::random::{Case, case};

/// An instant up to a year and a half from the case's, with microseconds as the database stores them.
fn shift() -> impl Strategy<Value = TimeDelta> {
    let day = 24 * 60 * 60 * 1_000_000_i64;
    prop_oneof![-500 * day..500 * day, -2 * day..2 * day, Just(0)].prop_map(TimeDelta::microseconds)
}

fn business_ms() -> impl Strategy<Value = i64> {
    prop_oneof![0..500 * 60 * 60 * 1000_i64, 0..3 * 60 * 60 * 1000_i64, 0..3_i64]
}

/// Brings `ms` down to what the calendar offers in three years, however rarely it opens.
fn reachable(calendar: &Calendar, start: DateTime<Utc>, ms: i64) -> i64 {
    ms % (calendar.between(start, start + TimeDelta::days(3 * 366)) + 1)
}

fn instants(case: &Case, mut shifts: [TimeDelta; 3]) -> [DateTime<Utc>; 3] {
    shifts.sort();
    shifts.map(|shift| case.around + shift)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn between_is_the_sum_of_its_parts(case in case(), a in shift(), b in shift(), c in shift()) {
        let calendar = case.calendar();
        let [a, b, c] = [a, b, c].map(|shift| case.around + shift);
        let parts = calendar.between(a, b) + calendar.between(b, c);
        prop_assert_eq!(calendar.between(a, c), parts);
    }

    #[test]
    fn between_undoes_add(case in case(), start in shift(), ms in business_ms()) {
        let (calendar, start) = (case.calendar(), case.around + start);
        let ms = reachable(&calendar, start, ms);
        let due = calendar.add(start, ms).expect("within twenty years");
        prop_assert_eq!(calendar.between(start, due), ms);
        let a_moment_earlier = due - TimeDelta::milliseconds(1);
        prop_assert!(ms == 0 || calendar.between(start, a_moment_earlier) == ms - 1, "not the earliest");
    }

    #[test]
    fn add_never_passes_the_instant_it_measured(case in case(), shifts in [shift(), shift(), shift()]) {
        let (calendar, [a, b, _]) = (case.calendar(), instants(&case, shifts));
        let due = calendar.add(a, calendar.between(a, b)).expect("within twenty years");
        prop_assert!(a <= due && due <= b);
        prop_assert_eq!(calendar.between(due, b), 0);
    }

    #[test]
    fn later_means_later(case in case(), shifts in [shift(), shift(), shift()], x in business_ms(), y in business_ms()) {
        let (calendar, [a, b, c]) = (case.calendar(), instants(&case, shifts));
        prop_assert!(calendar.between(a, b) <= calendar.between(a, c));
        let [x, y] = [x, y].map(|ms| reachable(&calendar, a, ms));
        let add = |start, ms| calendar.add(start, ms).expect("within twenty years");
        prop_assert!(a <= add(a, x));
        prop_assert!(add(a, x) <= add(b, x));
        prop_assert!(add(a, x.min(y)) <= add(a, x.max(y)));
    }

    /// A clock that was paused and resumed in time: moving the deadline by the business time paused is the same as
    /// starting anew with what was left of the target.
    #[test]
    fn a_pause_moves_the_deadline_by_its_business_time(
        case in case(), shifts in [shift(), shift(), shift()], left in business_ms(),
    ) {
        let (calendar, [start, paused, resumed]) = (case.calendar(), instants(&case, shifts));
        let left = reachable(&calendar, start, left);
        prop_assume!(left > 0);
        let due = calendar.add(start, calendar.between(start, paused) + left).expect("within twenty years");
        prop_assert_eq!(calendar.add(due, calendar.between(paused, resumed)), calendar.add(resumed, left));
    }

    #[test]
    fn spans_are_in_order_within_bounds_and_open(case in case(), shifts in [shift(), shift(), shift()]) {
        let (calendar, [from, to, _]) = (case.calendar(), instants(&case, shifts));
        let mut counted_to = from - TimeDelta::milliseconds(1);
        for span in calendar.spans(from, to) {
            prop_assert!(counted_to <= span.from && span.from < span.to && span.to <= to);
            prop_assert!(calendar.is_open(span.from));
            prop_assert!(!case.holidays.contains(&span.day));
            counted_to = span.to;
        }
    }
}
