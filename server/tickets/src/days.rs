//! Days as they are where somebody lives.
//!
//! They are reckoned with the zones that this program carries, and the database is given instants: its own zones are the
//! machine's, which may lack one that a person chose (many systems leave out old names such as `US/Eastern`).

use atum_core::{Result, ids::PersonId};
use business_time::{Tz, day_begins};
use chrono::{DateTime, Days as Count, NaiveDate, Utc};
use sqlx::PgConnection;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Days {
    zone: Tz,
    pub today: NaiveDate,
}

impl Days {
    pub async fn of(conn: &mut PgConnection, person: PersonId, now: DateTime<Utc>) -> Result<Self> {
        let zone = sqlx::query_scalar!("select time_zone from desk.person where id = $1", person.0);
        Ok(Self::in_zone(&zone.fetch_one(conn).await?, now))
    }

    /// What is no zone, or none any more, is UTC: nobody is kept from their work by it.
    fn in_zone(name: &str, now: DateTime<Utc>) -> Self {
        let zone = name.parse().unwrap_or(Tz::UTC);
        Self { zone, today: now.with_timezone(&zone).date_naive() }
    }

    pub fn begin_of(&self, day: NaiveDate) -> DateTime<Utc> {
        day_begins(day, self.zone).unwrap_or_else(|| day.and_time(chrono::NaiveTime::MIN).and_utc())
    }

    pub fn ago(&self, days: u64) -> NaiveDate {
        self.today.checked_sub_days(Count::new(days)).unwrap_or(self.today)
    }

    /// The first instant that is not today any more.
    pub fn tonight(&self) -> DateTime<Utc> {
        self.begin_of(self.today.succ_opt().unwrap_or(self.today))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn borders(zone: &str, now: &str) -> [String; 3] {
        let days = Days::in_zone(zone, now.parse().unwrap());
        [days.begin_of(days.ago(1)), days.begin_of(days.today), days.tonight()].map(|at| at.to_rfc3339())
    }

    #[test]
    fn a_day_begins_where_somebody_lives() {
        let at_home = ["2026-11-19T05:00:00+00:00", "2026-11-20T05:00:00+00:00", "2026-11-21T05:00:00+00:00"];
        for name in ["America/New_York", "US/Eastern"] {
            assert_eq!(borders(name, "2026-11-21T04:59:59Z"), at_home, "{name}");
        }
        assert_eq!(borders("Pacific/Kiritimati", "2026-11-20T10:00:00Z")[1], "2026-11-20T10:00:00+00:00");
    }

    #[test]
    fn a_day_may_have_23_hours_or_25_and_begin_after_midnight() {
        let spring = ["2026-03-27T23:00:00+00:00", "2026-03-28T23:00:00+00:00", "2026-03-29T22:00:00+00:00"];
        assert_eq!(borders("Europe/Berlin", "2026-03-29T12:00:00Z"), spring);
        let autumn = ["2026-10-23T22:00:00+00:00", "2026-10-24T22:00:00+00:00", "2026-10-25T23:00:00+00:00"];
        assert_eq!(borders("Europe/Berlin", "2026-10-25T12:00:00Z"), autumn);
        // In Cairo the clocks go from 00:00 to 01:00 on that Friday.
        assert_eq!(borders("Africa/Cairo", "2026-04-24T12:00:00Z")[1], "2026-04-23T22:00:00+00:00");
    }

    #[test]
    fn what_is_no_zone_is_utc() {
        assert_eq!(borders("Mars/Base", "2026-11-20T10:00:00Z")[1], "2026-11-20T00:00:00+00:00");
    }
}
