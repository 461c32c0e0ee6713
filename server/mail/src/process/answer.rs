//! "We have it": what a program here says to whoever's mail began a ticket.

use atum_core::{
    App,
    db::{ReadWrite, TenantTx},
};
use atum_tickets::Opened;

use super::write::Mail;
use crate::{
    outbox::{self, Automatic},
    template::{TemplateKind, Values},
};

/// Asked of the guard by who sends it. Nothing that the sender wrote is in it, not even the name: with somebody else's
/// address in From it would carry a stranger's words to them.
pub(super) async fn acknowledge(
    app: &App,
    tx: &mut TenantTx<ReadWrite>,
    mail: &Mail<'_>,
    opened: &Opened,
) -> anyhow::Result<()> {
    if mail.digest.reading.unanswerable.verdict {
        return Ok(());
    }
    let values = Values::from([
        ("ticket_number", opened.number.to_string()),
        ("ticket_link", format!("{}/portal/tickets/{}", app.config.public_url, opened.number)),
    ]);
    let answer = Automatic {
        kind: TemplateKind::TicketReceived,
        ticket: Some((opened.ticket_id, opened.number)),
        person_id: Some(mail.sender.person.id),
        address: mail.sender.mailbox.address.clone(),
        name: None,
        locale: mail.sender.person.locale.clone(),
        in_answer: true,
        values,
        link: None,
        send_after: None,
    };
    // A refusal is the guard's business: the ticket is there all the same.
    let _refused = outbox::send_automatic(app, tx, answer).await?;
    Ok(())
}
