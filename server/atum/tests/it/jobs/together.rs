use std::sync::Arc;

use atum_core::{
    App,
    db::{ReadWrite, TenantTx},
};
use atum_jobs::{Handler, Job, Registry, worker};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use super::{effects, enqueue_job, leave_a_row, number_of, process::until};
use crate::support::Test;

#[derive(Serialize, Deserialize)]
struct Cheap {
    fails: bool,
}

impl Job for Cheap {
    const KIND: &'static str = "cheap";
    const BATCHED: bool = true;
}

struct DoesCheap;
impl Handler for DoesCheap {
    type Job = Cheap;
    async fn run(_: &App, tx: &mut TenantTx<ReadWrite>, job: Cheap) -> anyhow::Result<()> {
        leave_a_row(tx).await?;
        anyhow::ensure!(!job.fails, "as it was told");
        Ok(())
    }
}

fn registry() -> Arc<Registry> {
    let mut registry = Registry::default();
    registry.add::<DoesCheap>();
    Arc::new(registry)
}

#[tokio::test]
async fn cheap_jobs_share_a_transaction_and_the_one_that_fails_fails_alone() {
    let test = Test::new().await;
    let (acme, other) = (test.organization("acme").await, test.organization("other").await);
    for number in 0..60 {
        enqueue_job(&test, &acme, Cheap { fails: number == 30 }).await;
        enqueue_job(&test, &other, Cheap { fails: false }).await;
    }
    let stop = CancellationToken::new();
    let running = tokio::spawn(worker::run(test.app.clone(), registry(), stop.clone()));
    let soon = std::time::Duration::from_secs(30);
    until("all but one are done", soon, async || number_of(&test, "completed").await == 119).await;
    until("one failed", soon, async || number_of(&test, "available").await == 1).await;
    stop.cancel();
    running.await.unwrap();
    assert_eq!(effects(&test).await, 119);
    let blamed = "select count(*) from queue.job where attempt <> 1 or (errors <> '[]' and state = 'completed')";
    let blamed: i64 = sqlx::query_scalar(blamed).fetch_one(&mut test.superuser().await).await.unwrap();
    assert_eq!(blamed, 0, "those beside the one that failed were done at their first attempt");
    // Rows of one transaction bear its number: the others' sixty came in few of them.
    let commits = "select count(distinct xmin::text) from desk.company where organization_id = $1";
    let commits: i64 =
        sqlx::query_scalar(commits).bind(other.id.0).fetch_one(&mut test.superuser().await).await.unwrap();
    assert!(commits < 60, "{commits} transactions for 60 jobs");
}
