//! Dead letters, one or many: run again or laid aside. Each organization concerned has an event of it.

use std::collections::BTreeMap;

use atum_audit::Event;
use atum_core::{
    App, Problem, Problems, Result,
    caller::{Reason, System},
    db::{ReadWrite, TenantTx},
    extract::{Json, Path},
    ids::{JobId, OrganizationId},
};
use atum_identity::Overseer;
use atum_jobs::{Choice, JobRow, JobState};
use axum::{extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

/// Dead letters that one request changes.
const AT_ONCE: usize = 500;

#[derive(Debug, Clone, Copy)]
enum Act {
    Replay,
    Discard,
}

/// Either by their ids, or all of a kind.
#[derive(Deserialize, ToSchema)]
pub(crate) struct WhichJobs {
    /// At most 500.
    job_ids: Option<Vec<JobId>>,
    /// All dead letters of this kind, 500 at a time.
    kind: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct JobsChanged {
    /// How many are changed.
    done: u32,
    refused: Vec<JobRefused>,
    /// Of the kind there are more: ask again.
    more: bool,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct JobRefused {
    job_id: JobId,
    detail: String,
}

/// Gives a dead job all its attempts again, due now. 404: there is none of this id that is dead; 409: another of its key
/// waits or runs.
#[utoipa::path(post, path = "/api/v1/internal/jobs/{id}/replay", tag = "operation", params(("id" = JobId, Path)),
    responses((status = 204), Problems))]
pub(crate) async fn replay_job(
    State(app): State<App>,
    overseer: Overseer,
    Path(id): Path<JobId>,
) -> Result<StatusCode> {
    change_one(&app, &overseer, Act::Replay, id).await
}

/// Lays a dead job aside: it is counted no more and removed after 30 days.
#[utoipa::path(post, path = "/api/v1/internal/jobs/{id}/discard", tag = "operation", params(("id" = JobId, Path)),
    responses((status = 204), Problems))]
pub(crate) async fn discard_job(
    State(app): State<App>,
    overseer: Overseer,
    Path(id): Path<JobId>,
) -> Result<StatusCode> {
    change_one(&app, &overseer, Act::Discard, id).await
}

/// Replays many; one that is refused keeps no other from it. 404: one of the ids names no job.
#[utoipa::path(post, path = "/api/v1/internal/jobs/replay", tag = "operation",
    responses((status = 200, body = JobsChanged), Problems))]
pub(crate) async fn replay_jobs(
    State(app): State<App>,
    overseer: Overseer,
    Json(which): Json<WhichJobs>,
) -> Result<Json<JobsChanged>> {
    change_many(&app, &overseer, Act::Replay, which).await.map(Json)
}

/// Lays many aside; one that is refused keeps no other from it. 404: one of the ids names no job.
#[utoipa::path(post, path = "/api/v1/internal/jobs/discard", tag = "operation",
    responses((status = 200, body = JobsChanged), Problems))]
pub(crate) async fn discard_jobs(
    State(app): State<App>,
    overseer: Overseer,
    Json(which): Json<WhichJobs>,
) -> Result<Json<JobsChanged>> {
    change_many(&app, &overseer, Act::Discard, which).await.map(Json)
}

async fn change_one(app: &App, overseer: &Overseer, act: Act, id: JobId) -> Result<StatusCode> {
    let rows = atum_jobs::jobs_by_id(app, &[id], overseer.organization()).await?;
    if !rows.iter().any(|row| row.state == "dead") {
        return Err(Problem::not_found());
    }
    note(app, overseer, act, &rows).await?;
    act.on(app, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn change_many(app: &App, overseer: &Overseer, act: Act, which: WhichJobs) -> Result<JobsChanged> {
    let (rows, more) = which.find(app, overseer).await?;
    note(app, overseer, act, &rows).await?;
    let mut changed = JobsChanged { done: 0, refused: vec![], more };
    for row in rows {
        match act.on(app, row.id).await {
            Ok(()) => changed.done += 1,
            Err(problem) => changed.refused.push(JobRefused { job_id: row.id, detail: problem.to_string() }),
        }
    }
    Ok(changed)
}

impl WhichJobs {
    async fn find(self, app: &App, overseer: &Overseer) -> Result<(Vec<JobRow>, bool)> {
        match (self.job_ids, self.kind) {
            (Some(ids), None) if ids.len() > AT_ONCE => {
                Err(Problem::field("job_ids", "too_many", "at most 500 at a time"))
            }
            (Some(mut ids), None) => {
                ids.sort();
                ids.dedup();
                let rows = atum_jobs::jobs_by_id(app, &ids, overseer.organization()).await?;
                if rows.len() == ids.len() { Ok((rows, false)) } else { Err(Problem::not_found()) }
            }
            (None, Some(kind)) => {
                let choice =
                    Choice { organization: overseer.organization(), kinds: Some(vec![kind]), except_kinds: vec![] };
                let (rows, next) = atum_jobs::list_jobs(app, &choice, JobState::Dead, None, AT_ONCE as i64).await?;
                Ok((rows, next.is_some()))
            }
            _ => Err(Problem::field("job_ids", "required", "either job_ids or kind")),
        }
    }
}

impl Act {
    async fn on(self, app: &App, id: JobId) -> Result<()> {
        match self {
            Self::Replay => atum_jobs::replay(app, id).await,
            Self::Discard => atum_jobs::discard(app, id).await,
        }
    }

    fn event(self) -> &'static str {
        match self {
            Self::Replay => "jobs_replayed",
            Self::Discard => "jobs_discarded",
        }
    }
}

/// Before it is done, so that nothing is done that is not noted.
async fn note(app: &App, overseer: &Overseer, act: Act, rows: &[JobRow]) -> Result<()> {
    let mut organizations: BTreeMap<OrganizationId, Vec<&JobRow>> = BTreeMap::new();
    for row in rows {
        organizations.entry(row.organization_id).or_default().push(row);
    }
    for (organization_id, rows) in organizations {
        let tx = match overseer {
            Overseer::Installation(_) => app.db.write(&System { organization_id, reason: Reason::Operator }).await?,
            Overseer::Organization(admin) => app.db.write(admin).await?,
        };
        note_in(tx, overseer, act, &rows).await?;
    }
    Ok(())
}

async fn note_in(mut tx: TenantTx<ReadWrite>, overseer: &Overseer, act: Act, rows: &[&JobRow]) -> Result<()> {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows {
        *kinds.entry(&row.kind).or_default() += 1;
    }
    let mut detail = json!({ "jobs": kinds });
    if overseer.organization().is_none() {
        detail["by"] = "operator".into();
    }
    atum_audit::record(&mut tx, Event::internal(act.event()).detail(detail)).await?;
    tx.commit().await
}
