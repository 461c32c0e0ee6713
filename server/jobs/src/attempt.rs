//! One attempt, from claim to end: of a job by itself, or of cheap ones together.

use std::{any::Any, panic::AssertUnwindSafe, time::Duration};

use anyhow::{Context, anyhow};
use atum_core::{
    App,
    caller::{Reason, System},
    db::{ReadWrite, TenantTx},
};
use futures::FutureExt;
use tokio::time;
use tokio_util::sync::CancellationToken;

use crate::{
    Pace, Registry,
    claim::Claimed,
    effect, lease,
    tally::{Late, Tally},
};

/// What an attempt needs of its worker.
pub(crate) struct Workshop {
    pub app: App,
    pub registry: std::sync::Arc<Registry>,
    pub pace: Pace,
    pub tally: Tally,
    /// The process ends: what runs is handed back.
    pub abandon: CancellationToken,
}

impl Workshop {
    /// One job in its own transaction. Whatever happens, the row tells it.
    pub async fn attempt(&self, job: &Claimed) {
        let one = std::slice::from_ref(job);
        let work = AssertUnwindSafe(time::timeout(deadline(job), self.carry_out(one))).catch_unwind();
        let outcome = tokio::select! {
            outcome = work => outcome,
            () = self.beat_until_lost(one) => return self.late(job, Late::Beat),
            () = self.abandon.cancelled() => return self.hand_back(job).await,
        };
        let failure = match outcome {
            Ok(Ok(Ok(true))) => return self.tally.completed(one),
            Ok(Ok(Ok(false))) => return self.late(job, Late::Finish),
            Ok(Ok(Err(error))) => format!("{error:#}"),
            Ok(Err(_)) => "ran past its deadline".to_owned(),
            Err(panic) => format!("panicked: {}", words_of(&*panic)),
        };
        self.fail(job, &failure).await;
    }

    /// Jobs of one organization in one transaction. If anything is amiss with any of them nothing was done, and each is
    /// attempted by itself: only the one to blame fails.
    pub async fn attempt_together(&self, jobs: &[Claimed]) {
        let shortest = jobs.iter().map(deadline).min().unwrap_or_default();
        let work = AssertUnwindSafe(time::timeout(shortest, self.carry_out(jobs))).catch_unwind();
        let outcome = tokio::select! {
            outcome = work => outcome,
            () = self.beat_until_lost(jobs) => Ok(Ok(Ok(false))),
            () = self.abandon.cancelled() => Ok(Ok(Ok(false))),
        };
        if let Ok(Ok(Ok(true))) = outcome {
            return self.tally.completed(jobs);
        }
        let each = async {
            for job in jobs {
                self.attempt(job).await;
            }
        };
        // Those whose turn has not come must not seem silent meanwhile.
        tokio::select! { () = each => {}, () = self.beat_for_ever(jobs) => {} }
    }

    /// The handlers' writes and the jobs' end, in one transaction. False: a lease was lost and nothing was written.
    async fn carry_out(&self, jobs: &[Claimed]) -> anyhow::Result<bool> {
        let Some(first) = jobs.first() else { return Ok(true) };
        let mut tx = self.app.db.write(&System { organization_id: first.organization_id, reason: Reason::Job }).await?;
        for job in jobs {
            self.handle(&mut tx, job).await?;
        }
        let (ids, leases) = lease::held(jobs);
        let finished = sqlx::query_scalar!(
            r#"select count(*) filter (where queue.finish_job(id, lease)) as "finished!"
                 from unnest($1::uuid[], $2::bigint[]) held (id, lease)"#,
            &ids,
            &leases,
        )
        .fetch_one(&mut *tx)
        .await
        .context("cannot finish")?;
        if usize::try_from(finished) != Ok(jobs.len()) {
            return Ok(false);
        }
        tx.commit().await?;
        Ok(true)
    }

    async fn handle(&self, tx: &mut TenantTx<ReadWrite>, job: &Claimed) -> anyhow::Result<()> {
        let run = self.registry.get(&job.kind).ok_or_else(|| anyhow!("nobody handles jobs of kind {}", job.kind))?;
        let attempt = effect::Attempt { job_id: job.id, run_lease: job.run_lease, number: job.attempt };
        effect::ATTEMPT.scope(attempt, run(&self.app, tx, job.payload.clone())).await
    }

    async fn fail(&self, job: &Claimed, reason: &str) {
        tracing::warn!(job = %job.id, kind = job.kind, attempt = job.attempt, "job failed: {reason}");
        self.tally.failed(job);
        match lease::fail(&self.app, job, reason).await {
            Ok(true) if job.attempt >= job.max_attempts => {
                tracing::error!(job = %job.id, kind = job.kind, "job is dead");
            }
            Ok(true) => {}
            Ok(false) => self.late(job, Late::Failure),
            Err(problem) => tracing::warn!(job = %job.id, "the failure could not be written: {problem}"),
        }
    }

    async fn hand_back(&self, job: &Claimed) {
        if let Err(problem) = lease::hand_back(&self.app, job).await {
            tracing::warn!(job = %job.id, "could not be handed back; it is free when its lease has run out: {problem}");
        }
    }

    fn late(&self, job: &Claimed, what: Late) {
        self.tally.late(what);
        tracing::warn!(job = %job.id, kind = job.kind, late = ?what, "the lease was lost; nothing was written");
    }

    /// Ends only when a lease is lost.
    async fn beat_until_lost(&self, jobs: &[Claimed]) {
        loop {
            time::sleep(self.pace.beat).await;
            if let Ok(false) = lease::beat(&self.app, jobs).await {
                return;
            }
        }
    }

    async fn beat_for_ever(&self, jobs: &[Claimed]) {
        loop {
            self.beat_until_lost(jobs).await;
        }
    }
}

fn deadline(job: &Claimed) -> Duration {
    Duration::from_secs(job.deadline_seconds.unsigned_abs().into())
}

fn words_of(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no words")
}
