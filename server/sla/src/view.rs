//! What a ticket page shows of its clocks.

use anyhow::Context;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use atum_core::{
    Result,
    ids::{ClockId, TicketId},
};

use crate::{
    Cause, ClockState, Metric, calendar,
    explain::{Subject, explain},
    ledger::{self, Told},
    story::Entry,
};

/// One promise on one ticket.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Clock {
    pub id: ClockId,
    pub metric: Metric,
    pub state: ClockState,
    /// Business minutes.
    pub target_minutes: i32,
    pub started_at: DateTime<Utc>,
    /// `null` while paused; of an ended clock, when it was due last.
    #[schema(required)]
    pub due_at: Option<DateTime<Utc>>,
    #[schema(required)]
    pub stopped_at: Option<DateTime<Utc>>,
    /// Business time used until now.
    pub business_elapsed_ms: i64,
    pub segments: Vec<Segment>,
    pub explanation: Explanation,
}

/// One entry of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Segment {
    pub cause: Cause,
    pub at: DateTime<Utc>,
    /// The due date that held from here on; `null` where the clock does not run.
    #[schema(required)]
    pub due_at: Option<DateTime<Utc>>,
    /// Business time used when this segment began.
    pub business_ms: i64,
}

/// Why a clock is due when it is. The parts let the web app say it in any language; `text` is the English sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Explanation {
    pub text: String,
    pub policy_name: String,
    pub calendar_name: String,
    #[schema(example = "Europe/Berlin")]
    pub time_zone: String,
    pub steps: Vec<Step>,
}

/// Business time of one day, or of several days in a row where there are too many to name each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Step {
    /// In the calendar's zone.
    pub day: NaiveDate,
    /// The last day, where the step stands for several.
    #[schema(required)]
    pub last_day: Option<NaiveDate>,
    #[schema(example = "09:00")]
    pub from: String,
    #[schema(example = "17:00")]
    pub to: String,
    pub business_ms: i64,
}

/// Every clock of a ticket as it stands at `now`, oldest first. For staff: whoever calls has checked that.
pub async fn clocks(conn: &mut PgConnection, ticket_id: TicketId, now: DateTime<Utc>) -> Result<Vec<Clock>> {
    let told = ledger::read(conn, ticket_id).await?;
    if told.is_empty() {
        return Ok(vec![]);
    }
    let calendar_ids: Vec<_> = told.iter().map(|told| told.clock.calendar_id).collect();
    let calendars = calendar::find(conn, &calendar_ids).await?;
    let view = |Told { clock, policy_name, ledger }: &Told| {
        let calendar = calendars.get(&clock.calendar_id).context("no calendar")?;
        let arithmetic = calendar.arithmetic()?;
        Ok(Clock::of(&Subject { clock, ledger, policy_name, calendar, arithmetic: &arithmetic }, now))
    };
    Ok(told.iter().map(view).collect::<anyhow::Result<_>>()?)
}

impl Clock {
    fn of(subject: &Subject<'_>, now: DateTime<Utc>) -> Self {
        let Subject { clock, ledger, arithmetic, .. } = subject;
        let due_last = || ledger.iter().rev().find_map(|entry| entry.due_at);
        Self {
            id: clock.id,
            metric: clock.metric,
            state: clock.state_at(now),
            target_minutes: clock.target_minutes,
            started_at: clock.started_at,
            due_at: if clock.is_open() { clock.due_at } else { due_last() },
            stopped_at: clock.stopped_at,
            business_elapsed_ms: clock.used_at(arithmetic, now),
            segments: ledger.iter().map(Segment::from).collect(),
            explanation: explain(subject, now),
        }
    }
}

impl From<&Entry> for Segment {
    fn from(entry: &Entry) -> Self {
        Self { cause: entry.cause, at: entry.at, due_at: entry.due_at, business_ms: entry.used_ms }
    }
}
