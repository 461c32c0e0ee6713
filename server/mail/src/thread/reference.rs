//! Every id that a message has or mentions: two mails that share one belong together, also where a program on the way
//! gave ours another id.

use atum_core::{
    Result,
    db::{ReadWrite, TenantTx},
    ids::{MessageId, TicketId},
};

/// RFC 5322 lets a line have 998 characters; longer ids are programs gone wrong.
const MOST_CHARACTERS: usize = 500;
const MOST_MENTIONED: usize = 50;

/// As it is kept: without brackets and white space, cut where it is too long.
pub(crate) fn cleaned(id: &str) -> String {
    let id = id.trim().trim_matches(['<', '>']).trim();
    id.chars().filter(|letter| !letter.is_control()).take(MOST_CHARACTERS).collect()
}

/// Ids by which a message of ours is known, whoever gave them: its own, and what a provider made of it.
pub async fn remember(
    tx: &mut TenantTx<ReadWrite>,
    ticket_id: TicketId,
    message_id: MessageId,
    ids: &[String],
) -> Result<()> {
    insert(tx, ticket_id, message_id, ids, true).await
}

/// Ids that a mail mentions, the nearest ones.
pub(crate) async fn mention(
    tx: &mut TenantTx<ReadWrite>,
    ticket_id: TicketId,
    message_id: MessageId,
    ids: &[String],
) -> Result<()> {
    let nearest = &ids[ids.len().saturating_sub(MOST_MENTIONED)..];
    insert(tx, ticket_id, message_id, nearest, false).await
}

async fn insert(
    tx: &mut TenantTx<ReadWrite>,
    ticket_id: TicketId,
    message_id: MessageId,
    ids: &[String],
    own: bool,
) -> Result<()> {
    let ids: Vec<String> = ids.iter().map(|id| cleaned(id)).filter(|id| !id.is_empty()).collect();
    sqlx::query!(
        "insert into desk.mail_reference (organization_id, reference, message_id, ticket_id, own)
         select $1, reference, $2, $3, $4 from unnest($5::text[]) reference
         on conflict (organization_id, reference, message_id) do nothing",
        tx.organization_id.0,
        message_id.0,
        ticket_id.0,
        own,
        &ids,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The message's ids lead to another ticket from now on, and its own outweighs every token.
pub(crate) async fn redirect(tx: &mut TenantTx<ReadWrite>, message_id: MessageId, ticket_id: TicketId) -> Result<()> {
    sqlx::query!(
        "update desk.mail_reference set ticket_id = $2, moved = own where message_id = $1",
        message_id.0,
        ticket_id.0,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
