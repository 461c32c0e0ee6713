use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Metric {
    /// From acceptance to the first public answer of staff.
    FirstResponse,
    /// From a customer's later message to the next public answer of staff.
    NextResponse,
    /// From acceptance to resolution.
    Resolution,
}

impl Metric {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FirstResponse => "first_response",
            Self::NextResponse => "next_response",
            Self::Resolution => "resolution",
        }
    }
}

/// How a promise stands at a moment. `running`, `warning`, `breached` and `paused` are open; `met` and `missed` were
/// stopped in time or late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum ClockState {
    Running,
    /// The policy's share of the target is used.
    Warning,
    /// The due date has passed and the clock still runs.
    Breached,
    Paused,
    Met,
    Missed,
    Cancelled,
}

/// The deadline of a ticket that comes next: of its running clocks the one due first, otherwise a paused one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct NextDeadline {
    pub metric: Metric,
    pub state: ClockState,
    /// `null` while paused.
    #[schema(required)]
    pub due_at: Option<DateTime<Utc>>,
}
