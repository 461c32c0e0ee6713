//! The door that mail comes through: what it may do to a ticket is what the other doors do.

use atum_audit::{Event, Visibility};
use atum_core::{
    App, Result,
    caller::Role,
    db::{ReadWrite, TenantTx},
    ids::{CompanyId, MessageId, PersonId, TicketId},
};
use atum_sla::{Priority, Signal};

use crate::{
    create::{self, Beginning, Opened},
    message::{self, Channel, NewText},
    number,
    post_message::{answered, heard},
    search,
    send_reply::SendReply,
    status::{self, Party, Status},
    ticket,
};

/// What somebody wrote by mail.
pub struct MailText {
    pub author_id: PersonId,
    /// Kept as it is: ranges of it are told elsewhere.
    pub body: String,
}

impl MailText {
    fn seen_by(self, visibility: Visibility) -> NewText {
        NewText { author_id: self.author_id, visibility, channel: Channel::Mail, body: self.body }
    }
}

/// Opens a ticket. Unlike the portal it hears those too who are not active any more: their mail must not be lost.
pub async fn open_by_mail(app: &App, tx: &mut TenantTx<ReadWrite>, subject: &str, text: MailText) -> Result<Opened> {
    let start = beginning(app, tx, subject, text.author_id).await?;
    create::begin(tx, start, text.seen_by(Visibility::Public), &[]).await
}

async fn beginning<'a>(
    app: &App,
    tx: &mut TenantTx<ReadWrite>,
    subject: &'a str,
    requester_id: PersonId,
) -> Result<Beginning<'a>> {
    let company_id = sqlx::query_scalar!(
        r#"select company_id as "company_id: CompanyId" from desk.person where id = $1"#,
        requester_id.0
    );
    let company_id = company_id.fetch_one(&mut **tx).await?;
    let number = number::take_beside(app, tx.organization_id).await?;
    Ok(Beginning { number, subject, priority: Priority::Normal, requester_id, company_id })
}

/// Opens a ticket whose first message is one that another ticket had; who wrote that is its requester.
pub async fn open_with_message(
    app: &App,
    tx: &mut TenantTx<ReadWrite>,
    subject: &str,
    author_id: PersonId,
    message_id: MessageId,
    from: TicketId,
) -> Result<TicketId> {
    let start = beginning(app, tx, subject, author_id).await?;
    let (ticket_id, event) = create::file(tx, start).await?;
    put_message(tx, message_id, from, ticket_id).await?;
    make_public(tx, ticket_id, message_id).await?;
    atum_audit::record(tx, event.ticket(ticket_id).message(message_id)).await?;
    Ok(ticket_id)
}

/// A customer's words: they bring a waiting or resolved ticket back, like those of the portal.
pub async fn hear_by_mail(tx: &mut TenantTx<ReadWrite>, ticket_id: TicketId, text: MailText) -> Result<MessageId> {
    let ticket = ticket::lock_by_id(tx, ticket_id).await?;
    status::may_reply(ticket.status, Party::Customer)?;
    let text = text.seen_by(Visibility::Public);
    let id = message::append(tx, ticket_id, text, &[], Event::public("message_posted")).await?;
    heard(tx, ticket).await?;
    Ok(id)
}

/// Staff's words: a public reply where the ticket's state lets staff reply, else a note, so that nothing is lost.
pub async fn answer_by_mail(
    tx: &mut TenantTx<ReadWrite>,
    ticket_id: TicketId,
    role: Role,
    text: MailText,
) -> Result<MessageId> {
    let ticket = ticket::lock_by_id(tx, ticket_id).await?;
    if status::may_reply(ticket.status, Party::Staff(role)).is_err() {
        return note_by_mail(tx, ticket_id, text).await;
    }
    let text = text.seen_by(Visibility::Public);
    let id = message::append(tx, ticket_id, text, &[], Event::public("message_posted")).await?;
    atum_jobs::enqueue(tx, SendReply { message_id: id, cc: vec![], bcc: vec![] }).await?;
    answered(tx, Party::Staff(role), ticket).await?;
    Ok(id)
}

/// What staff read and nothing else comes of: a third party's words, a program's answer, a report.
pub async fn note_by_mail(tx: &mut TenantTx<ReadWrite>, ticket_id: TicketId, text: MailText) -> Result<MessageId> {
    message::append(tx, ticket_id, text.seen_by(Visibility::Internal), &[], Event::internal("note_added")).await
}

/// Puts a message into another ticket. Clocks and states of both stay as they are: what was said stays said.
pub async fn put_message(
    tx: &mut TenantTx<ReadWrite>,
    message_id: MessageId,
    from: TicketId,
    to: TicketId,
) -> Result<()> {
    sqlx::query!("update desk.message set ticket_id = $2 where id = $1", message_id.0, to.0).execute(&mut **tx).await?;
    for ticket_id in [from, to] {
        message::preview_anew(tx, ticket_id).await?;
        search::index_anew(tx, ticket_id).await?;
    }
    Ok(())
}

/// Lets the ticket's customers see a message, as if its writer had always taken part.
pub async fn make_public(tx: &mut TenantTx<ReadWrite>, ticket_id: TicketId, message_id: MessageId) -> Result<()> {
    sqlx::query!("update desk.message set visibility = 'public' where id = $1", message_id.0)
        .execute(&mut **tx)
        .await?;
    message::preview_anew(tx, ticket_id).await?;
    search::index_anew(tx, ticket_id).await
}

/// Staff's last answer never arrived: what waits for its reader, or ended with it, is in progress again.
pub async fn bring_back(tx: &mut TenantTx<ReadWrite>, ticket_id: TicketId) -> Result<()> {
    let (ticket, now) = (ticket::lock_by_id(tx, ticket_id).await?, tx.now);
    // The installation acts in staff's place.
    let staff = Party::Staff(Role::Manager);
    let (after, event, signal) = match ticket.status {
        Status::WaitingCustomer => (ticket.clone().start(staff)?, "ticket_started", Signal::WaitingEnded),
        Status::Resolved => (ticket.clone().reopen(staff)?, "ticket_reopened", Signal::Reopened),
        _ => return Ok(()),
    };
    let actor = tx.actor.take();
    let saved = ticket::save(tx, &ticket, after, Event::public(event)).await?;
    atum_sla::apply(tx, saved.id, signal, now).await?;
    tx.actor = actor;
    Ok(())
}
