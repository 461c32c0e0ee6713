//! Jobs for people to look at, state by state, each in the order of the index that its state has. A page looks at no more
//! than [`WINDOW`] jobs: where few of them are of the kinds that are asked for it is short, and the next goes on.

use atum_core::{
    App, Result,
    db::JobsTx,
    ids::{JobId, OrganizationId, WorkerId},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::depth::range;

/// Jobs that one page looks at.
const WINDOW: i64 = 5_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    Available,
    Running,
    Completed,
    Dead,
    Discarded,
}

impl JobState {
    fn name(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Dead => "dead",
            Self::Discarded => "discarded",
        }
    }
}

/// Which jobs.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// `None`: every organization's.
    pub organization: Option<OrganizationId>,
    /// Of these kinds alone, if any are named.
    pub kinds: Option<Vec<String>>,
    pub except_kinds: Vec<String>,
}

/// One row of `queue.job`, without what it is about.
#[derive(Debug, Clone)]
pub struct JobRow {
    pub id: JobId,
    pub organization_id: OrganizationId,
    pub kind: String,
    pub state: String,
    pub priority: i16,
    pub batched: bool,
    pub attempt: i32,
    pub max_attempts: i32,
    pub run_at: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    pub deadline_at: Option<DateTime<Utc>>,
    pub worker_id: Option<WorkerId>,
    /// By the database's clock, of a job that runs.
    pub heartbeat_age_seconds: Option<f64>,
    /// What went wrong, oldest first; replays are among it.
    pub errors: Value,
    chosen: bool,
}

/// Where a page ends, by the order of its state.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct JobKey {
    batched: bool,
    organization_id: Uuid,
    priority: i16,
    at: DateTime<Utc>,
    id: Uuid,
}

impl JobKey {
    fn of(job: &JobRow, state: JobState) -> Self {
        let at = match state {
            JobState::Available => job.run_at,
            JobState::Running => job.deadline_at.unwrap_or(job.run_at),
            _ => job.finished_at.unwrap_or(job.run_at),
        };
        Self { batched: job.batched, organization_id: job.organization_id.0, priority: job.priority, at, id: job.id.0 }
    }
}

/// At most `limit` jobs of the state after `after`, and where the next page begins.
pub async fn list_jobs(
    app: &App,
    choice: &Choice,
    state: JobState,
    after: Option<JobKey>,
    limit: i64,
) -> Result<(Vec<JobRow>, Option<JobKey>)> {
    let mut tx = app.db.jobs().await?;
    let rows = match (state, choice.organization) {
        (JobState::Available, _) => waiting(&mut tx, choice, after, limit + 1).await?,
        (JobState::Running, _) => running(&mut tx, choice, after, limit + 1).await?,
        (JobState::Dead | JobState::Discarded, Some(_)) => put_aside(&mut tx, choice, state, after, limit + 1).await?,
        _ => ended(&mut tx, choice, state, after, limit + 1).await?,
    };
    Ok(page(rows, state, limit))
}

/// The window's last row is given whatever its kind is: it says where to go on, and is no part of the page.
fn page(rows: Vec<JobRow>, state: JobState, limit: i64) -> (Vec<JobRow>, Option<JobKey>) {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let chosen = rows.iter().filter(|job| job.chosen).count();
    if chosen > limit {
        let page: Vec<JobRow> = rows.into_iter().filter(|job| job.chosen).take(limit).collect();
        let next = page.last().map(|job| JobKey::of(job, state));
        return (page, next);
    }
    let seen = rows.last().filter(|job| !job.chosen).map(|job| JobKey::of(job, state));
    (rows.into_iter().filter(|job| job.chosen).collect(), seen)
}

/// In the order in which they are claimed: see claim.rs.
async fn waiting(tx: &mut JobsTx, choice: &Choice, after: Option<JobKey>, limit: i64) -> Result<Vec<JobRow>> {
    let (least, most) = range(choice.organization);
    let beginning =
        JobKey { batched: false, organization_id: least, priority: -1, at: DateTime::UNIX_EPOCH, id: Uuid::nil() };
    let singly_done = after.as_ref().is_some_and(|after| after.batched);
    let singly = after.clone().filter(|after| !after.batched).unwrap_or_else(|| beginning.clone());
    let in_batches = after.filter(|after| after.batched).unwrap_or(beginning);
    Ok(sqlx::query_as!(
        JobRow,
        r#"select id as "id!: JobId", organization_id as "organization_id!: OrganizationId", kind as "kind!",
                  state as "state!", priority as "priority!", batched as "batched!", attempt as "attempt!",
                  max_attempts as "max_attempts!", run_at as "run_at!", created_at as "created_at!", finished_at,
                  deadline_at, worker_id as "worker_id: WorkerId", null::float8 as heartbeat_age_seconds,
                  errors as "errors!", chosen as "chosen!"
             from (select seen.*, row_number() over () as place,
                          ($13::text[] is null or kind = any ($13)) and kind <> all ($14) as chosen
                     from (select job.* from unnest(array[false, true], array[$1::uuid, $2], array[$3::smallint, $4],
                                                    array[$5::timestamptz, $6], array[$7::uuid, $8])
                                  as lane (batched, organization_id, priority, run_at, id)
                            cross join lateral (
                                select j.* from queue.job j
                                 where j.state = 'available' and j.batched = lane.batched
                                   and j.organization_id >= $9 and j.organization_id <= $10
                                   and (j.organization_id, j.priority, j.run_at, j.id)
                                     > (lane.organization_id, lane.priority, lane.run_at, lane.id)
                                 order by j.organization_id, j.priority, j.run_at, j.id limit $11) job
                            where lane.batched or not $15
                            order by job.batched, job.organization_id, job.priority, job.run_at, job.id
                            limit $11) seen) numbered
            where chosen or place = $11 order by place limit $12"#,
        singly.organization_id,
        in_batches.organization_id,
        singly.priority,
        in_batches.priority,
        singly.at,
        in_batches.at,
        singly.id,
        in_batches.id,
        least,
        most,
        WINDOW,
        limit,
        choice.kinds.as_deref(),
        &choice.except_kinds,
        singly_done,
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// By their deadline; there are never more than the workers have places.
async fn running(tx: &mut JobsTx, choice: &Choice, after: Option<JobKey>, limit: i64) -> Result<Vec<JobRow>> {
    let (least, most) = range(choice.organization);
    let (at, id) = after.map_or((DateTime::UNIX_EPOCH, Uuid::nil()), |after| (after.at, after.id));
    Ok(sqlx::query_as!(
        JobRow,
        r#"select id as "id: JobId", organization_id as "organization_id: OrganizationId", kind, state, priority,
                  batched, attempt, max_attempts, run_at, created_at, finished_at, deadline_at,
                  worker_id as "worker_id: WorkerId",
                  extract(epoch from now() - heartbeat_at)::float8 as heartbeat_age_seconds, errors, true as "chosen!"
             from queue.job
            where state = 'running' and deadline_at is not null and deadline_at >= $1 and (deadline_at, id) > ($1, $2)
              and organization_id >= $3 and organization_id <= $4
              and ($5::text[] is null or kind = any ($5)) and kind <> all ($6)
            order by deadline_at, id limit $7"#,
        at,
        id,
        least,
        most,
        choice.kinds.as_deref(),
        &choice.except_kinds,
        limit,
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// The end of time, as far as both clocks reach.
fn newest(after: Option<JobKey>) -> (DateTime<Utc>, Uuid) {
    let end = DateTime::from_timestamp(4_102_444_800, 0).unwrap_or(DateTime::UNIX_EPOCH);
    after.map_or((end, Uuid::max()), |after| (after.at, after.id))
}

/// What ended, newest first.
async fn ended(
    tx: &mut JobsTx,
    choice: &Choice,
    state: JobState,
    after: Option<JobKey>,
    limit: i64,
) -> Result<Vec<JobRow>> {
    let (at, id) = newest(after);
    Ok(sqlx::query_as!(
        JobRow,
        r#"select id as "id!: JobId", organization_id as "organization_id!: OrganizationId", kind as "kind!",
                  state as "state!", priority as "priority!", batched as "batched!", attempt as "attempt!",
                  max_attempts as "max_attempts!", run_at as "run_at!", created_at as "created_at!", finished_at,
                  deadline_at, worker_id as "worker_id: WorkerId", null::float8 as heartbeat_age_seconds,
                  errors as "errors!", chosen as "chosen!"
             from (select seen.*, row_number() over () as place,
                          ($4::text[] is null or kind = any ($4)) and kind <> all ($5)
                              and ($8::uuid is null or organization_id = $8) as chosen
                     from (select * from queue.job
                            where state = $1 and finished_at <= $2 and (finished_at, id) < ($2, $3)
                            order by finished_at desc, id desc limit $6) seen) numbered
            where chosen or place = $6 order by place limit $7"#,
        state.name(),
        at,
        id,
        choice.kinds.as_deref(),
        &choice.except_kinds,
        WINDOW,
        limit,
        choice.organization.map(|id| id.0),
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// One organization's dead letters and what was laid aside, newest first.
async fn put_aside(
    tx: &mut JobsTx,
    choice: &Choice,
    state: JobState,
    after: Option<JobKey>,
    limit: i64,
) -> Result<Vec<JobRow>> {
    let (at, id) = newest(after);
    Ok(sqlx::query_as!(
        JobRow,
        r#"select id as "id!: JobId", organization_id as "organization_id!: OrganizationId", kind as "kind!",
                  state as "state!", priority as "priority!", batched as "batched!", attempt as "attempt!",
                  max_attempts as "max_attempts!", run_at as "run_at!", created_at as "created_at!", finished_at,
                  deadline_at, worker_id as "worker_id: WorkerId", null::float8 as heartbeat_age_seconds,
                  errors as "errors!", chosen as "chosen!"
             from (select seen.*, row_number() over () as place,
                          ($5::text[] is null or kind = any ($5)) and kind <> all ($6) as chosen
                     from (select * from queue.job
                            where organization_id = $1 and state = $2 and state in ('dead', 'discarded')
                              and (finished_at, id) < ($3, $4)
                            order by finished_at desc, id desc limit $7) seen) numbered
            where chosen or place = $7 order by place limit $8"#,
        choice.organization.map(|id| id.0),
        state.name(),
        at,
        id,
        choice.kinds.as_deref(),
        &choice.except_kinds,
        WINDOW,
        limit,
    )
    .fetch_all(&mut **tx)
    .await?)
}

/// Those of these ids that there are, in this organization if one is named.
pub async fn jobs_by_id(app: &App, ids: &[JobId], of: Option<OrganizationId>) -> Result<Vec<JobRow>> {
    let mut tx = app.db.jobs().await?;
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    Ok(sqlx::query_as!(
        JobRow,
        r#"select id as "id: JobId", organization_id as "organization_id: OrganizationId", kind, state, priority,
                  batched, attempt, max_attempts, run_at, created_at, finished_at, deadline_at,
                  worker_id as "worker_id: WorkerId",
                  case when state = 'running' then extract(epoch from now() - heartbeat_at)::float8 end
                      as heartbeat_age_seconds, errors, true as "chosen!"
             from queue.job where id = any ($1) and ($2::uuid is null or organization_id = $2) order by id"#,
        &ids,
        of.map(|id| id.0),
    )
    .fetch_all(&mut *tx)
    .await?)
}

/// What a job is about, and who does it.
pub struct JobDetail {
    pub payload: Value,
    pub unique_key: bool,
    pub deadline_seconds: i32,
    pub host: Option<String>,
    pub pid: Option<i32>,
    pub worker_kind: Option<String>,
}

pub async fn job_detail(app: &App, id: JobId) -> Result<Option<JobDetail>> {
    let mut tx = app.db.jobs().await?;
    let detail = sqlx::query_as!(
        JobDetail,
        r#"select j.payload, j.unique_key is not null as "unique_key!", j.deadline_seconds, w.host as "host?",
                  w.pid as "pid?", w.kind as "worker_kind?"
             from queue.job j left join queue.worker w on w.id = j.worker_id where j.id = $1"#,
        id.0,
    );
    Ok(detail.fetch_optional(&mut *tx).await?)
}
