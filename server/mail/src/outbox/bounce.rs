use atum_audit::Event;
use atum_core::{
    Result,
    db::{ReadWrite, TenantTx},
    ids::{MessageId, OutgoingEnvelopeId, TicketId},
};
use serde_json::json;

/// What a report says of one recipient.
#[derive(Debug, Clone)]
pub struct Bounced {
    /// RFC 3463.
    pub status: Option<String>,
    /// Nothing sent there will ever arrive.
    pub hard: bool,
    pub detail: String,
}

/// Which mail it was.
#[derive(Debug, Clone)]
pub struct Bounce {
    pub ticket_id: Option<TicketId>,
    pub message_id: Option<MessageId>,
    pub recipient: String,
    /// It was the newest public answer of staff: the customer does not have it.
    pub last_answer: bool,
}

/// Notes a report on its envelope. `None`: there is no such envelope. A report that comes twice is noted once.
pub async fn learn_bounce(
    tx: &mut TenantTx<ReadWrite>,
    envelope_id: OutgoingEnvelopeId,
    bounced: &Bounced,
) -> Result<Option<Bounce>> {
    let found = sqlx::query!(
        r#"select e.recipient, e.state = 'bounced' as "known!", m.ticket_id as "ticket_id: TicketId",
                  m.message_id as "message_id: MessageId",
                  (m.kind = 'staff_replied' and not exists (
                      select from desk.outgoing_mail later
                       where later.ticket_id = m.ticket_id and later.kind = 'staff_replied' and later.id > m.id))
                      as "last_answer!"
             from desk.outgoing_envelope e
             join desk.outgoing_mail m on m.organization_id = e.organization_id and m.id = e.mail_id
            where e.id = $1 for update of e"#,
        envelope_id.0,
    )
    .fetch_optional(&mut **tx)
    .await?;
    let Some(found) = found else { return Ok(None) };
    // A soft failure is final too: the other server has given up by the time it reports.
    let now = tx.now;
    sqlx::query!(
        "update desk.outgoing_envelope
            set state = 'bounced', status = $2, last_error = $3, next_attempt_at = null, leased_until = null,
                changed_at = $4
          where id = $1 and state <> 'cancelled'",
        envelope_id.0,
        bounced.status,
        bounced.detail,
        now,
    )
    .execute(&mut **tx)
    .await?;
    if let (false, Some(ticket), Some(message)) = (found.known, found.ticket_id, found.message_id) {
        let detail = json!({ "recipient": found.recipient, "reason": bounced.detail, "hard": bounced.hard });
        let event = Event::internal("mail_undelivered").ticket(ticket).message(message).detail(detail);
        atum_audit::record(tx, event).await?;
    }
    Ok(Some(Bounce {
        ticket_id: found.ticket_id,
        message_id: found.message_id,
        recipient: found.recipient,
        last_answer: found.last_answer,
    }))
}
