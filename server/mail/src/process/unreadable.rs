//! A mail that three attempts could not read: a person has to.

use atum_core::{
    App,
    db::{ReadWrite, TenantTx},
};
use atum_files::Contents;
use atum_tickets::MailText;
use bytes::Bytes;

use super::{channel, sender, write};
use crate::intake::inbound::{self, Inbound, Outcome};

/// Opens a ticket with the mail attached as it came. Nothing of it is looked at but what the ledger noted.
pub(super) async fn keep(app: &App, tx: &mut TenantTx<ReadWrite>, inbound: &Inbound, raw: Bytes) -> anyhow::Result<()> {
    let facts = channel::facts(tx, inbound.id).await?;
    let mailbox = sender::mailbox(facts.from_address.as_deref().unwrap_or_default(), "");
    let person = sender::person(tx, &mailbox).await?;
    let files = atum_files::put(app, tx, vec![Contents { name: "mail.eml".to_owned(), bytes: raw }]).await?;
    let text =
        MailText { author_id: person.id, body: "(This mail could not be read. It is attached as it came.)".to_owned() };
    let subject = write::subject(facts.subject.as_deref().unwrap_or_default());
    let opened = atum_tickets::open_by_mail(app, tx, &subject, text).await?;
    atum_files::carry(tx, opened.message_id, person.id, &files).await?;
    sqlx::query!(
        "insert into desk.mail_message
             (organization_id, message_id, inbound_mail_id, reference, from_address, from_name, sent_to, cc, subject,
              remote_content, pictures, folded, thread_reason, third_party, automatic, unanswerable)
         values ($1, $2, $3, $4, $5, '', '[]', '[]', $6, false, '{}', '[]', 'unreadable', false, false, 'unreadable')",
        tx.organization_id.0,
        opened.message_id.0,
        inbound.id.0,
        inbound.identity,
        mailbox.address,
        subject,
    )
    .execute(&mut **tx)
    .await?;
    let (ticket_id, message_id) = (Some(opened.ticket_id), Some(opened.message_id));
    inbound::finish(tx, inbound.id, Outcome::Failed, Some("unreadable"), ticket_id, message_id).await?;
    Ok(())
}
