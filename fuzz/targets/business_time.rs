//! The arithmetic of business time, in any zone, over any change of clocks.

#![no_main]

use std::collections::BTreeSet;

use business_time::{Calendar, TimeOfDay, Window};
use chrono::{DateTime, NaiveDate, TimeDelta, Weekday};
use chrono_tz::TZ_VARIANTS;

type Given = (u16, Vec<(u8, u16, u16)>, Vec<u16>, i32, u32, u32);

libfuzzer_sys::fuzz_target!(|given: Given| {
    let (zone, windows, holidays, start_minute, first, second) = given;
    let zone = TZ_VARIANTS[usize::from(zone) % TZ_VARIANTS.len()];
    let time = |minute: u16| TimeOfDay::from_minutes(minute % 1441).expect("within a day");
    let windows = windows.into_iter().take(10).map(|(day, from, to)| Window {
        weekday: Weekday::try_from(day % 7).expect("a day of the week"),
        from: time(from),
        to: time(to),
    });
    let first_day = NaiveDate::from_ymd_opt(1970, 1, 1).expect("a day");
    let days = |day: u16| first_day + TimeDelta::days(i64::from(day));
    let holidays: BTreeSet<NaiveDate> = holidays.into_iter().take(20).map(days).collect();
    let Ok(calendar) = Calendar::new(zone, windows.collect(), holidays) else { return };
    let start = DateTime::UNIX_EPOCH + TimeDelta::minutes(i64::from(start_minute) % 70_000_000);
    let (first, second) = (i64::from(first % 40_000_000), i64::from(second % 40_000_000));
    let Ok(middle) = calendar.add(start, first) else { return };
    assert!(middle >= start);
    assert_eq!(calendar.between(start, middle), first, "what was added has passed");
    let Ok(end) = calendar.add(middle, second) else { return };
    assert!(end >= middle, "more is later");
    assert_eq!(calendar.between(start, end), first + second, "stretches add up");
    // The horizon of one step is nearer than that of two.
    if let Ok(at_once) = calendar.add(start, first + second) {
        assert!(second == 0 || at_once == end, "in one step or in two");
    }
});
