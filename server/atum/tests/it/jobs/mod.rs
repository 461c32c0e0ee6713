//! The queue on real PostgreSQL: what is enqueued is done once, by whoever holds the lease, or is among the dead.

mod dead;
mod deadline;
mod deed;
mod flood;
mod outage;
mod places;
mod plan;
pub mod process;
mod restart;
mod schedule;
mod stall;
mod together;
mod worker;

use std::sync::Arc;

use atum_core::{
    App,
    db::{ReadWrite, TenantTx},
};
use atum_jobs::{Handler, Job, Registry};
use serde::{Deserialize, Serialize};

use crate::support::{Organization, Test};

/// What the test's job is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fate {
    Succeed,
    Fail,
    Panic,
    /// Longer than its deadline.
    Hang,
}

#[derive(Serialize, Deserialize)]
pub struct Probe {
    pub fate: Fate,
    pub key: Option<String>,
}

impl Job for Probe {
    const KIND: &'static str = "probe";
    const MAX_ATTEMPTS: i32 = 3;
    const DEADLINE: std::time::Duration = std::time::Duration::from_secs(1);

    fn unique_key(&self) -> Option<String> {
        self.key.clone()
    }
}

/// Writes a company for every run, in the job's own transaction: an effect that can be counted.
pub struct Prober;

impl Handler for Prober {
    type Job = Probe;

    async fn run(_: &App, tx: &mut TenantTx<ReadWrite>, job: Probe) -> anyhow::Result<()> {
        leave_a_row(tx).await?;
        match job.fate {
            Fate::Succeed => Ok(()),
            Fate::Fail => anyhow::bail!("as it was told"),
            Fate::Panic => panic!("as it was told"),
            Fate::Hang => std::future::pending().await,
        }
    }
}

pub async fn leave_a_row(tx: &mut TenantTx<ReadWrite>) -> anyhow::Result<()> {
    sqlx::query("insert into desk.company (organization_id, id, name, created_at) values ($1, $2, $2::text, now())")
        .bind(tx.organization_id)
        .bind(uuid::Uuid::now_v7())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub fn registry() -> Arc<Registry> {
    let mut registry = Registry::default();
    registry.add::<Prober>();
    Arc::new(registry)
}

pub async fn enqueue(test: &Test, organization: &Organization<'_>, fate: Fate) {
    enqueue_job(test, organization, Probe { fate, key: None }).await;
}

pub async fn enqueue_job(test: &Test, organization: &Organization<'_>, job: impl Job) {
    let mut tx = test.app.db.write(&organization.system()).await.unwrap();
    atum_jobs::enqueue(&mut tx, job).await.unwrap();
    tx.commit().await.unwrap();
}

/// State, attempts and how many reasons were noted, of the only job.
pub async fn only_job(test: &Test) -> (String, i32, i32) {
    sqlx::query_as("select state, attempt, jsonb_array_length(errors) from queue.job")
        .fetch_one(&mut test.superuser().await)
        .await
        .unwrap()
}

pub async fn number_of(test: &Test, state: &str) -> i64 {
    let count = "select count(*) from queue.job where state = $1";
    sqlx::query_scalar(count).bind(state).fetch_one(&mut test.superuser().await).await.unwrap()
}

/// How often the job had its effect.
pub async fn effects(test: &Test) -> i64 {
    sqlx::query_scalar("select count(*) from desk.company").fetch_one(&mut test.superuser().await).await.unwrap()
}

/// Makes whatever waits for later due now.
pub async fn let_time_pass(test: &Test) {
    let due = "update queue.job set run_at = now() where state = 'available'";
    sqlx::query(due).execute(&mut test.superuser().await).await.unwrap();
}
