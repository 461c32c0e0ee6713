use std::time::Duration;

use atum_core::{
    Result,
    db::{ReadWrite, TenantTx},
    ids::JobId,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::schedule;

/// A command to be carried out later, in the organization that enqueued it. Handlers must bear being run again.
pub trait Job: Serialize + DeserializeOwned + Send {
    /// Stored with the row: rename a type freely, never its kind.
    const KIND: &'static str;
    /// The longest one attempt may take; a handler that still beats is stopped all the same.
    const DEADLINE: Duration = Duration::from_secs(300);
    const MAX_ATTEMPTS: i32 = 20;
    /// Lower is sooner: 1 somebody waits for it, 2 usual, 3 housekeeping.
    const PRIORITY: i16 = 2;
    /// Takes a few milliseconds and touches nothing but the database: a hundred of one organization share a transaction.
    const BATCHED: bool = false;

    /// While a job of this kind and key waits or runs in the organization, another is not added there.
    fn unique_key(&self) -> Option<String> {
        None
    }
}

/// Adds a job in the caller's transaction: committed with it, or gone with it.
pub async fn enqueue<J: Job>(tx: &mut TenantTx<ReadWrite>, job: J) -> Result<()> {
    let payload = serde_json::to_value(&job).map_err(anyhow::Error::from)?;
    let id = schedule::id_in_tick(tx.organization_id, J::KIND, &payload).unwrap_or_else(JobId::new);
    // A copy of an organization has the ids of its original, and with them its keys.
    let unique_key = job.unique_key().map(|key| format!("{} {key}", tx.organization_id));
    let deadline_seconds = i32::try_from(J::DEADLINE.as_secs()).unwrap_or(i32::MAX);
    sqlx::query!(
        "with enqueued as (
             insert into queue.job
                 (id, organization_id, kind, payload, priority, max_attempts, deadline_seconds, unique_key, batched)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing)
         select pg_notify($10, '')",
        id.0,
        tx.organization_id.0,
        J::KIND,
        payload,
        J::PRIORITY,
        J::MAX_ATTEMPTS,
        deadline_seconds,
        unique_key,
        J::BATCHED,
        atum_core::wake::JOBS,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
