use atum_audit::Event;
use atum_core::{
    App, Problem, Problems, Result,
    checks::Checks,
    db::{ReadWrite, TenantTx},
    extract::{Json, Path},
    ids::{MessageId, PersonId, TicketId},
};
use atum_identity::Agent;
use atum_tickets::Ticket;
use axum::extract::State;
use mail_reading::Mailbox;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{Kind, participate, reference};

#[derive(Deserialize, ToSchema)]
pub(crate) struct MoveMessage {
    /// Null: into a ticket of its own.
    #[schema(required)]
    ticket_number: Option<i64>,
}

/// A ticket named in passing.
#[derive(Serialize, ToSchema)]
pub(crate) struct MovedTo {
    #[schema(value_type = uuid::Uuid)]
    id: TicketId,
    number: i64,
    subject: String,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct MovedMessage {
    ticket: MovedTo,
}

/// Puts a mail into another ticket, or into a new one. Later mails that answer it go there too, whatever token they carry.
#[utoipa::path(post, path = "/api/v1/messages/{id}/move", tag = "messages", request_body = MoveMessage,
    params(("id" = MessageId, Path)), responses((status = 200, body = MovedMessage), Problems))]
pub(crate) async fn move_message(
    State(app): State<App>,
    agent: Agent,
    Path(id): Path<MessageId>,
    Json(given): Json<MoveMessage>,
) -> Result<Json<MovedMessage>> {
    let mut tx = app.db.write(&agent).await?;
    let mail = find(&mut tx, id).await?;
    let target = match given.ticket_number {
        Some(number) => known(&mut tx, number).await?,
        None => None,
    };
    Checks::new()
        .require(
            given.ticket_number.is_none() || target.is_some(),
            "ticket_number",
            "unknown",
            "there is no such ticket",
        )
        .require(target != Some(mail.ticket_id), "ticket_number", "same", "the message is in this ticket already")
        .finish()?;
    let to = match target {
        Some(ticket_id) => {
            put(&mut tx, id, &mail, ticket_id).await?;
            ticket_id
        }
        None => open(&app, &mut tx, id, &mail).await?,
    };
    let ticket = tell(&mut tx, id, &mail, to).await?;
    tx.commit().await?;
    Ok(Json(MovedMessage { ticket: MovedTo { id: ticket.id, number: ticket.number, subject: ticket.subject } }))
}

/// A message that came by mail.
pub(super) struct Found {
    pub ticket_id: TicketId,
    pub author_id: PersonId,
    pub from: Mailbox,
    subject: String,
    pub third_party: bool,
}

/// 404 where there is none, or it came by another way.
pub(super) async fn find(tx: &mut TenantTx<ReadWrite>, id: MessageId) -> Result<Found> {
    let row = sqlx::query!(
        r#"select m.ticket_id as "ticket_id: TicketId", m.author_id as "author_id: PersonId", w.from_address, w.from_name,
                  w.subject, w.third_party
             from desk.message m
             join desk.mail_message w on w.organization_id = m.organization_id and w.message_id = m.id
            where m.id = $1 for update of w"#,
        id.0,
    );
    let row = row.fetch_optional(&mut **tx).await?.ok_or_else(Problem::not_found)?;
    Ok(Found {
        ticket_id: row.ticket_id,
        author_id: row.author_id,
        from: Mailbox { address: row.from_address, name: row.from_name },
        subject: row.subject,
        third_party: row.third_party,
    })
}

async fn known(tx: &mut TenantTx<ReadWrite>, number: i64) -> Result<Option<TicketId>> {
    let id = sqlx::query_scalar!(r#"select id as "id: TicketId" from desk.ticket where number = $1"#, number);
    Ok(id.fetch_optional(&mut **tx).await?)
}

/// Staff said that it belongs here, so its writer takes part from now on; a third party stays one until let in.
async fn put(tx: &mut TenantTx<ReadWrite>, id: MessageId, mail: &Found, to: TicketId) -> Result<()> {
    atum_tickets::put_message(tx, id, mail.ticket_id, to).await?;
    reference::redirect(tx, id, to).await?;
    follow(tx, id, to).await?;
    if mail.third_party { Ok(()) } else { participate(tx, to, Kind::Admitted, std::slice::from_ref(&mail.from)).await }
}

/// In a ticket of its own everybody is its requester, also who was a third party elsewhere.
async fn open(app: &App, tx: &mut TenantTx<ReadWrite>, id: MessageId, mail: &Found) -> Result<TicketId> {
    let subject = crate::process::subject(&mail.subject);
    let opened = atum_tickets::open_with_message(app, tx, &subject, mail.author_id, id, mail.ticket_id).await?;
    reference::redirect(tx, id, opened).await?;
    follow(tx, id, opened).await?;
    sqlx::query!("update desk.mail_message set third_party = false where message_id = $1", id.0)
        .execute(&mut **tx)
        .await?;
    atum_tickets::relate(tx, opened, mail.ticket_id).await?;
    Ok(opened)
}

/// The log tells where it is now.
async fn follow(tx: &mut TenantTx<ReadWrite>, id: MessageId, to: TicketId) -> Result<()> {
    sqlx::query!("update desk.inbound_mail set ticket_id = $2 where message_id = $1", id.0, to.0)
        .execute(&mut **tx)
        .await?;
    sqlx::query!("update desk.mail_message set thread_reason = 'moved' where message_id = $1", id.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Both tickets' histories tell it.
async fn tell(tx: &mut TenantTx<ReadWrite>, id: MessageId, mail: &Found, to: TicketId) -> Result<Ticket> {
    let from = atum_tickets::lock_by_id(tx, mail.ticket_id).await?;
    let ticket = atum_tickets::lock_by_id(tx, to).await?;
    let detail = json!({ "from_number": from.number, "to_number": ticket.number, "message_id": id });
    for ticket_id in [mail.ticket_id, to] {
        let event = Event::internal("message_moved").ticket(ticket_id).message(id).detail(detail.clone());
        atum_audit::record(tx, event).await?;
    }
    Ok(ticket)
}
