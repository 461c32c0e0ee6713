//! The sealing of events: within seconds of their commit, off the way of whoever writes them.

use std::time::Duration;

use atum_core::{
    App, Result,
    caller::{Reason, System},
    ids::OrganizationId,
};
use serde::Serialize;

use crate::{
    batch::{self, Batch},
    canonical::{self, Place},
};

/// Events in one batch. More than a round finds are sealed in several.
const MOST_EVENTS: i64 = 5_000;

/// How long one batch may take.
const STEP: Duration = Duration::from_secs(120);

/// What one round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Sealed {
    pub batches: u32,
    pub events: u64,
    /// Organizations whose events could not be sealed; they are tried again at the next round.
    pub failed: u32,
}

/// Seals what is finished in every organization. Any number of these may run at once.
pub async fn seal(app: &App) -> Result<Sealed> {
    let mut sealed = Sealed::default();
    for organization_id in unsealed(app).await? {
        match seal_organization(app, organization_id).await {
            Ok(done) => {
                sealed.batches += done.batches;
                sealed.events += done.events;
            }
            Err(error) => {
                sealed.failed += 1;
                tracing::warn!(%organization_id, "events were not sealed: {error:#}");
            }
        }
    }
    metrics::counter!("atum_audit_events_sealed_total").increment(sealed.events);
    Ok(sealed)
}

/// Seals what is finished in one organization.
pub async fn seal_organization(app: &App, organization_id: OrganizationId) -> anyhow::Result<Sealed> {
    let mut sealed = Sealed::default();
    while let Some(events) = seal_batch(app, organization_id).await? {
        sealed.batches += 1;
        sealed.events += events;
    }
    Ok(sealed)
}

async fn unsealed(app: &App) -> Result<Vec<OrganizationId>> {
    let mut tx = app.db.jobs().await?;
    let found = sqlx::query_scalar!(
        r#"select organization_id as "organization_id!: OrganizationId" from desk.unsealed_organization()"#
    );
    Ok(found.fetch_all(&mut *tx).await?)
}

/// One batch, and how many events are in it. `None`: there is nothing to seal, or another process is at it.
async fn seal_batch(app: &App, organization_id: OrganizationId) -> anyhow::Result<Option<u64>> {
    app.progress.step("audit", STEP);
    let mut tx = app.db.write(&System { organization_id, reason: Reason::Job }).await?;
    // Two sealers would link different batches to the same one; the key would refuse the second. Only sealers take this.
    let alone = sqlx::query_scalar!(
        r#"select pg_try_advisory_xact_lock(hashtextextended('seal ' || $1, 0)) as "alone!""#,
        organization_id.to_string(),
    );
    if !alone.fetch_one(&mut *tx).await? {
        return Ok(None);
    }
    let last = batch::last(&mut tx).await?;
    let after = last.as_ref().map_or(Place::START, Batch::last);
    must_go_forward(&mut tx, after).await?;
    let facts = canonical::finished(&mut tx, after, MOST_EVENTS).await?;
    let Some(batch) = Batch::seal(organization_id, last.as_ref(), &facts, tx.now) else { return Ok(None) };
    batch::insert(&mut tx, organization_id, &batch).await?;
    tx.commit().await?;
    Ok(Some(batch.event_count.unsigned_abs().into()))
}

/// A database that was copied by its contents counts transactions from the beginning again, and what it writes would
/// stand before what is sealed.
async fn must_go_forward(conn: &mut sqlx::PgConnection, after: Place) -> anyhow::Result<()> {
    let horizon = sqlx::query_scalar!(r#"select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as "horizon!""#);
    let horizon = horizon.fetch_one(conn).await?;
    anyhow::ensure!(
        horizon > after.transaction_id,
        "the database counts transactions from {horizon}, and events are sealed up to transaction {}: it was restored \
         without its transaction counter (pg_resetwal --next-transaction-id and --epoch set it)",
        after.transaction_id
    );
    Ok(())
}
