//! Follow-ups: what comes after a ticket that ended.

use atum_core::{
    Result,
    db::{ReadWrite, TenantTx},
    ids::TicketId,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::view::TicketStub;

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TicketLink {
    kind: LinkKind,
    ticket: TicketStub,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// The linked ticket ended and this one goes on from it.
    FollowUpOf,
    /// The linked ticket goes on from this one.
    FollowedUpBy,
    /// Neither goes on from the other: a mail that was forwarded, or that named the ticket and was not let in.
    Related,
}

pub async fn link(tx: &mut TenantTx<ReadWrite>, ticket_id: TicketId, follow_up_of: TicketId) -> Result<()> {
    insert(tx, ticket_id, follow_up_of, "follow_up").await
}

pub async fn relate(tx: &mut TenantTx<ReadWrite>, ticket_id: TicketId, other_id: TicketId) -> Result<()> {
    insert(tx, ticket_id, other_id, "related").await
}

async fn insert(
    tx: &mut TenantTx<ReadWrite>,
    ticket_id: TicketId,
    follow_up_of: TicketId,
    kind: &'static str,
) -> Result<()> {
    sqlx::query!(
        "insert into desk.ticket_link (organization_id, ticket_id, follow_up_of, created_at, kind)
         values ($1, $2, $3, $4, $5) on conflict do nothing",
        tx.organization_id.0,
        ticket_id.0,
        follow_up_of.0,
        tx.now,
        kind,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
