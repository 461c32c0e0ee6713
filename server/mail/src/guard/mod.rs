//! May a program write to this address now? The headers of mails that programs write are looked at before (`mail-reading`);
//! here are the rates that hold where headers tell nothing.
//!
//! Invariants
//! - Every automatic mail is asked about here, and is in the ledger when the answer was yes.
//! - Two programs that answer each other stop, whatever the other one writes: by the sender's rate, by the ticket's, by the
//!   breaker.
//! - However many senders somebody makes up, an organization's automatic answers to strangers stay within its budget.

mod counts;
pub(crate) mod parked;
mod rule;

use atum_core::{
    Result,
    db::{ReadWrite, TenantTx},
    ids::TicketId,
};

pub use rule::Refusal;

use crate::thread;

/// A mail that no person writes.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    pub address: &'a str,
    pub ticket_id: Option<TicketId>,
    pub kind: &'a str,
    /// It answers a mail, whoever wrote that. False: a person's act caused it.
    pub in_answer: bool,
}

/// Outside is whether the database answered; inside is the verdict. A yes is counted at once, in this transaction; two
/// transactions of one organization ask one after the other.
pub async fn may_answer(tx: &mut TenantTx<ReadWrite>, answer: &Answer<'_>) -> Result<Result<(), Refusal>> {
    let address = answer.address.to_lowercase();
    if rule::is_nobodys(&address) {
        return Ok(Err(Refusal::NoReply));
    }
    if thread::is_own(&thread::own_addresses(tx).await?, &address) {
        return Ok(Err(Refusal::OwnAddress));
    }
    counts::lock(tx).await?;
    let counts = counts::count(tx, answer, &address).await?;
    if let Err(refusal) = rule::judge(answer.in_answer, &counts) {
        return Ok(Err(refusal));
    }
    counts::note(tx, answer, &address, counts.stranger).await?;
    Ok(Ok(()))
}

/// Nothing is sent to this address by a program any more, until its owner writes.
pub async fn park(tx: &mut TenantTx<ReadWrite>, address: &str, reason: &str) -> Result<()> {
    sqlx::query!(
        "insert into desk.mail_address (organization_id, address, parked_at, reason) values ($1, $2, $3, $4)
         on conflict (organization_id, address) do update set parked_at = excluded.parked_at, reason = excluded.reason",
        tx.organization_id.0,
        address.to_lowercase(),
        tx.now,
        reason.chars().take(500).collect::<String>(),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Somebody wrote from it: it is in use.
pub(crate) async fn release(tx: &mut TenantTx<ReadWrite>, address: &str) -> Result<()> {
    sqlx::query!(
        "update desk.mail_address set parked_at = null where address = $1 and parked_at is not null",
        address.to_lowercase(),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
