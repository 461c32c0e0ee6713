//! What was said: the entity and its SQL.

use std::collections::HashMap;

use atum_audit::{Event, Visibility};
use atum_core::{
    App, Problems, Result,
    db::{ReadWrite, TenantTx},
    extract::{Json, Path},
    ids::{FileId, MessageId, PersonId, TicketId},
};
use atum_files::File;
use atum_identity::{Anyone, PersonSummary};
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use utoipa::ToSchema;

use crate::{
    delivery::{self, Delivery},
    mail::{self, Mail},
    search, seen,
    sight::{Sight, TicketRef},
    ticket,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Channel {
    Portal,
    Desk,
    Api,
    Mail,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Message {
    pub id: MessageId,
    pub visibility: Visibility,
    pub author: PersonSummary,
    /// The admin who wrote it in the author's name. Null: the author did.
    pub impersonator: Option<PersonSummary>,
    /// Plain text.
    pub body: String,
    pub channel: Channel,
    pub created_at: DateTime<Utc>,
    pub attachments: Vec<File>,
    /// By mail, for staff. Null: it was not sent by mail.
    pub delivery: Option<Vec<Delivery>>,
    /// Null: it did not come by mail.
    pub mail: Option<Mail>,
}

/// A text to be appended to a ticket.
pub struct NewText {
    pub author_id: PersonId,
    pub visibility: Visibility,
    pub channel: Channel,
    pub body: String,
}

/// The conversation, oldest first. Internal notes are in it for staff alone.
#[utoipa::path(get, path = "/api/v1/tickets/{ticket}/messages", tag = "messages",
    params(("ticket" = String, Path, description = "The ticket's number or id.")),
    responses((status = 200, body = Vec<Message>), Problems))]
pub(crate) async fn list_messages(
    State(app): State<App>,
    caller: Anyone,
    Path(reference): Path<TicketRef>,
) -> Result<Json<Vec<Message>>> {
    let mut tx = app.db.read(&caller).await?;
    let ticket = ticket::find(&mut tx, &caller, &reference).await?;
    Ok(Json(of_ticket(&mut tx, Sight::of(&caller), ticket.id, None).await?))
}

/// The messages of a ticket that this sight reaches, or one of them.
pub async fn of_ticket(
    conn: &mut PgConnection,
    sight: Sight,
    ticket_id: TicketId,
    only: Option<MessageId>,
) -> Result<Vec<Message>> {
    let rows = sqlx::query!(
        r#"select id as "id: MessageId", author_id as "author_id: PersonId",
                  impersonator_id as "impersonator_id: PersonId", visibility as "visibility: Visibility",
                  channel as "channel: Channel", body, created_at
             from desk.message
            where ticket_id = $1 and ($2 or visibility = 'public') and ($3::uuid is null or id = $3)
            order by created_at, id"#,
        ticket_id.0,
        sight.staff,
        only.map(|id| id.0),
    )
    .fetch_all(&mut *conn)
    .await?;
    let ids: Vec<MessageId> = rows.iter().map(|row| row.id).collect();
    let authors: Vec<PersonId> =
        rows.iter().flat_map(|row| [Some(row.author_id), row.impersonator_id]).flatten().collect();
    let mut files = atum_files::of_messages(conn, &ids).await?;
    let mut deliveries = if sight.staff { delivery::of_messages(conn, &ids).await? } else { HashMap::new() };
    let people = atum_identity::person::summaries(conn, &authors).await?;
    let by_mail: Vec<MessageId> = rows.iter().filter(|row| row.channel == Channel::Mail).map(|row| row.id).collect();
    let mut mails = mail::of_messages(conn, sight, &by_mail).await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            Some(Message {
                id: row.id,
                visibility: row.visibility,
                author: people.get(&row.author_id)?.clone(),
                impersonator: row.impersonator_id.and_then(|id| people.get(&id).cloned()),
                body: row.body,
                channel: row.channel,
                created_at: row.created_at,
                attachments: files.remove(&row.id).unwrap_or_default(),
                delivery: deliveries.remove(&row.id),
                mail: mails.remove(&row.id),
            })
        })
        .collect())
}

/// Appends a text with its files: the message, its words for the search, the ticket's preview, and the event that it
/// is: a message, a note, or the ticket's beginning.
pub async fn append(
    tx: &mut TenantTx<ReadWrite>,
    ticket_id: TicketId,
    text: NewText,
    file_ids: &[FileId],
    event: Event,
) -> Result<MessageId> {
    let id = MessageId::new();
    sqlx::query!(
        "insert into desk.message (organization_id, id, ticket_id, author_id, visibility, channel, body, created_at,
                                   impersonator_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        tx.organization_id.0,
        id.0,
        ticket_id.0,
        text.author_id.0,
        text.visibility as _,
        text.channel as _,
        text.body,
        tx.now,
        tx.impersonator.map(|impersonator| impersonator.0),
    )
    .execute(&mut **tx)
    .await?;
    atum_files::attach(tx, id, file_ids).await?;
    search::index(tx, ticket_id, text.visibility, &text.body).await?;
    preview(tx, ticket_id, text.visibility, &text.body).await?;
    seen::mark(tx, ticket_id).await?;
    atum_audit::record(tx, event.ticket(ticket_id).message(id)).await?;
    Ok(id)
}

/// The one line that lists show: of the newest message for staff, of the newest public one for customers.
async fn preview(tx: &mut TenantTx<ReadWrite>, ticket_id: TicketId, visibility: Visibility, body: &str) -> Result<()> {
    let words = body.split_whitespace();
    let line: String = words.collect::<Vec<_>>().join(" ").chars().take(160).collect();
    sqlx::query!(
        "update desk.ticket
            set preview = $2, public_preview = case when $3 then $2 else public_preview end, updated_at = $4,
                last_public_message_at = case when $3 then $4 else last_public_message_at end
          where id = $1",
        ticket_id.0,
        line,
        visibility == Visibility::Public,
        tx.now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The same from all messages that the ticket has now.
pub(crate) async fn preview_anew(tx: &mut TenantTx<ReadWrite>, ticket_id: TicketId) -> Result<()> {
    sqlx::query!(
        r#"with said as (
             select visibility, created_at, id, left(btrim(regexp_replace(left(body, 2000), '\s+', ' ', 'g')), 160) as line
               from desk.message where ticket_id = $1)
           update desk.ticket
              set preview = coalesce((select line from said order by created_at desc, id desc limit 1), ''),
                  public_preview = coalesce((select line from said where visibility = 'public'
                                              order by created_at desc, id desc limit 1), ''),
                  last_public_message_at = (select max(created_at) from said where visibility = 'public'),
                  updated_at = $2
            where id = $1"#,
        ticket_id.0,
        tx.now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
