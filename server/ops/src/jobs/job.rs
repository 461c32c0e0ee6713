use std::collections::HashMap;

use atum_core::{
    App, Result,
    ids::{JobId, OrganizationId},
};
use atum_identity::{Overseer, organization_slugs};
use atum_jobs::{JobRow, JobState};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{Queue, reason};

/// One piece of work, without a word of what it is about.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QueuedJob {
    pub id: JobId,
    #[schema(example = "notify_people")]
    pub kind: String,
    pub queue: Queue,
    pub state: JobState,
    /// The slug of the organization whose work it is. `null` for admins: it is their own.
    pub organization: Option<String>,
    /// Attempts begun since it was enqueued or replayed.
    pub attempt: i32,
    pub max_attempts: i32,
    /// Lower is sooner.
    pub priority: i16,
    pub created_at: DateTime<Utc>,
    /// Not before then.
    pub run_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    /// Of one that runs: since its worker last gave a sign of life, by the database's clock.
    pub heartbeat_age_seconds: Option<f64>,
    /// Why the last attempt failed, without addresses and quotations.
    pub last_reason: Option<String>,
}

/// What went wrong once, or that somebody had it done again.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JobAttempt {
    /// Which attempt. `null`: the job was replayed.
    pub attempt: Option<i64>,
    pub reason: Option<String>,
    pub replayed_at: Option<DateTime<Utc>>,
}

/// Rows as the overseer may see them.
pub(super) async fn told(app: &App, overseer: &Overseer, rows: Vec<JobRow>) -> Result<Vec<QueuedJob>> {
    let slugs = match overseer {
        Overseer::Installation(_) => {
            let mut ids: Vec<_> = rows.iter().map(|row| row.organization_id).collect();
            ids.dedup();
            organization_slugs(app, &ids).await?
        }
        Overseer::Organization(_) => HashMap::new(),
    };
    Ok(rows.into_iter().map(|row| one(row, &slugs)).collect())
}

fn one(row: JobRow, slugs: &HashMap<OrganizationId, String>) -> QueuedJob {
    let last_reason = attempts(&row.errors).into_iter().rev().find_map(|attempt| attempt.reason);
    QueuedJob {
        id: row.id,
        queue: Queue::of(&row.kind),
        kind: row.kind,
        state: state(&row.state),
        organization: slugs.get(&row.organization_id).cloned(),
        attempt: row.attempt,
        max_attempts: row.max_attempts,
        priority: row.priority,
        created_at: row.created_at,
        run_at: row.run_at,
        finished_at: row.finished_at,
        heartbeat_age_seconds: row.heartbeat_age_seconds,
        last_reason,
    }
}

fn state(name: &str) -> JobState {
    match name {
        "running" => JobState::Running,
        "completed" => JobState::Completed,
        "dead" => JobState::Dead,
        "discarded" => JobState::Discarded,
        _ => JobState::Available,
    }
}

/// Oldest first.
pub(super) fn attempts(errors: &Value) -> Vec<JobAttempt> {
    let each = errors.as_array().map(Vec::as_slice).unwrap_or_default().iter();
    let told = each.map(|error| JobAttempt {
        attempt: error["attempt"].as_i64(),
        reason: error["reason"].as_str().map(reason),
        replayed_at: error["replayed_at"].as_str().and_then(|at| at.parse().ok()),
    });
    told.collect()
}
