//! For `fuzz/` alone: what reads an admin's calendars and policies.

use atum_core::{extract, ids::CalendarId};

use crate::{Calendar, update_calendar::CalendarChange, update_policy::PolicyChange};

/// The arithmetic of a calendar that would be saved; that there is none is our fault.
pub fn calendar(body: &[u8]) -> Option<business_time::Calendar> {
    let change = extract::read::<CalendarChange>(body).ok()?.checked().ok()?;
    let CalendarChange { name, time_zone, windows, holidays } = change;
    let calendar = Calendar { id: CalendarId::new(), name, time_zone, windows, holidays, version: 1 };
    Some(calendar.arithmetic().expect("it was checked"))
}

/// The minutes of a policy that would be saved.
pub fn policy(body: &[u8]) -> Option<Vec<[i32; 3]>> {
    let change = extract::read::<PolicyChange>(body).ok()?.checked().ok()?;
    let minutes = |target: &crate::Target| {
        [target.first_response_minutes, target.next_response_minutes, target.resolution_minutes]
    };
    Some(change.targets.iter().map(minutes).collect())
}
