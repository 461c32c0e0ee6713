use chrono::{DateTime, TimeDelta, Utc};

use crate::Calendar;

/// How far ahead a deadline or an opening is searched for, in days: about twenty years.
pub const HORIZON_DAYS: i64 = 20 * 366;

/// Why no deadline can be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddError {
    #[error("cannot add {0} ms: business time only runs forward")]
    Negative(i64),
    #[error("the calendar does not offer that much business time within {HORIZON_DAYS} days")]
    BeyondHorizon,
}

impl Calendar {
    /// The earliest instant at which `business_ms` milliseconds of business time have passed since `start`.
    ///
    /// Earliest: eight hours from 9:00 in a 9–17 calendar end at 17:00, not at the next opening. Consequently zero
    /// gives `start` itself, even when closed; who wants "as soon as we open" asks
    /// [`next_opening`](Self::next_opening).
    ///
    /// # Errors
    /// [`AddError::Negative`] below zero; [`AddError::BeyondHorizon`] if [`HORIZON_DAYS`] are not enough.
    pub fn add(&self, start: DateTime<Utc>, business_ms: i64) -> Result<DateTime<Utc>, AddError> {
        match business_ms {
            ..0 => Err(AddError::Negative(business_ms)),
            0 => Ok(start),
            1.. => self.pass(start, business_ms).ok_or(AddError::BeyondHorizon),
        }
    }

    fn pass(&self, start: DateTime<Utc>, business_ms: i64) -> Option<DateTime<Utc>> {
        let mut remaining_ms = business_ms;
        for span in self.spans(start, horizon(start)) {
            if remaining_ms <= span.business_ms() {
                return Some(span.from + TimeDelta::milliseconds(remaining_ms));
            }
            remaining_ms -= span.business_ms();
        }
        None
    }
}

/// The instant up to which an answer is searched for.
pub(crate) fn horizon(start: DateTime<Utc>) -> DateTime<Utc> {
    start.checked_add_signed(TimeDelta::days(HORIZON_DAYS)).unwrap_or(DateTime::<Utc>::MAX_UTC)
}
