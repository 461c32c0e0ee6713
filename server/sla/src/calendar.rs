//! Business calendars: the hours that count.

use std::collections::{BTreeSet, HashMap};

use anyhow::Context;
use business_time::TimeOfDay;
use chrono::{NaiveDate, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, types::Json};
use utoipa::ToSchema;

use atum_core::{
    Result,
    db::{ReadWrite, TenantTx},
    ids::CalendarId,
};

/// When an organization works: weekly windows in one time zone, minus holidays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Calendar {
    pub id: CalendarId,
    pub name: String,
    #[schema(example = "Europe/Berlin")]
    pub time_zone: String,
    pub windows: Vec<Window>,
    pub holidays: Vec<Holiday>,
    pub version: i64,
}

/// Opening hours that return every week, in the wall time of the calendar's zone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub struct Window {
    /// ISO 8601: Monday is 1.
    #[schema(minimum = 1, maximum = 7)]
    pub weekday: u8,
    #[schema(example = "09:00")]
    pub from: String,
    /// `24:00` is the end of the day.
    #[schema(example = "17:00")]
    pub to: String,
}

/// A day that does not count.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub struct Holiday {
    pub day: NaiveDate,
    pub name: String,
}

impl Window {
    /// None where it is no window: `to` before `from` is the calendar's to refuse.
    pub(crate) fn parse(&self) -> Option<business_time::Window> {
        let weekday = self.weekday.checked_sub(1).and_then(|day| Weekday::try_from(day).ok())?;
        Some(business_time::Window { weekday, from: self.from.parse().ok()?, to: self.to.parse().ok()? })
    }
}

impl Calendar {
    /// The calendar that the arithmetic understands. What was stored had been checked, so a failure is ours.
    pub(crate) fn arithmetic(&self) -> anyhow::Result<business_time::Calendar> {
        let zone: Tz = self.time_zone.parse().with_context(|| format!("time zone {:?}", self.time_zone))?;
        let windows: Option<Vec<_>> = self.windows.iter().map(Window::parse).collect();
        let holidays: BTreeSet<_> = self.holidays.iter().map(|holiday| holiday.day).collect();
        let windows = windows.with_context(|| format!("calendar {} has an unreadable window", self.id))?;
        Ok(business_time::Calendar::new(zone, windows, holidays)?)
    }
}

#[derive(Deserialize)]
struct StoredWindow {
    weekday: u8,
    from_minute: u16,
    to_minute: u16,
}

impl From<StoredWindow> for Window {
    fn from(stored: StoredWindow) -> Self {
        let time = |minute| TimeOfDay::from_minutes(minute).unwrap_or(TimeOfDay::END_OF_DAY).to_string();
        Self { weekday: stored.weekday, from: time(stored.from_minute), to: time(stored.to_minute) }
    }
}

struct Row {
    id: CalendarId,
    name: String,
    time_zone: String,
    version: i64,
    windows: Json<Vec<StoredWindow>>,
    holidays: Json<Vec<Holiday>>,
}

impl From<Row> for Calendar {
    fn from(row: Row) -> Self {
        let windows = row.windows.0.into_iter().map(Window::from).collect();
        let Row { id, name, time_zone, version, holidays, .. } = row;
        Self { id, name, time_zone, windows, holidays: holidays.0, version }
    }
}

/// All calendars of the organization by name, or those of `ids`.
async fn select(conn: &mut PgConnection, ids: Option<&[CalendarId]>) -> Result<Vec<Calendar>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select c.id as "id: CalendarId", c.name, c.time_zone, c.version,
                  coalesce((select jsonb_agg(jsonb_build_object('weekday', w.weekday, 'from_minute', w.from_minute,
                                                                'to_minute', w.to_minute)
                                             order by w.weekday, w.from_minute)
                              from desk.calendar_window w where w.calendar_id = c.id), '[]')
                      as "windows!: Json<Vec<StoredWindow>>",
                  coalesce((select jsonb_agg(jsonb_build_object('day', h.day, 'name', h.name) order by h.day)
                              from desk.holiday h where h.calendar_id = c.id), '[]')
                      as "holidays!: Json<Vec<Holiday>>"
             from desk.calendar c where $1::uuid[] is null or c.id = any($1) order by c.name, c.id"#,
        ids as _,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Calendar::from).collect())
}

pub(crate) async fn list(conn: &mut PgConnection) -> Result<Vec<Calendar>> {
    select(conn, None).await
}

pub(crate) async fn find(conn: &mut PgConnection, ids: &[CalendarId]) -> Result<HashMap<CalendarId, Calendar>> {
    Ok(select(conn, Some(ids)).await?.into_iter().map(|calendar| (calendar.id, calendar)).collect())
}

/// Keeps the calendars from being edited until the transaction ends, so that a due date that is written by one is still
/// this calendar's when the edit asks for all of them to be recalculated.
pub(crate) async fn pin(
    conn: &mut PgConnection,
    ids: &[CalendarId],
) -> Result<HashMap<CalendarId, business_time::Calendar>> {
    sqlx::query!("select id from desk.calendar where id = any($1) order by id for share", ids as _)
        .fetch_all(&mut *conn)
        .await?;
    let calendars = find(conn, ids).await?;
    let arithmetic = calendars.into_iter().map(|(id, calendar)| Ok((id, calendar.arithmetic()?)));
    Ok(arithmetic.collect::<anyhow::Result<_>>()?)
}

/// Replaces the windows. They have been checked.
pub(crate) async fn save_windows(tx: &mut TenantTx<ReadWrite>, id: CalendarId, windows: &[Window]) -> Result<()> {
    let parsed: Vec<_> = windows.iter().filter_map(Window::parse).collect();
    let weekdays: Vec<_> = parsed.iter().filter_map(|w| i16::try_from(w.weekday.number_from_monday()).ok()).collect();
    let minutes = |time: fn(&business_time::Window) -> TimeOfDay| -> Vec<i16> {
        parsed.iter().filter_map(|window| i16::try_from(time(window).minutes()).ok()).collect()
    };
    sqlx::query!("delete from desk.calendar_window where calendar_id = $1", id.0).execute(&mut **tx).await?;
    sqlx::query!(
        "insert into desk.calendar_window (organization_id, calendar_id, weekday, from_minute, to_minute)
         select $1, $2, w.* from unnest($3::smallint[], $4::smallint[], $5::smallint[]) w",
        tx.organization_id.0,
        id.0,
        &weekdays,
        &minutes(|window| window.from),
        &minutes(|window| window.to),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Replaces the holidays.
pub(crate) async fn save_holidays(tx: &mut TenantTx<ReadWrite>, id: CalendarId, holidays: &[Holiday]) -> Result<()> {
    let days: Vec<_> = holidays.iter().map(|holiday| holiday.day).collect();
    let names: Vec<_> = holidays.iter().map(|holiday| holiday.name.clone()).collect();
    sqlx::query!("delete from desk.holiday where calendar_id = $1", id.0).execute(&mut **tx).await?;
    sqlx::query!(
        "insert into desk.holiday (organization_id, calendar_id, day, name)
         select $1, $2, h.* from unnest($3::date[], $4::text[]) h",
        tx.organization_id.0,
        id.0,
        &days,
        &names,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
