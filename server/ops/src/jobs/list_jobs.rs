use atum_core::{
    App, Problems, Result,
    extract::{Json, Query},
    page::{self, PageQuery},
};
use atum_identity::Overseer;
use atum_jobs::{Choice, JobKey, JobState};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Queue,
    job::{QueuedJob, told},
    queue,
};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct JobFilter {
    /// `dead` unless given.
    state: Option<JobState>,
    /// Such as `notify_people`.
    kind: Option<String>,
    queue: Option<Queue>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct JobPage {
    items: Vec<QueuedJob>,
    next_cursor: Option<String>,
}

/// Jobs of one state: those that ended newest first, those that wait in the order in which they are taken. A page looks at
/// a bounded number of jobs, so that one of a rare kind may hold fewer than asked for and still have a next.
#[utoipa::path(get, path = "/api/v1/internal/jobs", tag = "operation", params(JobFilter, PageQuery),
    responses((status = 200, body = JobPage), Problems))]
pub(crate) async fn list_jobs(
    State(app): State<App>,
    overseer: Overseer,
    Query(filter): Query<JobFilter>,
    Query(at): Query<PageQuery>,
) -> Result<Json<JobPage>> {
    let state = filter.state.unwrap_or(JobState::Dead);
    let choice = filter.choice(&overseer);
    let (rows, next) = atum_jobs::list_jobs(&app, &choice, state, at.after::<JobKey>()?, at.limit()).await?;
    let next_cursor = next.and_then(|key| page::cursor(&key));
    Ok(Json(JobPage { items: told(&app, &overseer, rows).await?, next_cursor }))
}

impl JobFilter {
    fn choice(self, overseer: &Overseer) -> Choice {
        let by_queue = match self.queue {
            Some(Queue::Mail) => Some(queue::mail()),
            _ => None,
        };
        let kinds = match (self.kind, by_queue) {
            (Some(kind), Some(kinds)) => Some(kinds.into_iter().filter(|one| *one == kind).collect()),
            (Some(kind), None) => Some(vec![kind]),
            (None, kinds) => kinds,
        };
        let except_kinds = if self.queue == Some(Queue::Jobs) { queue::mail() } else { vec![] };
        Choice { organization: overseer.organization(), kinds, except_kinds }
    }
}
