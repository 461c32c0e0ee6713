use atum_core::{
    Result,
    db::{ReadWrite, TenantTx},
    ids::OutgoingEnvelopeId,
};
use mail_reading::{Reading, Recipient};

use super::About;
use crate::{
    guard,
    outbox::{self, Bounced},
};

/// Notes on the envelopes what the report says of them, and brings a ticket back whose last answer nobody got.
pub(crate) async fn apply(tx: &mut TenantTx<ReadWrite>, about: &About, reading: &Reading) -> Result<()> {
    let mut lost = false;
    for envelope in &about.envelopes {
        lost |= learn(tx, *envelope, reading).await?;
    }
    match about.ticket_id.filter(|_| lost) {
        Some(ticket_id) => atum_tickets::bring_back(tx, ticket_id).await,
        None => Ok(()),
    }
}

/// Whether the last answer was lost by it.
async fn learn(tx: &mut TenantTx<ReadWrite>, envelope: OutgoingEnvelopeId, reading: &Reading) -> Result<bool> {
    let recipient =
        sqlx::query_scalar!("select lower(recipient) from desk.outgoing_envelope where id = $1", envelope.0);
    let recipient = recipient.fetch_optional(&mut **tx).await?.flatten().unwrap_or_default();
    if let Some(complaint) = &reading.bounce.complaint {
        guard::park(tx, &recipient, &format!("complained: {complaint}")).await?;
        return Ok(false);
    }
    let told = reading.bounce.recipients.iter();
    let told = told.clone().find(|told| told.address.eq_ignore_ascii_case(&recipient)).or_else(|| told.clone().next());
    // It arrived, or is still on its way.
    if told.is_some_and(|told| told.delivered || told.delayed) {
        return Ok(false);
    }
    let hard = told.is_some_and(|told| told.hard);
    let bounced = Bounced { status: told.and_then(status), hard, detail: detail(told) };
    let learnt = outbox::learn_bounce(tx, envelope, &bounced).await?;
    if hard {
        guard::park(tx, &recipient, &bounced.detail).await?;
    }
    Ok(learnt.is_some_and(|learnt| learnt.last_answer))
}

fn status(told: &Recipient) -> Option<String> {
    Some(told.status.clone()).filter(|status| !status.is_empty())
}

fn detail(told: Option<&Recipient>) -> String {
    match told {
        Some(told) if !told.status.is_empty() => format!("reported as not delivered ({})", told.status),
        _ => "reported as not delivered".to_owned(),
    }
}
