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
    ids::JobId,
};
use atum_jobs::{Handler, Job, Registry, worker};
use serde::{Deserialize, Serialize};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

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

/// A worker that goes on from round to round, as one does in life: only its very first claim looks through everything.
pub struct Working {
    running: JoinHandle<()>,
    stop: CancellationToken,
}

impl Working {
    pub fn start(app: &App) -> Self {
        let mut registry = Registry::default();
        registry.add::<DoesNothing>();
        let stop = CancellationToken::new();
        let running = tokio::spawn(worker::run(app.clone(), Arc::new(registry), stop.clone()));
        Self { running, stop }
    }

    pub async fn end(self) -> anyhow::Result<()> {
        self.stop.cancel();
        Ok(self.running.await?)
    }
}

/// Enqueues for four organizations; jobs a second from then until all are done.
pub async fn round(app: &App, batched: bool, jobs: u64) -> anyhow::Result<f64> {
    // As the product makes them: ids of one time are neighbours in the index.
    let ids: Vec<Uuid> = (0..jobs).map(|_| JobId::new().0).collect();
    let mut tx = app.db.jobs().await?;
    sqlx::query(
        "insert into queue.job (id, organization_id, kind, payload, batched)
         select id, lpad(to_hex(n % 4), 32, '0')::uuid, 'nothing', '{}', $1
           from unnest($2::uuid[]) with ordinality job (id, n)",
    )
    .bind(batched)
    .bind(ids)
    .execute(&mut *tx)
    .await?;
    sqlx::query("select pg_notify($1, '')").bind(atum_core::wake::JOBS).execute(&mut *tx).await?;
    let before = DONE.load(Relaxed);
    tx.commit().await?;
    let begun = Instant::now();
    while DONE.load(Relaxed) < before + jobs {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    Ok(jobs as f64 / begun.elapsed().as_secs_f64())
}
