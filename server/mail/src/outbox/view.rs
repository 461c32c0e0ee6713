//! The outbox as the API tells of it.

use std::collections::HashMap;

use atum_core::{
    App, Problem, Result,
    db::TenantTx,
    ids::{MessageId, OutgoingEnvelopeId, OutgoingMailId, TicketId},
};
use atum_tickets::{EnvelopeState, Status, TicketStub};
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;

use super::envelope::EnvelopeKind;
use crate::template::TemplateKind;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OutgoingMail {
    pub id: OutgoingMailId,
    kind: TemplateKind,
    /// No person wrote it.
    automatic: bool,
    subject: String,
    from: String,
    ticket: Option<TicketStub>,
    message_id: Option<MessageId>,
    created_at: DateTime<Utc>,
    /// It is not sent before.
    send_after: DateTime<Utc>,
    /// It can still be taken back.
    pub undoable: bool,
    pub envelopes: Vec<Envelope>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OutgoingEnvelope)]
pub(crate) struct Envelope {
    pub id: OutgoingEnvelopeId,
    recipient: String,
    kind: EnvelopeKind,
    pub state: EnvelopeState,
    /// As the server said it, with the code first.
    server_reply: Option<String>,
    attempts: i32,
    next_attempt_at: Option<DateTime<Utc>>,
    last_error: Option<String>,
}

/// Which mails a list shows.
pub(crate) struct Filter {
    pub only: Option<OutgoingMailId>,
    pub state: Option<EnvelopeState>,
    pub before: Option<Uuid>,
    pub most: i64,
}

/// One mail; 404 where there is none.
pub(crate) async fn one<Mode>(app: &App, tx: &mut TenantTx<Mode>, id: OutgoingMailId) -> Result<OutgoingMail> {
    let filter = Filter { only: Some(id), state: None, before: None, most: 1 };
    mails(tx, app.clock.now(), filter).await?.pop().ok_or_else(Problem::not_found)
}

/// Newest first.
pub(crate) async fn mails(conn: &mut PgConnection, now: DateTime<Utc>, filter: Filter) -> Result<Vec<OutgoingMail>> {
    let rows = sqlx::query!(
        r#"select m.id as "id: OutgoingMailId", m.kind as "kind: TemplateKind", m.automatic, m.subject, m.from_address,
                  m.message_id as "message_id: MessageId", m.created_at, m.send_after, m.cancelled_at,
                  t.id as "ticket_id?: TicketId", t.number as "number?", t.subject as "ticket_subject?",
                  t.status as "status?: Status"
             from desk.outgoing_mail m
             left join desk.ticket t on t.organization_id = m.organization_id and t.id = m.ticket_id
            where ($1::uuid is null or m.id = $1) and ($2::uuid is null or m.id < $2)
              and ($3::text is null or exists (select from desk.outgoing_envelope e where e.mail_id = m.id and e.state = $3))
            order by m.id desc limit $4"#,
        filter.only.map(|id| id.0),
        filter.before,
        filter.state as _,
        filter.most,
    )
    .fetch_all(&mut *conn)
    .await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id.0).collect();
    let mut envelopes = envelopes(conn, &ids).await?;
    let mails = rows.into_iter().map(|row| {
        let envelopes = envelopes.remove(&row.id).unwrap_or_default();
        let untouched = envelopes.iter().all(Envelope::is_untouched) && row.cancelled_at.is_none();
        let ticket = row.ticket_id.zip(row.number).zip(row.ticket_subject.zip(row.status));
        OutgoingMail {
            id: row.id,
            kind: row.kind,
            automatic: row.automatic,
            subject: row.subject,
            from: row.from_address,
            ticket: ticket.map(|((id, number), (subject, status))| TicketStub { id, number, subject, status }),
            message_id: row.message_id,
            created_at: row.created_at,
            send_after: row.send_after,
            undoable: untouched && now < row.send_after,
            envelopes,
        }
    });
    Ok(mails.collect())
}

impl Envelope {
    fn is_untouched(&self) -> bool {
        matches!(self.state, EnvelopeState::Queued | EnvelopeState::Kept) && self.attempts == 0
    }
}

async fn envelopes(conn: &mut PgConnection, mails: &[Uuid]) -> Result<HashMap<OutgoingMailId, Vec<Envelope>>> {
    let rows = sqlx::query!(
        r#"select id as "id: OutgoingEnvelopeId", mail_id as "mail_id: OutgoingMailId", recipient,
                  kind as "kind: EnvelopeKind", state as "state: EnvelopeState", server_reply, attempts, next_attempt_at,
                  last_error
             from desk.outgoing_envelope where mail_id = any($1) order by id"#,
        mails,
    )
    .fetch_all(conn)
    .await?;
    let mut envelopes: HashMap<OutgoingMailId, Vec<Envelope>> = HashMap::new();
    for row in rows {
        envelopes.entry(row.mail_id).or_default().push(Envelope {
            id: row.id,
            recipient: row.recipient,
            kind: row.kind,
            state: row.state,
            server_reply: row.server_reply,
            attempts: row.attempts,
            next_attempt_at: row.next_attempt_at,
            last_error: row.last_error,
        });
    }
    Ok(envelopes)
}
