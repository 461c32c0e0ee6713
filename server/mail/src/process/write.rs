//! Writes what a mail became: ticket or message, its files, what is told of it, and its end in the ledger.

use std::collections::HashMap;

use atum_audit::Event;
use atum_core::{
    App, Result,
    db::{ReadWrite, TenantTx},
    ids::{FileId, MessageId, TicketId},
};
use atum_files::Contents;
use atum_tickets::{MailAddress, MailInvitation, MailText, Opened};
use bytes::Bytes;
use mail_reading::{Attachment, Mailbox};
use serde_json::json;

use super::{answer, digest::Digest, html, sender::Sender};
use crate::{
    guard,
    intake::inbound::{self, Inbound, Outcome},
    thread::{self, Decision, Kind, Place},
};

/// What more there is lies in the mail itself, which is attached then.
const MOST_FILES: usize = 200;
const MOST_SUBJECT: usize = 200;

/// A mail of which everything is known.
pub(super) struct Mail<'a> {
    pub inbound: &'a Inbound,
    pub digest: &'a Digest,
    pub raw: Bytes,
    pub sender: &'a Sender,
    pub decision: Decision,
    pub warning: Option<&'static str>,
}

/// Where it is now.
pub(super) struct Written {
    pub ticket_id: TicketId,
    pub message_id: MessageId,
    /// The ticket, where it began with this mail.
    pub opened: Option<Opened>,
}

pub(super) async fn write(app: &App, tx: &mut TenantTx<ReadWrite>, mail: Mail<'_>) -> anyhow::Result<()> {
    // Staff's address that nobody proved does nothing in staff's name.
    let unproved = mail.sender.person.role.is_staff() && mail.sender.agent().is_none();
    tx.actor = Some(mail.sender.person.id).filter(|_| !unproved);
    // Before anything that others wait for is locked.
    let files = atum_files::put(app, tx, files(mail.digest, &mail.raw)).await?;
    let written = say(app, tx, &mail).await?;
    let ids = atum_files::carry(tx, written.message_id, mail.sender.person.id, &files).await?;
    tell(tx, &mail, &written, &pictures(&mail.digest.reading.attachments, &ids)).await?;
    remember(tx, &mail, &written).await?;
    if let Some(opened) = &written.opened {
        answer::ask_for(tx, &mail, opened).await?;
    }
    let (ticket_id, message_id) = (Some(written.ticket_id), Some(written.message_id));
    inbound::finish(tx, mail.inbound.id, Outcome::Accepted, Some(mail.decision.reason), ticket_id, message_id).await?;
    Ok(())
}

/// As a ticket's subject: one line, not empty, with what is too long cut; the whole one is told beside the message.
pub(crate) fn subject(given: &str) -> String {
    let line = given.replace('\0', "").split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() {
        return "(no subject)".to_owned();
    }
    if line.chars().count() <= MOST_SUBJECT {
        return line;
    }
    line.chars().take(MOST_SUBJECT - 1).chain(['…']).collect()
}

async fn say(app: &App, tx: &mut TenantTx<ReadWrite>, mail: &Mail<'_>) -> Result<Written> {
    let text = MailText { author_id: mail.sender.person.id, body: body(mail) };
    let (ticket_id, message_id) = match mail.decision.place {
        Place::Answer(id) => (id, atum_tickets::hear_by_mail(tx, id, text).await?),
        Place::Staff(id) => (id, atum_tickets::answer_by_mail(tx, id, mail.sender.person.role, text).await?),
        Place::Aside(id) => (id, atum_tickets::note_by_mail(tx, id, text).await?),
        Place::New | Place::FollowUp(_) | Place::Related(_) => return open(app, tx, mail, text).await,
    };
    Ok(Written { ticket_id, message_id, opened: None })
}

fn body(mail: &Mail<'_>) -> String {
    if mail.inbound.whole {
        return mail.digest.body.clone();
    }
    let mebibytes = mail.inbound.bytes >> 20;
    format!("(The mail has {mebibytes} MiB, which is more than is taken in. Only its header is here.)")
}

async fn open(app: &App, tx: &mut TenantTx<ReadWrite>, mail: &Mail<'_>, text: MailText) -> Result<Written> {
    let opened = atum_tickets::open_by_mail(app, tx, &subject(&mail.digest.reading.subject), text).await?;
    match mail.decision.place {
        Place::FollowUp(ended) => {
            atum_tickets::link(tx, opened.ticket_id, ended).await?;
            let facts = json!({ "follow_up_number": opened.number, "follow_up_id": opened.ticket_id });
            atum_audit::record(tx, Event::public("follow_up_opened").ticket(ended).detail(facts)).await?;
        }
        Place::Related(other) => atum_tickets::relate(tx, opened.ticket_id, other).await?,
        _ => {}
    }
    Ok(Written { ticket_id: opened.ticket_id, message_id: opened.message_id, opened: Some(opened) })
}

fn files(digest: &Digest, raw: &Bytes) -> Vec<Contents> {
    let attached = &digest.reading.attachments;
    let of = |attachment: &Attachment| Contents {
        name: attachment.name.clone(),
        bytes: Bytes::from(attachment.contents.clone()),
    };
    let mut files: Vec<Contents> = attached.iter().take(MOST_FILES).map(of).collect();
    if attached.len() > MOST_FILES {
        files.push(Contents { name: "mail.eml".to_owned(), bytes: raw.clone() });
    }
    if let Some(text) = &digest.whole_text {
        files.push(Contents { name: "message.txt".to_owned(), bytes: Bytes::from(text.clone()) });
    }
    files
}

/// Content ids with the files that they name.
fn pictures(attachments: &[Attachment], ids: &[FileId]) -> HashMap<String, FileId> {
    let named = attachments.iter().zip(ids).filter(|(of, _)| of.inline);
    named.filter_map(|(of, id)| Some((of.content_id.as_deref()?.replace('\0', ""), *id))).collect()
}

async fn tell(
    tx: &mut TenantTx<ReadWrite>,
    mail: &Mail<'_>,
    written: &Written,
    pictures: &HashMap<String, FileId>,
) -> Result<()> {
    let (reading, sender) = (&mail.digest.reading, mail.sender);
    let html = mail.digest.html.as_ref();
    let third_party = matches!(mail.decision.place, Place::Aside(_))
        && !reading.automatic.verdict
        && !matches!(mail.decision.reason, "report" | "sent_elsewhere");
    sqlx::query!(
        "insert into desk.mail_message
             (organization_id, message_id, inbound_mail_id, reference, from_address, from_name, reply_to, sent_to, cc,
              subject, html, sanitizer_version, remote_content, pictures, folded, thread_reason, third_party, warning,
              automatic, unanswerable, invitation, signed)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)",
        tx.organization_id.0,
        written.message_id.0,
        mail.inbound.id.0,
        own_reference(mail),
        sender.mailbox.address,
        sender.mailbox.name,
        reply_to(mail),
        json!(addresses(&reading.to)),
        json!(addresses(&reading.cc)),
        reading.subject.replace('\0', ""),
        html.map(|html| html.html.as_str()),
        html.map(|_| html::VERSION),
        html.is_some_and(|html| html.remote),
        json!(pictures),
        json!(mail.digest.folded),
        mail.decision.reason,
        third_party,
        if mail.inbound.whole { mail.warning } else { Some("too_large") },
        reading.automatic.verdict,
        reading.unanswerable.rule,
        mail.digest.invitation.as_ref().map(|of| json!(invitation(of))),
        is_signed(mail.digest).then_some("not_checked"),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

fn invitation(of: &mail_reading::Invitation) -> MailInvitation {
    let of = of.clone();
    MailInvitation {
        summary: of.summary,
        start: of.start,
        end: of.end,
        organizer: of.organizer,
        location: of.location,
        join_url: of.join_url,
        attendees: of.attendees,
    }
}

fn reply_to(mail: &Mail<'_>) -> Option<String> {
    let given = mail.digest.reading.reply_to.first().map(|reply| reply.address.to_lowercase().replace('\0', ""));
    given.filter(|address| thread::is_address(address) && *address != mail.sender.mailbox.address)
}

fn addresses(mailboxes: &[Mailbox]) -> Vec<MailAddress> {
    let clean = |text: &str| text.replace('\0', "");
    let one = |mailbox: &Mailbox| MailAddress {
        address: clean(&mailbox.address),
        name: Some(clean(&mailbox.name)).filter(|name| !name.is_empty()),
    };
    mailboxes.iter().take(200).map(one).collect()
}

fn is_signed(digest: &Digest) -> bool {
    let signatures = ["application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"];
    digest.reading.signed || digest.reading.attachments.iter().any(|of| signatures.contains(&of.media_type.as_str()))
}

/// The Message-ID, or the one that the ledger gave it.
fn own_reference(mail: &Mail<'_>) -> String {
    mail.digest.reading.message_id.clone().map_or_else(|| mail.inbound.identity.clone(), |id| id.replace('\0', ""))
}

/// What later mails are matched by: its own id, those that it mentions, and who takes part now.
async fn remember(tx: &mut TenantTx<ReadWrite>, mail: &Mail<'_>, written: &Written) -> Result<()> {
    let reading = &mail.digest.reading;
    thread::remember(tx, written.ticket_id, written.message_id, &[own_reference(mail)]).await?;
    if matches!(mail.decision.place, Place::Aside(_)) {
        return Ok(());
    }
    if !reading.automatic.verdict {
        guard::release(tx, &mail.sender.mailbox.address).await?;
    }
    let mentioned: Vec<String> = reading.references.iter().chain(&reading.in_reply_to).cloned().collect();
    if !mentioned.is_empty() {
        thread::mention(tx, written.ticket_id, written.message_id, &mentioned).await?;
    }
    let others: Vec<Mailbox> = reading.to.iter().chain(&reading.cc).cloned().collect();
    thread::participate(tx, written.ticket_id, Kind::Cc, &others).await
}
