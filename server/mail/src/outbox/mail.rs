use atum_core::{
    App, Result,
    db::{ReadWrite, TenantTx},
    ids::{MessageId, OutgoingEnvelopeId, OutgoingMailId, PersonId, TicketId},
};
use atum_identity::seal;
use atum_tickets::EnvelopeState;
use chrono::{DateTime, Utc};

use super::{envelope::EnvelopeKind, route::Route};
use crate::{channel::Channel, smtp::Address, template::TemplateKind};

/// A mail to be written down.
pub struct NewMail {
    pub kind: TemplateKind,
    /// What sends it; `None`: nothing can.
    pub channel: Option<Channel>,
    /// With its number.
    pub ticket: Option<(TicketId, i64)>,
    pub message_id: Option<MessageId>,
    pub person_id: Option<PersonId>,
    /// No person wrote it.
    pub automatic: bool,
    /// A program answers a mail.
    pub in_answer: bool,
    pub subject: String,
    pub body: String,
    pub locale: String,
    pub in_reply_to: Option<String>,
    /// Oldest first.
    pub references: Vec<String>,
    /// Stands where the body has [`LINK_MARK`], for the recipient alone.
    pub link: Option<String>,
    pub recipients: Vec<Recipient>,
    pub send_after: DateTime<Utc>,
}

pub struct Recipient {
    pub address: String,
    pub name: Option<String>,
    pub kind: EnvelopeKind,
}

/// Where a sealed link belongs. Letters of the private use area: nobody writes them.
pub const LINK_MARK: &str = "\u{f8f0}link\u{f8f1}";

/// Writes a mail down with an envelope for each recipient. Gives its id and its Message-ID.
pub async fn insert(app: &App, tx: &mut TenantTx<ReadWrite>, mail: NewMail) -> Result<(OutgoingMailId, String)> {
    let id = OutgoingMailId::new();
    let route = Route::of(app, tx.organization_id, mail.channel.as_ref());
    let number = mail.ticket.map(|(_, number)| number);
    let own_id = mail.message_id.map_or(id.0, |message| message.0);
    let message_id = route.message_id(number, own_id);
    let sealed = mail.link.map(|link| seal::seal(&app.config.secret_key, link.as_bytes(), &place(id))).transpose()?;
    sqlx::query!(
        "insert into desk.outgoing_mail
             (organization_id, id, channel_id, ticket_id, message_id, person_id, kind, automatic, in_answer,
              message_id_header, from_address, from_name, reply_to, subject, body, locale, in_reply_to, reference_ids,
              sealed_link, created_at, send_after)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)",
        tx.organization_id.0,
        id.0,
        mail.channel.as_ref().map(|channel| channel.id.0),
        mail.ticket.map(|(ticket, _)| ticket.0),
        mail.message_id.map(|message| message.0),
        mail.person_id.map(|person| person.0),
        mail.kind as _,
        mail.automatic,
        mail.in_answer,
        message_id,
        route.address,
        route.name,
        number.and_then(|number| route.reply_to(number)),
        mail.subject,
        mail.body,
        mail.locale,
        mail.in_reply_to,
        &mail.references,
        sealed,
        tx.now,
        mail.send_after,
    )
    .execute(&mut **tx)
    .await?;
    for recipient in mail.recipients {
        insert_envelope(tx, &route, id, mail.send_after, mail.in_answer, recipient).await?;
    }
    Ok((id, message_id))
}

async fn insert_envelope(
    tx: &mut TenantTx<ReadWrite>,
    route: &Route<'_>,
    mail_id: OutgoingMailId,
    send_after: DateTime<Utc>,
    in_answer: bool,
    recipient: Recipient,
) -> Result<()> {
    let id = OutgoingEnvelopeId::new();
    let sound = recipient.address.parse::<Address>();
    let state = match (route.channel, &sound) {
        (_, Err(_)) => EnvelopeState::Failed,
        (None, Ok(_)) => EnvelopeState::Kept,
        (Some(_), Ok(_)) => EnvelopeState::Queued,
    };
    sqlx::query!(
        "insert into desk.outgoing_envelope
             (organization_id, id, mail_id, channel_id, recipient, name, kind, state, last_error, next_attempt_at,
              changed_at, return_path)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict (organization_id, mail_id, lower(recipient)) do nothing",
        tx.organization_id.0,
        id.0,
        mail_id.0,
        route.channel.map(|channel| channel.id.0),
        recipient.address,
        recipient.name,
        recipient.kind as _,
        state as _,
        sound.err().map(|wrong| format!("{} {wrong}", recipient.address)),
        (state == EnvelopeState::Queued).then_some(send_after),
        tx.now,
        if in_answer { String::new() } else { route.return_path(id.0) },
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A sealed link opens in its mail alone.
pub(super) fn place(id: OutgoingMailId) -> Vec<u8> {
    [b"mail link ", &id.0.as_bytes()[..]].concat()
}
