//! A row of the ledger as admins see it.

use atum_core::{
    Problem, Result,
    ids::{InboundMailId, MailChannelId, MessageId, TicketId},
};
use atum_tickets::Status;
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use crate::intake::inbound::Outcome;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoggedMail {
    pub id: InboundMailId,
    channel_id: MailChannelId,
    channel_name: String,
    received_at: DateTime<Utc>,
    /// The address in From.
    from: Option<String>,
    subject: Option<String>,
    bytes: i64,
    pub outcome: Outcome,
    /// A stable key, such as `same_mail` or `too_large`.
    reason: Option<String>,
    attempts: i32,
    ticket: Option<LoggedTicket>,
    message_id: Option<MessageId>,
}

/// The ticket that it became, or came to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoggedTicket {
    id: TicketId,
    number: i64,
    subject: String,
    status: Status,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoggedMailDetail {
    #[serde(flatten)]
    pub mail: LoggedMail,
    sha256: String,
    /// False: only its header is here.
    whole: bool,
    /// Where it lay. Null: it was handed over.
    folder: Option<String>,
    uid: Option<i64>,
    /// Known of mail that was handed over. Empty: it came from nobody who could be answered.
    envelope_from: Option<String>,
    envelope_to: Vec<String>,
    last_error: Option<String>,
    /// Of a duplicate.
    original_id: Option<InboundMailId>,
    processed_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Default)]
pub(super) struct Wanted<'a> {
    pub id: Option<InboundMailId>,
    pub channel_id: Option<MailChannelId>,
    pub outcome: Option<&'a Outcome>,
    pub before: Option<InboundMailId>,
    pub most: i64,
}

pub(super) async fn find(conn: &mut PgConnection, id: InboundMailId) -> Result<LoggedMailDetail> {
    rows(conn, &Wanted { id: Some(id), most: 1, ..Wanted::default() }).await?.pop().ok_or_else(Problem::not_found)
}

/// Newest first.
pub(super) async fn rows(conn: &mut PgConnection, wanted: &Wanted<'_>) -> Result<Vec<LoggedMailDetail>> {
    let rows = sqlx::query!(
        r#"select m.id as "id: InboundMailId", m.channel_id as "channel_id: MailChannelId", c.name as channel_name,
                  m.received_at, m.from_address, m.subject, m.bytes, m.outcome as "outcome: Outcome", m.reason, m.attempts,
                  m.message_id as "message_id: MessageId", m.sha256, m.whole, m.folder, m.uid, m.envelope_from,
                  m.envelope_to, m.last_error, m.original_id as "original_id: InboundMailId", m.processed_at,
                  t.id as "ticket_id?: TicketId", t.number as "number?", t.subject as "ticket_subject?",
                  t.status as "status?: Status"
             from desk.inbound_mail m
             join desk.mail_channel c on c.organization_id = m.organization_id and c.id = m.channel_id
             left join desk.ticket t on t.organization_id = m.organization_id and t.id = m.ticket_id
            where ($1::uuid is null or m.id = $1) and ($2::uuid is null or m.channel_id = $2)
              and ($3::text is null or m.outcome = $3) and ($4::uuid is null or m.id < $4)
            order by m.id desc limit $5"#,
        wanted.id.map(|id| id.0),
        wanted.channel_id.map(|id| id.0),
        wanted.outcome as _,
        wanted.before.map(|id| id.0),
        wanted.most,
    )
    .fetch_all(conn)
    .await?;
    let details = rows.into_iter().map(|row| LoggedMailDetail {
        mail: LoggedMail {
            id: row.id,
            channel_id: row.channel_id,
            channel_name: row.channel_name,
            received_at: row.received_at,
            from: row.from_address,
            subject: row.subject,
            bytes: row.bytes,
            outcome: row.outcome,
            reason: row.reason,
            attempts: row.attempts,
            ticket: ticket(row.ticket_id, row.number, row.ticket_subject, row.status),
            message_id: row.message_id,
        },
        sha256: row.sha256,
        whole: row.whole,
        folder: row.folder,
        uid: row.uid,
        envelope_from: row.envelope_from,
        envelope_to: row.envelope_to,
        last_error: row.last_error,
        original_id: row.original_id,
        processed_at: row.processed_at,
    });
    Ok(details.collect())
}

fn ticket(
    id: Option<TicketId>,
    number: Option<i64>,
    subject: Option<String>,
    status: Option<Status>,
) -> Option<LoggedTicket> {
    Some(LoggedTicket { id: id?, number: number?, subject: subject?, status: status? })
}
