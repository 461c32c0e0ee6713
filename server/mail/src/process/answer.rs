//! "We have it": what a program here says to whoever's mail began a ticket.

use atum_core::{
    App, Result,
    db::{ReadWrite, TenantTx},
    ids::{PersonId, TicketId},
};
use atum_jobs::{Handler, Job};
use atum_tickets::Opened;
use serde::{Deserialize, Serialize};

use super::write::Mail;
use crate::{
    outbox::{self, Automatic},
    template::{TemplateKind, Values},
};

/// Tells a sender that the mail is here. A job of its own, with many in one transaction: whoever asks the guard keeps all
/// others of the organization waiting until the commit, and mails that come in must not wait for that one by one.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AcknowledgeMail {
    ticket_id: TicketId,
    number: i64,
    person_id: PersonId,
}

impl Job for AcknowledgeMail {
    const KIND: &'static str = "acknowledge_mail";
    const BATCHED: bool = true;

    fn unique_key(&self) -> Option<String> {
        Some(self.ticket_id.to_string())
    }
}

/// Unless a program wrote it, or asks for no answer.
pub(super) async fn ask_for(tx: &mut TenantTx<ReadWrite>, mail: &Mail<'_>, opened: &Opened) -> Result<()> {
    if mail.digest.reading.unanswerable.verdict {
        return Ok(());
    }
    let person_id = mail.sender.person.id;
    atum_jobs::enqueue(tx, AcknowledgeMail { ticket_id: opened.ticket_id, number: opened.number, person_id }).await
}

pub(crate) struct Acknowledges;

impl Handler for Acknowledges {
    type Job = AcknowledgeMail;

    /// Asked of the guard by who sends it. Nothing that the sender wrote is in it, not even the name: with somebody
    /// else's address in From it would carry a stranger's words to them.
    async fn run(app: &App, tx: &mut TenantTx<ReadWrite>, job: AcknowledgeMail) -> anyhow::Result<()> {
        let person = sqlx::query!("select email, locale from desk.person where id = $1", job.person_id.0);
        let Some(person) = person.fetch_optional(&mut **tx).await? else { return Ok(()) };
        let values = Values::from([
            ("ticket_number", job.number.to_string()),
            ("ticket_link", format!("{}/portal/tickets/{}", app.config.public_url, job.number)),
        ]);
        let answer = Automatic {
            kind: TemplateKind::TicketReceived,
            ticket: Some((job.ticket_id, job.number)),
            person_id: Some(job.person_id),
            address: person.email,
            name: None,
            locale: person.locale,
            in_answer: true,
            values,
            link: None,
            send_after: None,
        };
        // A refusal is the guard's business: the ticket is there all the same.
        let _refused = outbox::send_automatic(app, tx, answer).await?;
        Ok(())
    }
}
