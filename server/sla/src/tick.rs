//! The worker: each minute it finds, by index, the clocks of every organization that have something to say, and lets
//! each say it once.

use std::{collections::BTreeSet, time::Duration};

use atum_core::{
    App, Result,
    caller::{Reason, System},
    ids::{ClockId, OrganizationId},
};
use serde::Serialize;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::{clock::Alarm, ledger, rule::Change};

const PERIOD: Duration = Duration::from_secs(60);
const BATCH: i32 = 500;

/// What one round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    pub warned: u32,
    pub breached: u32,
    /// Clocks that could not be handled; they are tried again at the next round.
    pub failed: u32,
}

/// Looks each minute until told to stop. Any number of these may run: a clock says a thing once.
pub async fn run_worker(app: App, stop: CancellationToken) {
    atum_jobs::every(app, "sla", PERIOD, stop, |app| async move { Ok(json!(tick(&app).await?)) }).await;
}

/// One round over every organization.
pub async fn tick(app: &App) -> anyhow::Result<Report> {
    let mut report = Report::default();
    let mut seen = BTreeSet::new();
    loop {
        // A clock that failed is found again: it ends the round rather than being tried for ever.
        let due: Vec<_> = due(app).await?.into_iter().filter(|place| seen.insert(*place)).collect();
        if due.is_empty() {
            return Ok(report);
        }
        for (organization_id, clock_id) in due {
            app.progress.step("sla", PERIOD);
            match speak(app, organization_id, clock_id).await {
                Ok(Some(Alarm::Warned)) => report.warned += 1,
                Ok(Some(Alarm::Breached)) => report.breached += 1,
                Ok(None) => {}
                Err(problem) => {
                    report.failed += 1;
                    tracing::warn!(%organization_id, clock = %clock_id, "clock was not handled: {problem}");
                }
            }
        }
    }
}

async fn due(app: &App) -> Result<Vec<(OrganizationId, ClockId)>> {
    let mut tx = app.db.jobs().await?;
    let rows = sqlx::query!(
        r#"select organization_id as "organization_id!: OrganizationId", clock_id as "clock_id!: ClockId"
             from desk.due_sla_clock($1, $2)"#,
        app.clock.now(),
        BATCH,
    )
    .fetch_all(&mut *tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.organization_id, row.clock_id)).collect())
}

/// Locks the clock and looks again: another worker may have been here, or the clock was paused meanwhile.
async fn speak(app: &App, organization_id: OrganizationId, clock_id: ClockId) -> Result<Option<Alarm>> {
    let mut tx = app.db.write(&System { organization_id, reason: Reason::Job }).await?;
    let found = sqlx::query_scalar!(
        r#"select ticket_id as "ticket_id: atum_core::ids::TicketId" from desk.sla_clock where id = $1"#,
        clock_id.0,
    );
    let ticket_id = found.fetch_one(&mut *tx).await?;
    let locked = ledger::lock(&mut tx, &[ticket_id]).await?;
    let now = tx.now;
    let noticed = locked.iter().find(|clock| clock.id == clock_id).map(|clock| clock.notice(now));
    let Some((clock, Some(alarm))) = noticed else { return Ok(None) };
    ledger::record(&mut tx, &locked, &[Change { clock, cause: None, alarm: Some(alarm) }], now).await?;
    tx.commit().await?;
    Ok(Some(alarm))
}
