use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use atum_core::{
    App,
    db::{ReadWrite, TenantTx},
};
use atum_jobs::{Handler, Job, Registry, worker};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

static DONE: AtomicU64 = AtomicU64::new(0);

#[derive(Serialize, Deserialize)]
struct Nothing {}

impl Job for Nothing {
    const KIND: &'static str = "nothing";
}

struct DoesNothing;
impl Handler for DoesNothing {
    type Job = Nothing;
    async fn run(_: &App, _: &mut TenantTx<ReadWrite>, _: Nothing) -> anyhow::Result<()> {
        DONE.fetch_add(1, Relaxed);
        Ok(())
    }
}

/// Enqueues for four organizations, then lets one worker run until all are done; jobs a second of the latter.
pub async fn round(app: &App, batched: bool, jobs: u64) -> anyhow::Result<f64> {
    let mut tx = app.db.jobs().await?;
    sqlx::query(
        "insert into queue.job (id, organization_id, kind, payload, batched)
         select gen_random_uuid(), lpad(to_hex(n % 4), 32, '0')::uuid, 'nothing', '{}', $1 from generate_series(1, $2) n",
    )
    .bind(batched)
    .bind(i64::try_from(jobs)?)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    let mut registry = Registry::default();
    registry.add::<DoesNothing>();
    let (before, begun, stop) = (DONE.load(Relaxed), Instant::now(), CancellationToken::new());
    let running = tokio::spawn(worker::run(app.clone(), Arc::new(registry), stop.clone()));
    while DONE.load(Relaxed) < before + jobs {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let rate = jobs as f64 / begun.elapsed().as_secs_f64();
    stop.cancel();
    running.await?;
    Ok(rate)
}
