use std::collections::BTreeSet;

use atum_audit::Event;
use atum_core::{
    App, Problem, Problems, Result,
    checks::Checks,
    db::{ReadWrite, TenantTx},
    extract::{Json, Path},
    ids::CalendarId,
    version::IfMatch,
};
use atum_identity::Admin;
use axum::extract::State;
use business_time::CalendarError;
use chrono::Datelike;
use chrono_tz::Tz;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    Calendar, Holiday, Window, calendar,
    edit::{Edited, Field},
    policy,
    recalculate::RecalculateClocks,
    update_policy::check_reach,
};

const MOST_WINDOWS: usize = 100;
const MOST_HOLIDAYS: usize = 1000;

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct CalendarChange {
    #[schema(min_length = 1, max_length = 120)]
    pub name: String,
    #[schema(example = "Europe/Berlin")]
    pub time_zone: String,
    pub windows: Vec<Window>,
    pub holidays: Vec<Holiday>,
}

/// Edits the hours that count. Clocks that run in this calendar are measured anew soon after: the stretch they are in by
/// the new hours, earlier stretches as they were counted.
#[utoipa::path(
    put, path = "/api/v1/sla/calendars/{id}", tag = "sla",
    params(("id" = CalendarId, Path), ("If-Match" = String, Header, description = "the version that you saw")),
    responses((status = 200, body = Calendar), Problems)
)]
pub(crate) async fn update_calendar(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<CalendarId>,
    IfMatch(seen): IfMatch,
    Json(change): Json<CalendarChange>,
) -> Result<Json<Calendar>> {
    let change = change.checked()?;
    let mut tx = app.db.write(&admin).await?;
    let edited = lock(&mut tx, id).await?;
    let before = find(&mut tx, id).await?;
    if !edited.since(seen, &change.beside(&before))? {
        return Ok(Json(before));
    }
    save(&mut tx, id, &change).await?;
    let after = find(&mut tx, id).await?;
    check_promises(&mut tx, &after).await?;
    let event = Event::internal("calendar_updated")
        .subject(id.0)
        .change("name", &before.name, &after.name)
        .change("time_zone", &before.time_zone, &after.time_zone)
        .change("windows", &before.windows, &after.windows)
        .change("holidays", &before.holidays, &after.holidays);
    atum_audit::record(&mut tx, event).await?;
    let job = RecalculateClocks { calendar_id: id, version: after.version, after: None };
    atum_jobs::enqueue(&mut tx, job).await?;
    tx.commit().await?;
    Ok(Json(after))
}

impl CalendarChange {
    /// In order and without surrounding space, or everything that is wrong with it.
    pub fn checked(mut self) -> Result<Self> {
        self.name = self.name.trim().to_owned();
        let mut checks = Checks::new();
        checks.text("name", &self.name, 1..=120);
        let zone: Option<Tz> = self.time_zone.parse().ok();
        let words = format!("{:?} is no time zone such as Europe/Berlin", self.time_zone);
        checks.require(zone.is_some(), "time_zone", "unknown_time_zone", words);
        self.check_windows(&mut checks);
        self.check_holidays(&mut checks);
        checks.finish()?;
        self.windows.sort();
        self.holidays.sort();
        Ok(self)
    }

    fn check_windows(&self, checks: &mut Checks) {
        let many = self.windows.len();
        let words = format!("has {many} windows, at most {MOST_WINDOWS}");
        checks.require(many <= MOST_WINDOWS, "windows", "too_many", words);
        let mut windows = vec![];
        for (place, window) in self.windows.iter().enumerate() {
            let parsed = window.parse();
            let words = "must have a weekday from 1 (Monday) to 7 and times from 00:00 to 24:00";
            checks.require(parsed.is_some(), &format!("windows/{place}"), "invalid", words);
            windows.extend(parsed);
        }
        // The zone has no say in how windows lie to each other.
        let Err(error) = business_time::Calendar::new(Tz::UTC, windows, BTreeSet::new()) else { return };
        let code = match &error {
            CalendarError::NeverOpen => "required",
            CalendarError::EmptyWindow(_) => "empty",
            CalendarError::Overlap(..) => "overlap",
        };
        checks.require(false, "windows", code, error.to_string());
    }

    fn check_holidays(&self, checks: &mut Checks) {
        let many = self.holidays.len();
        let words = format!("has {many} holidays, at most {MOST_HOLIDAYS}");
        checks.require(many <= MOST_HOLIDAYS, "holidays", "too_many", words);
        let mut days = BTreeSet::new();
        for (place, holiday) in self.holidays.iter().enumerate() {
            checks.text(&format!("holidays/{place}/name"), &holiday.name, 1..=120);
            let lies = (1..=9999).contains(&holiday.day.year());
            checks.require(lies, &format!("holidays/{place}/day"), "out_of_range", "must be in a year from 1 to 9999");
            let words = format!("{} is listed twice", holiday.day);
            checks.require(days.insert(holiday.day), &format!("holidays/{place}/day"), "duplicate", words);
        }
    }

    fn beside(&self, theirs: &Calendar) -> [Field; 4] {
        [
            Field::new("name", &self.name, &theirs.name),
            Field::new("time_zone", &self.time_zone, &theirs.time_zone),
            Field::new("windows", &self.windows, &theirs.windows),
            Field::new("holidays", &self.holidays, &theirs.holidays),
        ]
    }
}

/// The policies that count in this calendar must still be able to promise what they promise.
async fn check_promises(tx: &mut TenantTx<ReadWrite>, calendar: &Calendar) -> Result<()> {
    for policy in policy::list(tx).await?.iter().filter(|policy| policy.calendar_id == calendar.id) {
        check_reach(&policy.targets, calendar, tx.now).map_err(|words| {
            Problem::field("windows", "unreachable", format!("too few for policy {}: {words}", policy.name))
        })?;
    }
    Ok(())
}

async fn find(tx: &mut TenantTx<ReadWrite>, id: CalendarId) -> Result<Calendar> {
    calendar::find(tx, &[id]).await?.remove(&id).ok_or_else(Problem::not_found)
}

async fn lock(tx: &mut TenantTx<ReadWrite>, id: CalendarId) -> Result<Edited> {
    let edited = sqlx::query_as!(
        Edited,
        r#"select c.version, c.updated_at as at, e.name as "by?"
             from desk.calendar c
             left join desk.person e on e.organization_id = c.organization_id and e.id = c.updated_by
            where c.id = $1 for update of c"#,
        id.0,
    );
    Ok(edited.fetch_one(&mut **tx).await?)
}

async fn save(tx: &mut TenantTx<ReadWrite>, id: CalendarId, change: &CalendarChange) -> Result<()> {
    sqlx::query!(
        "update desk.calendar
            set name = $2, time_zone = $3, version = version + 1, updated_at = $4, updated_by = $5
          where id = $1",
        id.0,
        change.name,
        change.time_zone,
        tx.now,
        tx.actor.map(|actor| actor.0),
    )
    .execute(&mut **tx)
    .await?;
    calendar::save_windows(tx, id, &change.windows).await?;
    calendar::save_holidays(tx, id, &change.holidays).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(weekday: u8, from: &str, to: &str) -> Window {
        Window { weekday, from: from.into(), to: to.into() }
    }

    fn holiday(day: &str) -> Holiday {
        Holiday { day: day.parse().unwrap(), name: "Holiday".into() }
    }

    fn refused(time_zone: &str, windows: &[Window], holidays: &[Holiday]) -> Vec<String> {
        let change = CalendarChange {
            name: "Hours".into(),
            time_zone: time_zone.into(),
            windows: windows.into(),
            holidays: holidays.into(),
        };
        let errors = change.checked().err().map(|problem| problem.errors).unwrap_or_default();
        errors.into_iter().map(|error| format!("{} {}: {}", error.pointer, error.code, error.detail)).collect()
    }

    #[test]
    fn windows_may_touch_and_not_overlap() {
        let lunch = [window(1, "13:00", "17:00"), window(1, "09:00", "12:00"), window(1, "12:00", "12:30")];
        assert_eq!(refused("UTC", &lunch, &[]), [""; 0]);
        let overlap = [window(1, "09:00", "12:00"), window(1, "11:59", "17:00")];
        let words = ["#/windows overlap: Mon 09:00–12:00 and Mon 11:59–17:00 overlap"];
        assert_eq!(refused("UTC", &overlap, &[]), words);
    }

    #[test]
    fn a_calendar_that_never_opens_is_refused() {
        assert_eq!(refused("UTC", &[], &[]), ["#/windows required: the calendar has no opening hours"]);
        let words = ["#/windows empty: Tue 17:00–09:00 must end after it begins"];
        assert_eq!(refused("UTC", &[window(2, "17:00", "09:00")], &[]), words);
    }

    #[test]
    fn a_day_that_no_database_holds_is_refused() {
        let days = [holiday("+262142-12-31"), holiday("-4713-01-01")];
        let words = "out_of_range: must be in a year from 1 to 9999";
        let expected = [format!("#/holidays/0/day {words}"), format!("#/holidays/1/day {words}")];
        assert_eq!(refused("UTC", &[window(1, "09:00", "17:00")], &days), expected);
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let windows = [window(8, "09:00", "17:00"), window(1, "9:00", "17:00"), window(1, "09:00", "24:00")];
        let holidays = [holiday("2026-12-25"), holiday("2026-12-25")];
        let words = "must have a weekday from 1 (Monday) to 7 and times from 00:00 to 24:00";
        let expected = [
            "#/time_zone unknown_time_zone: \"Mars/Base\" is no time zone such as Europe/Berlin".to_owned(),
            format!("#/windows/0 invalid: {words}"),
            format!("#/windows/1 invalid: {words}"),
            "#/holidays/1/day duplicate: 2026-12-25 is listed twice".to_owned(),
        ];
        assert_eq!(refused("Mars/Base", &windows, &holidays), expected);
    }
}
