use chrono::{DateTime, Utc};

use crate::Calendar;

impl Calendar {
    /// The business time that passes from `from` to `to`, in milliseconds; negative if `to` is before `from`.
    ///
    /// Costs a few time zone look-ups for each day in between.
    pub fn between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
        if to < from {
            return -self.between(to, from);
        }
        self.spans(from, to).map(|span| span.business_ms()).sum()
    }
}
