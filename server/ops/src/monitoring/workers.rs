use atum_core::{App, Result};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// One that was silent for longer has lost its jobs to another: see the queue's pace.
const SILENT_SECONDS: f64 = 90.0;
/// More rows than a page shows; the silent ones come first.
const MOST: i64 = 200;

/// One part of the work in one process.
#[derive(Serialize, ToSchema)]
pub(crate) struct MonitoredWorker {
    #[schema(value_type = String, format = Uuid)]
    id: uuid::Uuid,
    /// `jobs`, `sla`, `mail`, `schedules`, `audit`.
    kind: String,
    host: String,
    pid: i32,
    version: String,
    started_at: DateTime<Utc>,
    /// By the database's clock.
    heartbeat_age_seconds: f64,
    /// It gave no sign of life for longer than a lease lasts.
    silent: bool,
    /// Its last round failed.
    failing: bool,
}

pub(super) async fn list(app: &App) -> Result<Vec<MonitoredWorker>> {
    let mut tx = app.db.jobs().await?;
    let rows = sqlx::query!(
        r#"select id, kind, host, pid, version, started_at, detail ? 'error' as "failing!",
                  extract(epoch from now() - beat_at)::float8 as "age!"
             from queue.worker order by now() - beat_at > interval '90 seconds' desc, kind, host, started_at limit $1"#,
        MOST,
    );
    let rows = rows.fetch_all(&mut *tx).await?;
    let told = rows.into_iter().map(|row| MonitoredWorker {
        id: row.id,
        kind: row.kind,
        host: row.host,
        pid: row.pid,
        version: row.version,
        started_at: row.started_at,
        heartbeat_age_seconds: row.age.max(0.0),
        silent: row.age > SILENT_SECONDS,
        failing: row.failing,
    });
    Ok(told.collect())
}
