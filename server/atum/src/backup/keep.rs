//! Which backups are kept: the newest of each of the last 14 days, 8 weeks and 12 months that have any.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, Utc};

pub const DAYS: usize = 14;
const WEEKS: usize = 8;
const MONTHS: usize = 12;

/// Days, weeks and months without a backup do not count: a machine that was off for a month keeps what it had.
/// Weeks are those of ISO 8601; everything is UTC.
pub fn kept(made: &[DateTime<Utc>]) -> BTreeSet<DateTime<Utc>> {
    let mut newest_first = made.to_vec();
    newest_first.sort_unstable_by(|one, other| other.cmp(one));
    let mut kept = newest_of_each(&newest_first, DAYS, DateTime::date_naive);
    kept.extend(newest_of_each(&newest_first, WEEKS, |at| (at.iso_week().year(), at.iso_week().week())));
    kept.extend(newest_of_each(&newest_first, MONTHS, |at| (at.year(), at.month())));
    kept
}

/// Those of the days, from whose oldest on any moment can be restored.
pub fn daily(made: &[DateTime<Utc>]) -> BTreeSet<DateTime<Utc>> {
    let mut newest_first = made.to_vec();
    newest_first.sort_unstable_by(|one, other| other.cmp(one));
    newest_of_each(&newest_first, DAYS, DateTime::date_naive)
}

fn newest_of_each<Span: PartialEq>(
    newest_first: &[DateTime<Utc>],
    most: usize,
    span: impl Fn(&DateTime<Utc>) -> Span,
) -> BTreeSet<DateTime<Utc>> {
    let mut kept: Vec<DateTime<Utc>> = vec![];
    for at in newest_first {
        if kept.last().is_none_or(|last| span(last) != span(at)) {
            kept.push(*at);
        }
        if kept.len() == most {
            break;
        }
    }
    kept.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use chrono::{Days, TimeDelta};
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        format!("{text}:00Z").parse().unwrap()
    }

    fn every_night(nights: u64) -> Vec<DateTime<Utc>> {
        (0..nights).map(|night| at("2026-11-21T03:00").checked_sub_days(Days::new(night)).unwrap()).collect()
    }

    #[test]
    fn a_year_of_nights_leaves_14_days_8_weeks_and_12_months() {
        let kept: Vec<String> = kept(&every_night(400)).iter().map(|at| at.format("%m-%d").to_string()).collect();
        let months =
            ["12-31", "01-31", "02-28", "03-31", "04-30", "05-31", "06-30", "07-31", "08-31", "09-30", "10-31"];
        // Sundays, the last nights of their ISO weeks; the newest of the 8 weeks are days too.
        let weeks = ["10-04", "10-11", "10-18", "10-25", "11-01"];
        for expected in months.iter().chain(&weeks) {
            assert!(kept.iter().any(|at| at == expected), "{expected} of {kept:?}");
        }
        let days = kept.iter().filter(|at| at.as_str() >= "11-08" && at.as_str() < "12").count();
        assert_eq!(days, 14);
        assert_eq!(kept.len(), months.len() + weeks.len() + days);
    }

    #[test]
    fn of_one_day_the_newest_stays() {
        let made = [at("2026-11-21T03:00"), at("2026-11-21T17:00"), at("2026-11-20T03:00")];
        assert_eq!(kept(&made), BTreeSet::from([made[1], made[2]]));
    }

    #[test]
    fn spans_without_backups_do_not_push_older_ones_out() {
        let made = [at("2024-01-10T03:00"), at("2025-03-01T03:00"), at("2026-11-21T03:00")];
        assert_eq!(kept(&made).len(), 3);
    }

    #[test]
    fn a_week_over_the_turn_of_the_year_is_one() {
        // Monday and Thursday of week 53 of 2026; other nights fill the days.
        let mut made = every_night(0);
        made.extend([at("2026-12-28T03:00"), at("2026-12-31T03:00"), at("2027-01-03T03:00")]);
        made.extend((4..20).map(|day| at(&format!("2027-01-{day:02}T03:00"))));
        let kept = kept(&made);
        assert!(kept.contains(&at("2027-01-03T03:00")), "the week's newest");
        assert!(kept.contains(&at("2026-12-31T03:00")), "December's newest");
        assert!(!kept.contains(&at("2026-12-28T03:00")));
    }

    proptest! {
        #[test]
        fn any_set_keeps_its_newest_few_and_forgetting_twice_is_forgetting_once(hours in prop::collection::vec(0_i64..20_000, 1..80)) {
            let start = at("2024-01-01T00:00");
            let made: Vec<_> = hours.iter().map(|hour| start + TimeDelta::hours(*hour)).collect();
            let first = kept(&made);
            prop_assert!(first.contains(made.iter().max().unwrap()));
            prop_assert!(first.len() <= 14 + 8 + 12);
            prop_assert!(first.iter().all(|at| made.contains(at)));
            let again: Vec<_> = first.iter().copied().collect();
            prop_assert_eq!(kept(&again), first);
            prop_assert!(daily(&made).is_subset(&kept(&made)));
        }

        #[test]
        fn what_was_forgotten_is_never_wanted_later(nights in 1_u64..300) {
            // Night after night with forgetting in between keeps what one look at all nights keeps.
            let mut held: Vec<DateTime<Utc>> = vec![];
            for night in every_night(nights).into_iter().rev() {
                held.push(night);
                held = kept(&held).into_iter().collect();
            }
            prop_assert_eq!(held.into_iter().collect::<BTreeSet<_>>(), kept(&every_night(nights)));
        }
    }
}
