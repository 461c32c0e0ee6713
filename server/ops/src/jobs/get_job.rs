use atum_core::{
    App, Problem, Problems, Result,
    extract::{Json, Path},
    ids::JobId,
};
use atum_identity::Overseer;
use axum::extract::State;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    job::{JobAttempt, QueuedJob, attempts, told},
    wordless,
};

#[derive(Serialize, ToSchema)]
pub(crate) struct QueuedJobDetail {
    #[serde(flatten)]
    job: QueuedJob,
    /// What went wrong and when it was replayed, oldest first.
    attempts: Vec<JobAttempt>,
    /// The ids and numbers that it was enqueued with; every text is `null`.
    #[schema(value_type = Object)]
    payload: Value,
    /// Of its kind and key only one waits or runs at a time.
    unique: bool,
    /// The longest that one attempt may take.
    deadline_seconds: i32,
    /// Who runs it, or ran it last, where that worker still lives. `null` for admins.
    worker: Option<JobWorker>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct JobWorker {
    kind: String,
    host: String,
    pid: i32,
}

#[utoipa::path(get, path = "/api/v1/internal/jobs/{id}", tag = "operation", params(("id" = JobId, Path)),
    responses((status = 200, body = QueuedJobDetail), Problems))]
pub(crate) async fn get_job(
    State(app): State<App>,
    overseer: Overseer,
    Path(id): Path<JobId>,
) -> Result<Json<QueuedJobDetail>> {
    let rows = atum_jobs::jobs_by_id(&app, &[id], overseer.organization()).await?;
    let attempts = rows.first().map(|row| attempts(&row.errors)).ok_or_else(Problem::not_found)?;
    let job = told(&app, &overseer, rows).await?.pop().ok_or_else(Problem::not_found)?;
    let detail = atum_jobs::job_detail(&app, id).await?.ok_or_else(Problem::not_found)?;
    let worker = detail.worker_kind.zip(detail.host).zip(detail.pid);
    let worker = worker.filter(|_| overseer.organization().is_none());
    Ok(Json(QueuedJobDetail {
        job,
        attempts,
        payload: wordless::payload(detail.payload),
        unique: detail.unique_key,
        deadline_seconds: detail.deadline_seconds,
        worker: worker.map(|((kind, host), pid)| JobWorker { kind, host, pid }),
    }))
}
