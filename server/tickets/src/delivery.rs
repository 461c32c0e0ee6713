//! How the mail of a message fares. `mail` sends it and writes that down; here it is only read.

use std::collections::HashMap;

use atum_core::{
    Result,
    ids::{MessageId, OutgoingEnvelopeId, OutgoingMailId, TicketId},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;

/// Where a mail stands with one recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum EnvelopeState {
    Queued,
    Sending,
    /// The server took it over; its reply is kept.
    Accepted,
    /// The line was lost after the final dot: the server has it or not.
    Uncertain,
    /// Not taken yet; it is tried again.
    Deferred,
    Failed,
    /// Taken over, and reported later as not delivered.
    Bounced,
    Cancelled,
    /// There was no mail server: it can be looked at, nothing was sent.
    Kept,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Delivery {
    envelope_id: OutgoingEnvelopeId,
    mail_id: OutgoingMailId,
    recipient: String,
    state: EnvelopeState,
    /// What the server said, or why it was not sent.
    detail: Option<String>,
    /// It is uncertain, and nothing but a person can tell whether it arrived.
    undecided: bool,
    /// Until then it can be taken back. Null: nothing of it can.
    undoable_until: Option<DateTime<Utc>>,
}

/// The last answer to the customer did not arrive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Undelivered {
    message_id: MessageId,
    recipients: Vec<String>,
    since: DateTime<Utc>,
}

/// Of each message that was sent by mail.
pub async fn of_messages(conn: &mut PgConnection, messages: &[MessageId]) -> Result<HashMap<MessageId, Vec<Delivery>>> {
    let ids: Vec<Uuid> = messages.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"select m.message_id as "message_id!: MessageId", m.id as "mail_id: OutgoingMailId",
                  e.id as "envelope_id: OutgoingEnvelopeId", e.recipient, e.state as "state: EnvelopeState",
                  coalesce(e.last_error, e.server_reply) as detail,
                  e.state = 'uncertain' and e.next_attempt_at is null as "undecided!",
                  case when e.state in ('queued', 'kept') and e.attempts = 0 then m.send_after end as undoable_until
             from desk.outgoing_mail m
             join desk.outgoing_envelope e on e.organization_id = m.organization_id and e.mail_id = m.id
            where m.kind = 'staff_replied' and m.message_id = any($1) order by e.id"#,
        &ids,
    )
    .fetch_all(conn)
    .await?;
    let mut deliveries: HashMap<MessageId, Vec<Delivery>> = HashMap::new();
    for row in rows {
        deliveries.entry(row.message_id).or_default().push(Delivery {
            envelope_id: row.envelope_id,
            mail_id: row.mail_id,
            recipient: row.recipient,
            state: row.state,
            detail: row.detail,
            undecided: row.undecided,
            undoable_until: row.undoable_until,
        });
    }
    Ok(deliveries)
}

/// Whom the ticket's newest answer did not reach, as far as is known.
pub async fn undelivered(conn: &mut PgConnection, ticket_id: TicketId) -> Result<Option<Undelivered>> {
    let row = sqlx::query!(
        r#"select newest.message_id as "message_id!: MessageId", array_agg(e.recipient order by e.id) as "recipients!",
                  min(e.changed_at) as "since!"
             from (select id, organization_id, message_id from desk.outgoing_mail
                    where ticket_id = $1 and kind = 'staff_replied' and cancelled_at is null
                    order by id desc limit 1) newest
             join desk.outgoing_envelope e on e.organization_id = newest.organization_id and e.mail_id = newest.id
            where e.state in ('failed', 'bounced') and e.kind <> 'bcc'
            group by newest.message_id"#,
        ticket_id.0,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Undelivered { message_id: row.message_id, recipients: row.recipients, since: row.since }))
}
