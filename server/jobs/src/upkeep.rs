//! What every worker does beside jobs: frees those whose worker fell silent, and now and then removes what ended.

use std::time::{Duration, Instant};

use atum_core::{App, Result};
use tokio::time;

use crate::Pace;

/// What ended is kept a day or longer: a quarter of an hour more or less is nothing.
const PRUNE_EVERY: Duration = Duration::from_secs(900);
/// Rows that one transaction removes.
const PRUNED_AT_ONCE: i64 = 10_000;

pub(crate) async fn rounds(app: &App, pace: &Pace) {
    let (mut rounds, mut prune_after) = (time::interval(pace.rescue), Instant::now());
    loop {
        rounds.tick().await;
        match rescue(app, pace.stale).await {
            Ok(0) => {}
            Ok(freed) => tracing::warn!("{freed} jobs were taken from workers that fell silent or took too long"),
            Err(problem) => tracing::warn!("cannot look for silent workers: {problem}"),
        }
        if Instant::now() >= prune_after {
            prune_after = Instant::now() + PRUNE_EVERY;
            if let Err(problem) = prune(app).await {
                tracing::warn!("cannot remove finished jobs: {problem}");
            }
        }
    }
}

/// Frees jobs whose worker fell silent or whose attempt ran past its deadline. The update looks again at what made it
/// act, so that it never reopens what was finished meanwhile. That there is a deadline is what lets it use `job_held`, and
/// keeps every other statement from it: see docs/queue.md on bloat.
pub(crate) async fn rescue(app: &App, stale: Duration) -> Result<u64> {
    let mut tx = app.db.jobs().await?;
    let freed = sqlx::query!(
        "update queue.job
            set state = case when attempt >= max_attempts then 'dead' else 'available' end,
                finished_at = case when attempt >= max_attempts then now() end,
                run_at = now(), heartbeat_at = null,
                errors = errors || jsonb_build_array(jsonb_build_object('attempt', attempt, 'reason',
                    case when deadline_at < now() then 'ran past its deadline' else 'its worker fell silent' end))
          where state = 'running' and deadline_at is not null
            and (heartbeat_at < now() - make_interval(secs => $1) or deadline_at < now())",
        stale.as_secs_f64(),
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(freed.rows_affected())
}

/// Removes what was completed a day ago, what has been dead or discarded for 30 days, workers that died a day ago
/// without leaving, and what is counted of hours three days past. In small transactions: the rows of a flood must not be locked for as long as they take.
async fn prune(app: &App) -> Result<()> {
    loop {
        let mut tx = app.db.jobs().await?;
        let gone = sqlx::query!(
            "delete from queue.job where id = any (array(select id from queue.job
              where (state = 'completed' and finished_at < now() - interval '1 day')
                 or (state in ('dead', 'discarded') and finished_at < now() - interval '30 days')
              limit $1 for update skip locked))",
            PRUNED_AT_ONCE,
        )
        .execute(&mut *tx)
        .await?;
        sqlx::query!("delete from queue.worker where beat_at < now() - interval '1 day'").execute(&mut *tx).await?;
        sqlx::query!("delete from queue.hour where hour < now() - interval '3 days'").execute(&mut *tx).await?;
        tx.commit().await?;
        if i64::try_from(gone.rows_affected()) != Ok(PRUNED_AT_ONCE) {
            return Ok(());
        }
    }
}
