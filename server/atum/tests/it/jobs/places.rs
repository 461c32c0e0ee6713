use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use atum_core::{
    App,
    db::{ReadWrite, TenantTx},
};
use atum_jobs::{Handler, Job, Registry, worker};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::{enqueue_job, number_of, process::until};
use crate::support::Test;

static BEGUN: AtomicUsize = AtomicUsize::new(0);
static MAY_END: Semaphore = Semaphore::const_new(0);

/// Takes a place until it may end.
#[derive(Serialize, Deserialize)]
struct Stay {}

impl Job for Stay {
    const KIND: &'static str = "stay";
}

struct Stays;
impl Handler for Stays {
    type Job = Stay;
    async fn run(_: &App, _: &mut TenantTx<ReadWrite>, _: Stay) -> anyhow::Result<()> {
        BEGUN.fetch_add(1, SeqCst);
        MAY_END.acquire().await?.forget();
        Ok(())
    }
}

/// Two loops wait in a worker, one for places and one for cheap jobs. That a place is free again is for the first alone:
/// the other once took the notice, and the place stayed empty until the next job ended.
#[tokio::test]
async fn a_place_that_becomes_free_is_taken_though_no_other_job_ends() {
    let test = Test::new().await;
    let (acme, other) = (test.organization("acme").await, test.organization("other").await);
    for _ in 0..10 {
        enqueue_job(&test, &acme, Stay {}).await;
        enqueue_job(&test, &other, Stay {}).await;
    }
    let (stop, mut registry) = (CancellationToken::new(), Registry::default());
    registry.add::<Stays>();
    // With fewer connections than places some jobs would wait for one.
    let running = tokio::spawn(worker::run(test.app_with(16), Arc::new(registry), stop.clone()));
    until("all places are taken", Duration::from_secs(30), async || BEGUN.load(SeqCst) == 10).await;
    for ended in 1..=10 {
        MAY_END.add_permits(1);
        let taken = || async { BEGUN.load(SeqCst) == 10 + ended };
        until("the free place is taken", Duration::from_secs(10), taken).await;
    }
    MAY_END.add_permits(10);
    until("all are done", Duration::from_secs(30), async || number_of(&test, "completed").await == 20).await;
    stop.cancel();
    running.await.unwrap();
}
