//! Staff's public reply, as a mail to the customer.

use std::collections::HashSet;

use atum_core::{
    App,
    db::{ReadWrite, TenantTx},
    ids::{MailChannelId, MessageId, PersonId, TicketId},
};
use atum_jobs::Handler;
use atum_tickets::SendReply;
use chrono::{DateTime, TimeDelta, Utc};
use mail_reading::Mailbox;

use super::{
    envelope::EnvelopeKind,
    mail::{NewMail, Recipient, insert},
};
use crate::{
    channel::{self, Channel},
    template::{self, TemplateKind, Values},
};

/// How long a reply can be taken back.
const UNDO_WINDOW: TimeDelta = TimeDelta::seconds(10);

pub struct RepliesSender;

impl Handler for RepliesSender {
    type Job = SendReply;

    async fn run(app: &App, tx: &mut TenantTx<ReadWrite>, job: SendReply) -> anyhow::Result<()> {
        send_reply(app, tx, &job).await
    }
}

struct Reply {
    ticket_id: TicketId,
    number: i64,
    subject: String,
    body: String,
    created_at: DateTime<Utc>,
    author: String,
    author_id: PersonId,
    requester_id: PersonId,
    requester_name: String,
    requester_email: String,
    locale: String,
}

/// Writes the mail of a message down. It can be taken back for ten seconds from when the message was written.
pub async fn send_reply(app: &App, tx: &mut TenantTx<ReadWrite>, job: &SendReply) -> anyhow::Result<()> {
    let reply = read(tx, job.message_id).await?;
    let channel = channel_of(tx, reply.ticket_id).await?;
    let recipients = recipients(tx, &reply, job).await?;
    if recipients.is_empty() {
        return Ok(());
    }
    crate::thread::participate(tx, reply.ticket_id, crate::thread::Kind::SentTo, &copied(&recipients)).await?;
    let organization = organization(app, tx).await?;
    let values = Values::from([
        ("organization", organization),
        ("name", reply.requester_name.clone()),
        ("ticket_number", reply.number.to_string()),
        ("ticket_subject", reply.subject.clone()),
        ("ticket_link", format!("{}/portal/tickets/{}", app.config.public_url, reply.number)),
        ("agent", reply.author.clone()),
        ("reply", reply.body.clone()),
        ("signature", channel.as_ref().map(|channel| channel.signature.clone()).unwrap_or_default()),
    ]);
    let filled = template::of(tx, TemplateKind::StaffReplied, &reply.locale).await?.filled_or_usual(&values)?;
    let thread = thread(tx, reply.ticket_id).await?;
    let subject = with_number(filled.subject, reply.number, channel.as_ref());
    insert(
        app,
        tx,
        NewMail {
            kind: TemplateKind::StaffReplied,
            channel,
            ticket: Some((reply.ticket_id, reply.number)),
            message_id: Some(job.message_id),
            person_id: Some(reply.requester_id),
            automatic: false,
            in_answer: false,
            subject,
            body: filled.text,
            locale: reply.locale,
            in_reply_to: thread.last().cloned(),
            references: thread,
            link: None,
            recipients,
            send_after: reply.created_at + UNDO_WINDOW,
        },
    )
    .await?;
    Ok(())
}

async fn read(tx: &mut TenantTx<ReadWrite>, message_id: MessageId) -> anyhow::Result<Reply> {
    let reply = sqlx::query_as!(
        Reply,
        r#"select m.ticket_id as "ticket_id: TicketId", t.number, t.subject, m.body, m.created_at, a.name as author,
                  a.id as "author_id: PersonId", r.id as "requester_id: PersonId", r.name as requester_name,
                  r.email as requester_email, r.locale
             from desk.message m
             join desk.ticket t on t.organization_id = m.organization_id and t.id = m.ticket_id
             join desk.person a on a.organization_id = m.organization_id and a.id = m.author_id
             join desk.person r on r.organization_id = m.organization_id and r.id = t.requester_id
            where m.id = $1"#,
        message_id.0,
    );
    Ok(reply.fetch_one(&mut **tx).await?)
}

/// The one by which the ticket's newest mail came in, or else the first that can send.
pub(super) async fn channel_of(tx: &mut TenantTx<ReadWrite>, ticket_id: TicketId) -> anyhow::Result<Option<Channel>> {
    let came_by = sqlx::query_scalar!(
        r#"select c.id as "id: MailChannelId" from desk.inbound_mail i
             join desk.mail_channel c on c.organization_id = i.organization_id and c.id = i.channel_id
            where i.ticket_id = $1 and c.active and c.smtp is not null and c.deleted_at is null
            order by i.received_at desc limit 1"#,
        ticket_id.0,
    )
    .fetch_optional(&mut **tx)
    .await?;
    match came_by {
        Some(id) => Ok(Some(channel::find(tx, id).await?)),
        None => Ok(channel::default(tx).await?),
    }
}

/// Each address once, and none of our own: a desk that writes to itself goes round in circles.
async fn recipients(tx: &mut TenantTx<ReadWrite>, reply: &Reply, job: &SendReply) -> anyhow::Result<Vec<Recipient>> {
    let mut seen: HashSet<String> = own_addresses(tx).await?;
    let mut recipients = vec![];
    let mut add = |address: &str, name: Option<String>, kind| {
        if seen.insert(address.to_lowercase()) {
            recipients.push(Recipient { address: address.to_owned(), name, kind });
        }
    };
    // Staff who answer their own request read it where they write it.
    let wanted = atum_tickets::wants_replies_by_mail(tx, reply.requester_id).await?;
    if wanted && reply.requester_id != reply.author_id {
        add(&reply.requester_email, Some(reply.requester_name.clone()), EnvelopeKind::To);
    }
    job.cc.iter().for_each(|address| add(address, None, EnvelopeKind::Cc));
    job.bcc.iter().for_each(|address| add(address, None, EnvelopeKind::Bcc));
    Ok(recipients)
}

/// Who got a copy for all to see takes part. A blind one does not: its answer would tell that there was one.
fn copied(recipients: &[Recipient]) -> Vec<Mailbox> {
    let seen = recipients.iter().filter(|recipient| recipient.kind == EnvelopeKind::Cc);
    let mailbox = |of: &Recipient| Mailbox { address: of.address.clone(), name: of.name.clone().unwrap_or_default() };
    seen.map(mailbox).collect()
}

async fn own_addresses(tx: &mut TenantTx<ReadWrite>) -> anyhow::Result<HashSet<String>> {
    let addresses =
        sqlx::query_scalar!(r#"select lower(address) as "address!" from desk.mail_channel where deleted_at is null"#);
    Ok(addresses.fetch_all(&mut **tx).await?.into_iter().collect())
}

/// The ids of the ticket's mails before this, oldest first: what came in and what went out.
pub(super) async fn thread(tx: &mut TenantTx<ReadWrite>, ticket_id: TicketId) -> anyhow::Result<Vec<String>> {
    let ids = sqlx::query_scalar!(
        r#"select id as "id!" from (
               select identity as id, received_at as at from desk.inbound_mail
                where ticket_id = $1 and message_id is not null and identity not like 'gen-%'
               union all
               select message_id_header, created_at from desk.outgoing_mail
                where ticket_id = $1 and kind in ('staff_replied', 'ticket_received', 'ticket_resolved')
           ) mail order by at desc, id limit 50"#,
        ticket_id.0,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(ids.into_iter().rev().collect())
}

/// The ticket's number in the subject, once, where the channel wants it.
pub(super) fn with_number(subject: String, number: i64, channel: Option<&Channel>) -> String {
    let token = format!("[#{number}]");
    let wanted = channel.is_none_or(|channel| channel.subject_token) && !subject.contains(&token);
    if wanted { format!("{subject} {token}") } else { subject }
}

pub(super) async fn organization(app: &App, tx: &TenantTx<ReadWrite>) -> anyhow::Result<String> {
    Ok(atum_identity::organization_name(app, tx.organization_id).await?)
}
