//! From local wall time to instants, also where the clocks change.

use chrono::{DateTime, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::{GapInfo, Tz};

use crate::TimeOfDay;

/// The first instant of a day somewhere: midnight or, where the clocks skip that, what is shown instead.
///
/// `None` beyond the years that can be represented.
pub fn day_begins(day: NaiveDate, zone: Tz) -> Option<DateTime<Utc>> {
    first_instant_showing(day, TimeOfDay::START_OF_DAY, zone)
}

/// The first instant at which the wall clock shows `time` on `day`, or anything later.
pub(crate) fn first_instant_showing(day: NaiveDate, time: TimeOfDay, zone: Tz) -> Option<DateTime<Utc>> {
    let local = local(day, time)?;
    match zone.from_local_datetime(&local) {
        MappedLocalTime::Single(at) | MappedLocalTime::Ambiguous(at, _) => Some(at.to_utc()),
        MappedLocalTime::None => skip_around(local, zone),
    }
}

/// The end of the last instant at which the wall clock shows less than `time` on `day`.
///
/// Looked up one millisecond earlier: when clocks go back from 02:00 to 01:00, the time before 01:00 ends when 01:00
/// is shown first, although 01:00 itself is shown twice.
pub(crate) fn end_of_last_instant_before(day: NaiveDate, time: TimeOfDay, zone: Tz) -> Option<DateTime<Utc>> {
    let instant = TimeDelta::milliseconds(1);
    let local = local(day, time)?.checked_sub_signed(instant)?;
    match zone.from_local_datetime(&local) {
        MappedLocalTime::Single(at) | MappedLocalTime::Ambiguous(_, at) => at.to_utc().checked_add_signed(instant),
        MappedLocalTime::None => skip_around(local, zone),
    }
}

/// The moment at which the clocks skip over `local`.
fn skip_around(local: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    let (skipped_from, offset_before) = GapInfo::new(&local, &zone)?.begin?;
    Some(skipped_from.checked_sub_offset(offset_before.fix())?.and_utc())
}

fn local(day: NaiveDate, time: TimeOfDay) -> Option<NaiveDateTime> {
    day.and_time(NaiveTime::MIN).checked_add_signed(TimeDelta::minutes(time.minutes().into()))
}
