//! Opening hours as an admin sends them: what is taken can be calculated with.

#![no_main]

use chrono::DateTime;

libfuzzer_sys::fuzz_target!(|given: (&[u8], i32, u32)| {
    let (body, day, ms) = given;
    let Some(calendar) = atum_sla::fuzzing::calendar(body) else { return };
    let start = DateTime::UNIX_EPOCH + chrono::TimeDelta::days(i64::from(day) % 100_000);
    if let Ok(due) = calendar.add(start, i64::from(ms) % 400_000_000) {
        assert_eq!(calendar.between(start, due), i64::from(ms) % 400_000_000);
    }
});
