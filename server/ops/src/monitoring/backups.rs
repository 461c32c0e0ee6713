use atum_core::{App, Result};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// The newest of each kind: see docs/backup.md. A backup counts when it was restored, and not before.
#[derive(Default, Serialize, ToSchema)]
pub(crate) struct Backups {
    /// `null`: none was ever made.
    full: Option<BackupRun>,
    /// The restore that proved one.
    drill: Option<BackupRun>,
    /// The log of changes beside the backups.
    archive: Option<BackupRun>,
    /// What failed since the last of its kind succeeded, or is under way.
    since: Vec<BackupRun>,
}

#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct BackupRun {
    /// `full`, `drill` or `archive`.
    kind: String,
    /// `running`, `succeeded` or `failed`.
    outcome: String,
    started_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
    /// Since it ended, or began where it runs; by the database's clock.
    age_seconds: f64,
    /// Of the backup that was made or restored.
    name: Option<String>,
    bytes: Option<i64>,
    /// What went wrong.
    error: Option<String>,
}

pub(super) async fn newest(app: &App) -> Result<Backups> {
    let mut tx = app.db.jobs().await?;
    let rows = sqlx::query_as!(
        BackupRun,
        r#"select distinct on (kind, outcome) kind, outcome, started_at, finished_at,
                  greatest(0, extract(epoch from now() - coalesce(finished_at, started_at)))::float8 as "age_seconds!",
                  name, bytes, error
             from queue.backup order by kind, outcome, finished_at desc nulls first"#
    );
    let mut backups = Backups::default();
    let (succeeded, others): (Vec<_>, Vec<_>) =
        rows.fetch_all(&mut *tx).await?.into_iter().partition(|run| run.outcome == "succeeded");
    backups.since = others.into_iter().filter(|run| is_newer(run, &succeeded)).collect();
    for run in succeeded {
        match run.kind.as_str() {
            "full" => backups.full = Some(run),
            "drill" => backups.drill = Some(run),
            _ => backups.archive = Some(run),
        }
    }
    Ok(backups)
}

fn is_newer(run: &BackupRun, succeeded: &[BackupRun]) -> bool {
    let last = succeeded.iter().find(|good| good.kind == run.kind);
    last.is_none_or(|good| run.age_seconds < good.age_seconds)
}
