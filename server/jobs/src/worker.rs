//! The worker: claims, runs, beats, and ends each job in the transaction of its effects.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use anyhow::{Context, anyhow};
use atum_core::{
    App,
    caller::{Reason, System},
    ids::WorkerId,
    wake::Notice,
};
use futures::FutureExt;
use tokio::{sync::Semaphore, time};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    Registry,
    claim::{self, Claimed},
    heartbeat,
};

const CONCURRENCY: u32 = 8;
const POLL: Duration = Duration::from_secs(2);
const BEAT: Duration = Duration::from_secs(30);
/// How long a stopping worker lets running jobs finish before it hands them back.
const DRAIN: Duration = Duration::from_secs(20);

/// Runs jobs until told to stop, then drains.
pub async fn run(app: App, registry: Arc<Registry>, stop: CancellationToken) {
    let worker = WorkerId::new();
    let slots = Arc::new(Semaphore::new(CONCURRENCY as usize));
    let (tasks, abandon) = (TaskTracker::new(), CancellationToken::new());
    let rounds = async {
        tokio::join!(
            claim_rounds(&app, &registry, worker, &slots, &tasks, &abandon),
            rescue_rounds(&app),
            heartbeat::beat_always(&app, "jobs", worker),
        )
    };
    tokio::select! { _ = rounds => {}, () = stop.cancelled() => {} }
    tasks.close();
    if time::timeout(DRAIN, tasks.wait()).await.is_err() {
        abandon.cancel();
        tasks.wait().await;
    }
    heartbeat::leave(&app, worker).await;
}

async fn claim_rounds(
    app: &App,
    registry: &Arc<Registry>,
    worker: WorkerId,
    slots: &Arc<Semaphore>,
    tasks: &TaskTracker,
    abandon: &CancellationToken,
) {
    let mut notices = app.wake.subscribe();
    loop {
        let Ok(first) = slots.clone().acquire_owned().await else { return };
        let free = 1 + i64::try_from(slots.available_permits()).unwrap_or(0);
        drop(first);
        let claimed = claim::claim(app, worker, free).await.unwrap_or_else(|problem| {
            tracing::warn!("cannot claim jobs: {problem}");
            vec![]
        });
        let more = i64::try_from(claimed.len()) == Ok(free);
        for job in claimed {
            let (app, registry, abandon) = (app.clone(), registry.clone(), abandon.clone());
            let Ok(slot) = slots.clone().acquire_owned().await else { return };
            tasks.spawn(async move {
                attempt(&app, &registry, job, &abandon).await;
                drop(slot);
            });
        }
        if !more {
            wait_for_work(&mut notices).await;
        }
    }
}

/// A notice that something was enqueued, or the next look of the poll.
async fn wait_for_work(notices: &mut tokio::sync::broadcast::Receiver<Notice>) {
    use tokio::sync::broadcast::error::RecvError;
    let hear = async {
        loop {
            match notices.recv().await {
                Ok(Notice::Jobs | Notice::Resync) | Err(RecvError::Lagged(_)) => return,
                Ok(_) => {}
                Err(RecvError::Closed) => std::future::pending::<()>().await,
            }
        }
    };
    let _ = time::timeout(POLL, hear).await;
}

async fn rescue_rounds(app: &App) {
    let mut rounds = time::interval(Duration::from_secs(30));
    loop {
        rounds.tick().await;
        match claim::rescue(app).await {
            Ok(0) => {}
            Ok(freed) => tracing::warn!("{freed} jobs were taken from workers that fell silent or took too long"),
            Err(problem) => tracing::warn!("cannot look for silent workers: {problem}"),
        }
        if let Err(problem) = claim::prune(app).await {
            tracing::warn!("cannot remove finished jobs: {problem}");
        }
    }
}

/// One attempt from claim to end. Whatever happens, the row tells it.
async fn attempt(app: &App, registry: &Registry, job: Claimed, abandon: &CancellationToken) {
    let deadline = Duration::from_secs(job.deadline_seconds.unsigned_abs().into());
    let work = AssertUnwindSafe(time::timeout(deadline, carry_out(app, registry, &job))).catch_unwind();
    let outcome = tokio::select! {
        outcome = work => outcome,
        () = beat_while_running(app, &job) => return stale(&job, "lost its lease"),
        () = abandon.cancelled() => return drop(claim::hand_back(app, &job).await),
    };
    let failure = match outcome {
        Ok(Ok(Ok(true))) => return metrics::counter!("atum_jobs_completed_total").increment(1),
        Ok(Ok(Ok(false))) => return stale(&job, "finished late"),
        Ok(Ok(Err(error))) => format!("{error:#}"),
        Ok(Err(_)) => "ran past its deadline".to_owned(),
        Err(panic) => format!("panicked: {}", words_of(&*panic)),
    };
    fail(app, &job, &failure).await;
}

async fn fail(app: &App, job: &Claimed, reason: &str) {
    tracing::warn!(job = %job.id, kind = job.kind, attempt = job.attempt, "job failed: {reason}");
    metrics::counter!("atum_jobs_failed_total").increment(1);
    match claim::fail(app, job, reason).await {
        Ok(true) if job.attempt >= job.max_attempts => tracing::error!(job = %job.id, kind = job.kind, "job is dead"),
        Ok(true) => {}
        Ok(false) => stale(job, "failed late"),
        Err(problem) => tracing::warn!(job = %job.id, "the failure could not be written: {problem}"),
    }
}

fn stale(job: &Claimed, what: &str) {
    metrics::counter!("atum_jobs_stale_total").increment(1);
    tracing::warn!(job = %job.id, kind = job.kind, "a worker {what}; its result was thrown away");
}

/// The handler's writes and the job's end, in one transaction. False: the lease was lost and nothing was written.
async fn carry_out(app: &App, registry: &Registry, job: &Claimed) -> anyhow::Result<bool> {
    let run = registry.get(&job.kind).ok_or_else(|| anyhow!("nobody handles jobs of kind {}", job.kind))?;
    let mut tx = app.db.write(&System { organization_id: job.organization_id, reason: Reason::Job }).await?;
    run(app, &mut tx, job.payload.clone()).await?;
    let finished = sqlx::query_scalar!("select queue.finish_job($1, $2)", job.id.0, job.run_lease)
        .fetch_one(&mut *tx)
        .await
        .context("cannot finish")?;
    if finished != Some(true) {
        return Ok(false);
    }
    tx.commit().await?;
    Ok(true)
}

/// Ends only when the lease is lost.
async fn beat_while_running(app: &App, job: &Claimed) {
    loop {
        time::sleep(BEAT).await;
        if let Ok(false) = claim::beat(app, job).await {
            return;
        }
    }
}

fn words_of(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no words")
}

/// Runs what is due now until nothing is left, and tells how many. For tests and for commands that must not leave
/// work behind; a job that fails stays in the queue for its next attempt.
pub async fn drain(app: &App, registry: &Registry) -> anyhow::Result<usize> {
    let (worker, never) = (WorkerId::new(), CancellationToken::new());
    let mut done = 0;
    loop {
        let claimed = claim::claim(app, worker, 100).await?;
        if claimed.is_empty() {
            return Ok(done);
        }
        for job in claimed {
            attempt(app, registry, job, &never).await;
            done += 1;
        }
    }
}
