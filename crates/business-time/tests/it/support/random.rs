//! Random calendars around random instants, most of them near a clock change.

use std::collections::BTreeSet;

use business_time::{Calendar, TimeOfDay, Tz, Window};
use chrono::{DateTime, NaiveDate, Offset, TimeDelta, TimeZone, Utc, Weekday};
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;

/// A calendar, kept as the parts it was made of for the oracle, and an instant (a whole minute) in its years.
#[derive(Clone, Debug)]
pub struct Case {
    pub zone: Tz,
    pub windows: Vec<Window>,
    pub holidays: BTreeSet<NaiveDate>,
    pub around: DateTime<Utc>,
}

impl Case {
    pub fn calendar(&self) -> Calendar {
        Calendar::new(self.zone, self.windows.clone(), self.holidays.clone()).expect("usable")
    }
}

pub fn case() -> impl Strategy<Value = Case> {
    (zone(), week(), instant(), vec(-12_i64..12, 0..5)).prop_map(|(zone, windows, at, holidays)| {
        let around = change_within_a_year(zone, at).unwrap_or(at);
        let holiday = |days| (around + TimeDelta::days(days)).with_timezone(&zone).date_naive();
        Case { zone, windows, around, holidays: holidays.into_iter().map(holiday).collect() }
    })
}

fn zone() -> impl Strategy<Value = Tz> {
    // Those with the oddest rules are drawn as often as all others together.
    let odd = [
        Tz::Africa__Cairo,
        Tz::Africa__Casablanca,
        Tz::America__St_Johns,
        Tz::Antarctica__Troll,
        Tz::Asia__Gaza,
        Tz::Australia__Lord_Howe,
        Tz::Pacific__Apia,
    ];
    prop_oneof![proptest::sample::select(&chrono_tz::TZ_VARIANTS[..]), proptest::sample::select(odd.to_vec())]
}

/// Whole minutes from 1975, when the last zone had given up offsets with seconds, to the end of the known rules.
fn instant() -> impl Strategy<Value = DateTime<Utc>> {
    let minute = |year| Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).single().expect("valid").timestamp() / 60;
    (minute(1975)..minute(2100)).prop_map(|m| DateTime::from_timestamp(m * 60, 0).expect("in range"))
}

/// Up to three windows on some weekdays; their edges lie mostly where clocks change: at night, on the half hour.
fn week() -> impl Strategy<Value = Vec<Window>> {
    let half_hours = (0_u16..=8).prop_map(|n| n * 30);
    let edge = prop_oneof![0_u16..=240, 1320_u16..=1440, 0_u16..=1440, half_hours, Just(0), Just(1440)];
    let one_day = (btree_set(edge, 2..=6), any::<bool>());
    vec((0_u8..7, one_day), 1..=7).prop_map(|days| {
        let mut windows = Vec::new();
        let mut taken = BTreeSet::new();
        for (weekday, (edges, touching)) in days.into_iter().filter(|day| taken.insert(day.0)) {
            let edges: Vec<_> = edges.into_iter().collect();
            let pairs = edges.windows(2).step_by(if touching { 1 } else { 2 });
            windows.extend(pairs.map(|pair| window(weekday, pair[0], pair[1])));
        }
        windows
    })
}

fn window(weekday: u8, from: u16, to: u16) -> Window {
    let time = |minutes| TimeOfDay::from_minutes(minutes).expect("within the day");
    let weekday = Weekday::try_from(weekday).expect("0 to 6");
    Window { weekday, from: time(from), to: time(to) }
}

/// The day of the zone's first clock change in the year after `at`, at the same time of day.
fn change_within_a_year(zone: Tz, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let offset = |at: DateTime<Utc>| zone.offset_from_utc_datetime(&at.naive_utc()).fix();
    let days = (0..366).map(|days| at + TimeDelta::days(days));
    days.into_iter().find(|&day| offset(day) != offset(day + TimeDelta::days(1)))
}
