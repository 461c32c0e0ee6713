//! An edited calendar moves the due dates of the clocks that run in it.
//!
//! The stretch that a clock is in is counted anew by the calendar as it now stands: a holiday that is entered on its own
//! morning gives that morning back. Stretches that have ended keep what they had counted.

use anyhow::Context;
use atum_core::{
    App,
    db::{ReadWrite, TenantTx},
    ids::{CalendarId, TicketId},
};
use atum_jobs::{Handler, Job};
use serde::{Deserialize, Serialize};

use crate::{
    Cause, calendar,
    clock::{SlaClock, State},
    ledger,
    rule::Change,
};

const BATCH: i64 = 200;

/// Measures the running clocks of a calendar anew, a batch of tickets at a time.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RecalculateClocks {
    pub calendar_id: CalendarId,
    /// The version that made it necessary: a later edit is another job, however far this one has come.
    pub version: i64,
    /// The last ticket of the batch before.
    pub after: Option<TicketId>,
}

impl Job for RecalculateClocks {
    const KIND: &'static str = "recalculate_clocks";

    fn unique_key(&self) -> Option<String> {
        let after = self.after.map(|ticket| ticket.to_string()).unwrap_or_default();
        Some(format!("{}:{}:{after}", self.calendar_id, self.version))
    }
}

pub(crate) struct RecalculateClocksHandler;

impl Handler for RecalculateClocksHandler {
    type Job = RecalculateClocks;

    async fn run(_: &App, tx: &mut TenantTx<ReadWrite>, job: RecalculateClocks) -> anyhow::Result<()> {
        let tickets = tickets(tx, &job).await?;
        let Some(last) = tickets.last().copied() else { return Ok(()) };
        recalculate(tx, job.calendar_id, &tickets).await?;
        atum_jobs::enqueue(tx, RecalculateClocks { after: Some(last), ..job }).await?;
        Ok(())
    }
}

async fn tickets(tx: &mut TenantTx<ReadWrite>, job: &RecalculateClocks) -> sqlx::Result<Vec<TicketId>> {
    let tickets = sqlx::query_scalar!(
        r#"select distinct ticket_id as "ticket_id: TicketId" from desk.sla_clock
            where calendar_id = $1 and state = 'running' and ($2::uuid is null or ticket_id > $2)
            order by 1 limit $3"#,
        job.calendar_id.0,
        job.after.map(|ticket| ticket.0),
        BATCH,
    );
    tickets.fetch_all(&mut **tx).await
}

async fn recalculate(
    tx: &mut TenantTx<ReadWrite>,
    calendar_id: CalendarId,
    tickets: &[TicketId],
) -> anyhow::Result<()> {
    let now = tx.now;
    let locked = ledger::lock(tx, tickets).await?;
    let calendars = calendar::pin(tx, &[calendar_id]).await?;
    let calendar = calendars.get(&calendar_id).context("the calendar is gone")?;
    let runs = |clock: &&SlaClock| clock.calendar_id == calendar_id && clock.state == State::Running;
    let mut changes = vec![];
    for clock in locked.iter().filter(runs) {
        let moment = clock.not_before_its_segment(now);
        let (moved, alarm) = clock.recalculate(clock.promise(), calendar, moment)?;
        // Most edits are about other days: a clock that is due when it was due has nothing to tell.
        if moved.due_at != clock.due_at || moved.warn_at != clock.warn_at {
            changes.push(Change { clock: moved, cause: Some(Cause::Recalculation), alarm });
        }
    }
    tracing::info!(calendar = %calendar_id, tickets = tickets.len(), moved = changes.len(), "clocks were recalculated");
    Ok(ledger::record(tx, &locked, &changes, now).await?)
}
