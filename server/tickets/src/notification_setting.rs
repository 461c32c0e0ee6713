//! What a person wants to be told of, and how: in the app, by mail at once, or in a daily summary. Where nothing was
//! chosen the usual holds.

use atum_core::{Result, caller::Role, ids::PersonId};
use chrono::{DateTime, Days, LocalResult, NaiveDate, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::notification::NotificationKind as Kind;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum MailChoice {
    Off,
    AtOnce,
    /// In the next summary.
    Digest,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Choice {
    pub in_app: bool,
    pub mail: MailChoice,
}

/// When somebody wants mail, in minutes of their own day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Times {
    pub zone: Tz,
    pub digest_minute: i16,
    /// From, and to: the second not included. It may go over midnight.
    pub quiet: Option<(i16, i16)>,
}

/// Somebody to be told, with how.
pub(crate) struct Addressee {
    pub id: PersonId,
    pub choice: Choice,
    pub times: Times,
}

pub(crate) const DIGEST_MINUTE: i16 = 8 * 60;

const FOR_STAFF: [Kind; 7] = [
    Kind::TicketNew,
    Kind::TicketAssigned,
    Kind::CustomerReplied,
    Kind::TicketReopened,
    Kind::TicketRated,
    Kind::SlaWarned,
    Kind::SlaBreached,
];
const FOR_CUSTOMERS: [Kind; 5] =
    [Kind::StaffReplied, Kind::TicketAccepted, Kind::TicketResolved, Kind::TicketReopened, Kind::TicketClosed];

/// What somebody of this role can choose about. That an admin acted in one's name is told to everybody, always.
pub(crate) fn offered(role: Role) -> &'static [Kind] {
    if role.is_staff() { &FOR_STAFF } else { &FOR_CUSTOMERS }
}

/// A customer hears of answers by mail; staff of what is theirs alone to do.
pub(crate) fn usual(kind: Kind) -> Choice {
    let at_once = [Kind::StaffReplied, Kind::TicketResolved, Kind::TicketAssigned, Kind::SlaBreached].contains(&kind);
    Choice { in_app: true, mail: if at_once { MailChoice::AtOnce } else { MailChoice::Off } }
}

/// How these people want to be told of this.
pub(crate) async fn addressees(conn: &mut PgConnection, people: &[PersonId], kind: Kind) -> Result<Vec<Addressee>> {
    let ids: Vec<Uuid> = people.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"select p.id as "id: PersonId", p.role as "role: Role", p.has_account, p.machine, p.active, p.time_zone,
                  s.in_app as "in_app?", s.mail as "mail?: MailChoice", t.digest_minute as "digest_minute?",
                  t.quiet_from_minute, t.quiet_to_minute
             from desk.person p
             left join desk.notification_setting s
               on s.organization_id = p.organization_id and s.person_id = p.id and s.kind = $2
             left join desk.notification_time t on t.organization_id = p.organization_id and t.person_id = p.id
            where p.id = any($1)"#,
        &ids,
        kind as _,
    )
    .fetch_all(conn)
    .await?;
    let addressees = rows.into_iter().map(|row| {
        let chosen = row.in_app.zip(row.mail).map(|(in_app, mail)| Choice { in_app, mail });
        let offered = offered(row.role).contains(&kind);
        // Who has no account has chosen nothing, and hears by mail or not at all.
        let choice = chosen.filter(|_| offered && row.has_account).unwrap_or_else(|| usual(kind));
        let reachable = offered && row.active && !row.machine;
        let mail = if reachable { choice.mail } else { MailChoice::Off };
        Addressee {
            id: row.id,
            choice: Choice { mail, ..choice },
            times: Times {
                zone: row.time_zone.parse().unwrap_or(Tz::UTC),
                digest_minute: row.digest_minute.unwrap_or(DIGEST_MINUTE),
                quiet: row.quiet_from_minute.zip(row.quiet_to_minute),
            },
        }
    });
    Ok(addressees.collect())
}

/// Whether an answer goes to this person by mail, as itself.
pub async fn wants_replies_by_mail(conn: &mut PgConnection, person: PersonId) -> Result<bool> {
    let addressee = addressees(conn, &[person], Kind::StaffReplied).await?.pop();
    Ok(addressee.is_some_and(|addressee| addressee.choice.mail == MailChoice::AtOnce))
}

impl Times {
    /// The next time of the daily summary after now.
    pub fn digest_at(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.next(now, self.digest_minute)
    }

    /// When mail may come again, if it is quiet now.
    pub fn quiet_until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let (from, to) = self.quiet?;
        let local = now.with_timezone(&self.zone);
        let minute = i16::try_from(local.hour() * 60 + local.minute()).unwrap_or(0);
        let quiet = if from < to { (from..to).contains(&minute) } else { minute >= from || minute < to };
        quiet.then(|| self.next(now, to))
    }

    fn next(&self, now: DateTime<Utc>, minute: i16) -> DateTime<Utc> {
        let today = now.with_timezone(&self.zone).date_naive();
        let days = (0..3).filter_map(|days| today.checked_add_days(Days::new(days)));
        let next = days.map(|day| self.on(day, minute)).find(|at| *at > now);
        next.unwrap_or(now + TimeDelta::days(1))
    }

    /// A minute that the clock jumps over is the one after the jump; of one that comes twice the first counts.
    fn on(&self, day: NaiveDate, minute: i16) -> DateTime<Utc> {
        let local = day.and_time(chrono::NaiveTime::MIN) + TimeDelta::minutes(minute.into());
        for jump in 0..=3 {
            match self.zone.from_local_datetime(&(local + TimeDelta::hours(jump))) {
                LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => return at.to_utc(),
                LocalResult::None => {}
            }
        }
        local.and_utc()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn the_summary_comes_at_its_hour_also_where_the_clock_jumps() {
        let berlin = Times { zone: Tz::Europe__Berlin, digest_minute: 8 * 60, quiet: None };
        assert_eq!(berlin.digest_at(at("2026-11-20T06:59:00Z")), at("2026-11-20T07:00:00Z"));
        assert_eq!(berlin.digest_at(at("2026-11-20T07:00:00Z")), at("2026-11-21T07:00:00Z"));
        // On 28 March 2027 there is no 2:30 in Berlin.
        let night = Times { digest_minute: 150, ..berlin };
        assert_eq!(night.digest_at(at("2027-03-27T23:30:00Z")), at("2027-03-28T01:30:00Z"));
    }

    #[test]
    fn quiet_hours_go_over_midnight() {
        let quiet = Times { zone: Tz::Europe__Berlin, digest_minute: 0, quiet: Some((22 * 60, 7 * 60)) };
        assert_eq!(quiet.quiet_until(at("2026-11-20T20:59:00Z")), None);
        assert_eq!(quiet.quiet_until(at("2026-11-20T21:00:00Z")), Some(at("2026-11-21T06:00:00Z")));
        assert_eq!(quiet.quiet_until(at("2026-11-21T05:59:59Z")), Some(at("2026-11-21T06:00:00Z")));
        assert_eq!(quiet.quiet_until(at("2026-11-21T06:00:00Z")), None);
        let noon = Times { quiet: Some((12 * 60, 13 * 60)), ..quiet };
        assert_eq!(noon.quiet_until(at("2026-11-20T11:30:00Z")), Some(at("2026-11-20T12:00:00Z")));
    }
}
