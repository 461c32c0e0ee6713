//! What a worker writes to the queue. Every write but the claim itself is fenced by the lease.

use std::time::Duration;

use atum_core::{
    App, Result,
    ids::{JobId, OrganizationId, WorkerId},
};
use serde_json::{Value, json};

/// A job that sleeps in its worker longer than this without a sign of life is given to another.
const STALE_SECONDS: f64 = 90.0;
/// One organization's flood leaves room for the others.
const MOST_RUNNING_PER_ORGANIZATION: i64 = 16;

pub(crate) struct Claimed {
    pub id: JobId,
    pub organization_id: OrganizationId,
    pub kind: String,
    pub payload: Value,
    pub attempt: i32,
    pub max_attempts: i32,
    pub run_lease: i64,
    pub deadline_seconds: i32,
}

/// Takes up to `most` jobs that are due. Two workers never take one job: rows that another is taking are skipped.
pub(crate) async fn claim(app: &App, worker: WorkerId, most: i64) -> Result<Vec<Claimed>> {
    let mut tx = app.db.jobs().await?;
    let claimed = sqlx::query_as!(
        Claimed,
        r#"with busy as (
               select organization_id from queue.job where state = 'running'
                group by organization_id having count(*) >= $3
           ), due as (
               select id from queue.job
                where state = 'available' and run_at <= now()
                  and organization_id not in (select organization_id from busy)
                order by priority, run_at, id limit $2 for update skip locked
           )
           update queue.job j
              set state = 'running', attempt = attempt + 1, run_lease = run_lease + 1, worker_id = $1,
                  heartbeat_at = now(), deadline_at = now() + make_interval(secs => deadline_seconds)
             from due where j.id = due.id
           returning j.id as "id: JobId", j.organization_id as "organization_id: OrganizationId", kind, payload,
                     attempt, max_attempts, run_lease, deadline_seconds"#,
        worker.0,
        most,
        MOST_RUNNING_PER_ORGANIZATION,
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(claimed)
}

/// False: the lease was lost.
pub(crate) async fn beat(app: &App, job: &Claimed) -> Result<bool> {
    let mut tx = app.db.jobs().await?;
    let done = sqlx::query!(
        "update queue.job set heartbeat_at = now() where id = $1 and state = 'running' and run_lease = $2",
        job.id.0,
        job.run_lease,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(done.rows_affected() == 1)
}

/// Back to the queue after a failure, later each time; among the dead letters when the attempts are spent.
pub(crate) async fn fail(app: &App, job: &Claimed, reason: &str) -> Result<bool> {
    let mut tx = app.db.jobs().await?;
    let done = sqlx::query!(
        "update queue.job
            set state = case when attempt >= max_attempts then 'dead' else 'available' end,
                finished_at = case when attempt >= max_attempts then now() end,
                run_at = now() + make_interval(secs => $3), heartbeat_at = null, errors = errors || $4::jsonb
          where id = $1 and state = 'running' and run_lease = $2",
        job.id.0,
        job.run_lease,
        backoff(job.attempt).as_secs_f64(),
        json!([{ "attempt": job.attempt, "reason": reason }]),
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(done.rows_affected() == 1)
}

/// Gives a job back unspent: the process stops before it could finish.
pub(crate) async fn hand_back(app: &App, job: &Claimed) -> Result<()> {
    let mut tx = app.db.jobs().await?;
    sqlx::query!(
        "update queue.job set state = 'available', attempt = attempt - 1, run_at = now(), heartbeat_at = null
          where id = $1 and state = 'running' and run_lease = $2",
        job.id.0,
        job.run_lease,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}

/// Frees jobs whose worker fell silent or whose attempt ran past its deadline. The update looks again at what made it
/// act, so that it never reopens what was finished meanwhile.
pub(crate) async fn rescue(app: &App) -> Result<u64> {
    let mut tx = app.db.jobs().await?;
    let freed = sqlx::query!(
        "update queue.job
            set state = case when attempt >= max_attempts then 'dead' else 'available' end,
                finished_at = case when attempt >= max_attempts then now() end,
                run_at = now(), heartbeat_at = null,
                errors = errors || jsonb_build_array(jsonb_build_object('attempt', attempt, 'reason',
                    case when deadline_at < now() then 'ran past its deadline' else 'its worker fell silent' end))
          where state = 'running' and (heartbeat_at < now() - make_interval(secs => $1) or deadline_at < now())",
        STALE_SECONDS,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(freed.rows_affected())
}

/// Removes what was completed a day ago and what has been dead for 30 days.
pub(crate) async fn prune(app: &App) -> Result<u64> {
    let mut tx = app.db.jobs().await?;
    let gone = sqlx::query!(
        "delete from queue.job where id in (select id from queue.job
          where (state = 'completed' and finished_at < now() - interval '1 day')
             or (state = 'dead' and finished_at < now() - interval '30 days') limit 10000)"
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(gone.rows_affected())
}

/// 15 s, doubling up to 6 h, give or take a tenth so that what failed together does not come back together.
fn backoff(attempt: i32) -> Duration {
    let doublings = attempt.clamp(1, 16) - 1;
    let seconds = (15.0 * 2f64.powi(doublings)).min(6.0 * 3600.0);
    Duration::from_secs_f64(seconds * rand::random_range(0.9..1.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_doubles_from_15_s_and_ends_at_6_h() {
        for (attempt, seconds) in [(1, 15.0), (2, 30.0), (5, 240.0), (12, 21_600.0), (99, 21_600.0)] {
            let waited = backoff(attempt).as_secs_f64();
            assert!((seconds * 0.9..=seconds * 1.1).contains(&waited), "attempt {attempt} waits {waited} s");
        }
    }
}
