//! When a person last read a ticket: what makes the portal say that there is a new answer. An admin who acts as the
//! person reads nothing in their place: what is new to them stays new.

use atum_core::{
    Result,
    db::{ReadWrite, TenantTx},
    ids::TicketId,
};

/// The transaction's actor has seen everything up to now: who reads, and who writes.
pub async fn mark(tx: &mut TenantTx<ReadWrite>, ticket_id: TicketId) -> Result<()> {
    let Some(person_id) = tx.actor.filter(|_| tx.impersonator.is_none()) else { return Ok(()) };
    sqlx::query!(
        "insert into desk.ticket_seen (organization_id, ticket_id, person_id, seen_at) values ($1, $2, $3, $4)
         on conflict (organization_id, person_id, ticket_id) do update set seen_at = excluded.seen_at",
        tx.organization_id.0,
        ticket_id.0,
        person_id.0,
        tx.now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
