//! What a worker writes about a job it holds. Every write is fenced by the lease of the claim.

use std::time::Duration;

use atum_core::{App, Result};
use serde_json::json;

use crate::claim::Claimed;

/// False: some lease was lost.
pub(crate) async fn beat(app: &App, jobs: &[Claimed]) -> Result<bool> {
    let (ids, leases) = held(jobs);
    let mut tx = app.db.jobs().await?;
    let done = sqlx::query!(
        "update queue.job j set heartbeat_at = now() from unnest($1::uuid[], $2::bigint[]) held (id, run_lease)
          where j.id = held.id and j.state = 'running' and j.run_lease = held.run_lease",
        &ids,
        &leases,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(done.rows_affected() == jobs.len() as u64)
}

/// Ids and leases, as PostgreSQL takes pairs.
pub(crate) fn held(jobs: &[Claimed]) -> (Vec<uuid::Uuid>, Vec<i64>) {
    jobs.iter().map(|job| (job.id.0, job.run_lease)).unzip()
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
