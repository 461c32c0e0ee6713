use chrono::{DateTime, Utc};

use atum_core::{
    Result,
    db::{ReadWrite, TenantTx},
    ids::TicketId,
};

use crate::{
    Priority, Signal, calendar, ledger, policy,
    rule::{self, Terms},
};

/// Tells the clocks of a ticket what happened, in the transaction in which it happened. The caller has locked the
/// ticket's row.
///
/// A clock is pinned to the policy as it stands when it starts; a changed priority pins it anew.
pub async fn apply(
    tx: &mut TenantTx<ReadWrite>,
    ticket_id: TicketId,
    signal: Signal,
    now: DateTime<Utc>,
) -> Result<()> {
    let clocks = ledger::lock_clocks(tx, &[ticket_id]).await?;
    if !rule::concerns(&clocks, signal) {
        return Ok(());
    }
    let policy = policy::default(tx).await?;
    let promises = policy.promises(priority(tx, ticket_id, signal).await?);
    let mut calendar_ids: Vec<_> = clocks.iter().map(|clock| clock.calendar_id).collect();
    calendar_ids.push(policy.calendar_id);
    let calendars = calendar::pin(tx, &calendar_ids).await?;
    let terms = Terms { ticket_id, promises: &promises, calendars: &calendars };
    let changes = rule::react(&clocks, signal, &terms, now).map_err(anyhow::Error::from)?;
    ledger::record(tx, &clocks, &changes, now).await
}

/// The priority that the signal brings, otherwise the ticket's own.
async fn priority(tx: &mut TenantTx<ReadWrite>, ticket_id: TicketId, signal: Signal) -> Result<Priority> {
    if let Signal::Accepted { priority } | Signal::PriorityChanged { priority } = signal {
        return Ok(priority);
    }
    let found =
        sqlx::query_scalar!(r#"select priority as "priority: Priority" from desk.ticket where id = $1"#, ticket_id.0);
    Ok(found.fetch_one(&mut **tx).await?)
}
