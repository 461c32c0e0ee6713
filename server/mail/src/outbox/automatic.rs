use atum_core::{
    App,
    db::{ReadWrite, TenantTx},
    ids::{OutgoingMailId, PersonId, TicketId},
};

use super::{
    envelope::EnvelopeKind,
    mail::{NewMail, Recipient, insert},
    reply::{channel_of, organization, thread, with_number},
};
use crate::{
    channel,
    guard::{self, Refusal},
    template::{self, TemplateKind, Values},
};

/// A mail that no person writes.
pub struct Automatic {
    pub kind: TemplateKind,
    pub ticket: Option<(TicketId, i64)>,
    pub person_id: Option<PersonId>,
    pub address: String,
    pub name: Option<String>,
    pub locale: String,
    /// It answers a mail: null return path, and the guard's stricter rates.
    pub in_answer: bool,
    /// Beside `organization` and `signature`, which are known.
    pub values: Values,
    /// For the recipient alone; stands where the value `link` is put in.
    pub link: Option<String>,
    /// Not before; `None`: at once.
    pub send_after: Option<chrono::DateTime<chrono::Utc>>,
}

/// Writes it down, if the guard lets a program write there now.
pub async fn send_automatic(
    app: &App,
    tx: &mut TenantTx<ReadWrite>,
    mail: Automatic,
) -> anyhow::Result<Result<OutgoingMailId, Refusal>> {
    let kind = serde_json::to_value(mail.kind)?;
    let answer = guard::Answer {
        address: &mail.address,
        ticket_id: mail.ticket.map(|(ticket, _)| ticket),
        kind: kind.as_str().unwrap_or_default(),
        in_answer: mail.in_answer,
    };
    if let Err(refusal) = guard::may_answer(tx, &answer).await? {
        tracing::info!(kind = ?mail.kind, refusal = refusal.as_str(), "no automatic mail is sent");
        return Ok(Err(refusal));
    }
    let channel = match mail.ticket {
        Some((ticket, _)) => channel_of(tx, ticket).await?,
        None => channel::default(tx).await?,
    };
    let mut values = mail.values;
    values.insert("organization", organization(app, tx).await?);
    values.insert("signature", channel.as_ref().map(|channel| channel.signature.clone()).unwrap_or_default());
    let filled = template::of(tx, mail.kind, &mail.locale).await?.filled_or_usual(&values)?;
    let (references, subject) = match mail.ticket {
        Some((ticket, number)) if is_for_customer(mail.kind) => {
            (thread(tx, ticket).await?, with_number(filled.subject, number, channel.as_ref()))
        }
        _ => (vec![], filled.subject),
    };
    let new = NewMail {
        kind: mail.kind,
        channel,
        ticket: mail.ticket,
        message_id: None,
        person_id: mail.person_id,
        automatic: true,
        in_answer: mail.in_answer,
        subject,
        body: filled.text,
        locale: mail.locale,
        in_reply_to: references.last().cloned(),
        references,
        link: mail.link,
        recipients: vec![Recipient { address: mail.address, name: mail.name, kind: EnvelopeKind::To }],
        send_after: mail.send_after.unwrap_or(tx.now),
    };
    Ok(Ok(insert(app, tx, new).await?.0))
}

/// What belongs to the conversation with the customer, so that mail programs show it there.
fn is_for_customer(kind: TemplateKind) -> bool {
    matches!(kind, TemplateKind::TicketReceived | TemplateKind::TicketResolved)
}
