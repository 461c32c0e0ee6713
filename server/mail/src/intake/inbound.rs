//! One row of the ledger.

use atum_core::{
    App, Result,
    db::{ReadWrite, TenantTx},
    ids::{InboundMailId, MailChannelId, MessageId, TicketId},
};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What became of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Outcome {
    /// It is here and waits for its turn.
    Stored,
    /// It became a ticket or a message, or a fact about one.
    Accepted,
    /// The same mail came in by this channel before.
    Duplicate,
    /// Kept away from the tickets, on purpose.
    Quarantined,
    Failed,
}

/// What stage two has to know of a mail besides its bytes.
#[derive(Debug, Clone)]
pub struct Inbound {
    pub id: InboundMailId,
    pub channel_id: MailChannelId,
    pub received_at: DateTime<Utc>,
    /// False: it was larger than the installation takes. Its bytes are the header alone; `bytes` is its whole size.
    pub whole: bool,
    pub bytes: i64,
    /// The Message-ID, or one made from the contents.
    pub identity: String,
    /// Known where the mail was handed to us, and not fetched from a mailbox.
    pub envelope_from: Option<String>,
    pub envelope_to: Vec<String>,
    pub outcome: Outcome,
    pub attempts: i32,
    /// How many of them failed without the mail being to blame.
    pub spared: i32,
    pub ticket_id: Option<TicketId>,
    pub message_id: Option<MessageId>,
}

/// Locks the row until the end of the transaction.
pub async fn lock(tx: &mut TenantTx<ReadWrite>, id: InboundMailId) -> Result<Inbound> {
    let row = sqlx::query_as!(
        Inbound,
        r#"select id as "id: InboundMailId", channel_id as "channel_id: MailChannelId", received_at, whole, bytes, identity,
                  envelope_from, envelope_to, outcome as "outcome: Outcome", attempts, spared,
                  ticket_id as "ticket_id: TicketId", message_id as "message_id: MessageId"
             from desk.inbound_mail where id = $1 for update"#,
        id.0,
    );
    Ok(row.fetch_one(&mut **tx).await?)
}

/// The bytes as they came: of a mail that was too large, its header.
pub async fn raw<Mode>(_: &App, tx: &mut TenantTx<Mode>, id: InboundMailId) -> Result<Bytes> {
    let raw = sqlx::query_scalar!("select raw from desk.inbound_raw where inbound_mail_id = $1", id.0);
    Ok(raw.fetch_one(&mut **tx).await?.into())
}

/// Writes what became of it. A reason is a stable key, such as `reply_address`; a ticket or message is what it became.
pub async fn finish(
    tx: &mut TenantTx<ReadWrite>,
    id: InboundMailId,
    outcome: Outcome,
    reason: Option<&str>,
    ticket_id: Option<TicketId>,
    message_id: Option<MessageId>,
) -> Result<()> {
    sqlx::query!(
        "update desk.inbound_mail
            set outcome = $2, reason = $3, ticket_id = $4, message_id = $5, processed_at = $6 where id = $1",
        id.0,
        outcome as _,
        reason,
        ticket_id.map(|id| id.0),
        message_id.map(|id| id.0),
        tx.now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Counts an attempt that went wrong, in words for the log; the row waits on unless it is finished. `ours`: the mail is not
/// to blame.
pub async fn note_failure(tx: &mut TenantTx<ReadWrite>, id: InboundMailId, error: &str, ours: bool) -> Result<i32> {
    let attempts = sqlx::query_scalar!(
        "update desk.inbound_mail set attempts = attempts + 1, spared = spared + $3::boolean::int, last_error = $2
          where id = $1 returning attempts",
        id.0,
        error,
        ours,
    );
    Ok(attempts.fetch_one(&mut **tx).await?)
}
