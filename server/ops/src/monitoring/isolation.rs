use atum_core::{App, Result};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::proof::{Report, Status};

/// The newest proof of isolation, whichever process made it. Nothing is proved for being looked at here.
#[derive(Serialize, ToSchema)]
#[schema(as = MonitoredIsolation)]
pub(crate) struct Isolation {
    status: Status,
    checked_at: DateTime<Utc>,
    tables_verified: usize,
    tables_total: usize,
    violations: Vec<String>,
}

/// `None`: nobody proved it yet, or in a version that this one cannot read.
pub(super) async fn newest(app: &App) -> Result<Option<Isolation>> {
    let mut tx = app.db.jobs().await?;
    let kept = sqlx::query_scalar!("select report from queue.isolation_report").fetch_optional(&mut *tx).await?;
    let report: Option<Report> = kept.and_then(|report| serde_json::from_value(report).ok());
    Ok(report.map(|report| Isolation {
        status: report.status,
        checked_at: report.checked_at,
        tables_verified: report.tables_verified,
        tables_total: report.tables_total,
        violations: report.violations.iter().map(ToString::to_string).collect(),
    }))
}
