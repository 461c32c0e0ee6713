//! The whole way of a mail that can be read.

use atum_core::{
    App, Result,
    db::{ReadWrite, TenantTx},
    ids::TicketId,
};
use bytes::Bytes;

use super::{
    channel::{self, ChannelFacts},
    digest::{self, Digest},
    sender::{self, Sender},
    write::{self, Mail},
};
use crate::{
    bounce,
    intake::inbound::{self, Inbound, Outcome},
    thread::{self, Asked, Decision, Keys, Nature, Place, mint},
};

pub(super) async fn accept(
    app: &App,
    tx: &mut TenantTx<ReadWrite>,
    inbound: &Inbound,
    raw: Bytes,
) -> anyhow::Result<()> {
    let digest = digest::digest(raw.clone()).await?;
    let facts = channel::facts(tx, inbound.id).await?;
    let keys = Keys::of(&app.config, tx.organization_id);
    if facts.sent && facts.is_of_the_outbox {
        return Ok(inbound::finish(tx, inbound.id, Outcome::Accepted, Some("sent"), None, None).await?);
    }
    if is_our_own(&keys, &digest) {
        return Ok(quarantine(tx, inbound, "own_mail").await?);
    }
    if let Some(report) = bounce::report(tx, &keys, inbound, &digest.reading).await? {
        return report_on(app, tx, inbound, &digest, raw, report).await;
    }
    let sender = sender::sender(tx, &digest.reading, facts.trusted_authserv_id.as_deref()).await?;
    let Some(decision) = decide(tx, &keys, inbound, &digest, &facts, &sender).await? else {
        return Ok(quarantine(tx, inbound, "sent_elsewhere").await?);
    };
    let mail =
        Mail { inbound, digest: &digest, raw, warning: sender.warning(&digest.reading), sender: &sender, decision };
    write::write(app, tx, mail).await
}

/// A mail of ours that came back to us, by a copy or a forward.
fn is_our_own(keys: &Keys, digest: &Digest) -> bool {
    let id = digest.reading.message_id.as_deref();
    id.is_some_and(|id| mint::read_message_id(keys, id).is_some()) && !digest.reading.bounce.verdict
}

async fn quarantine(tx: &mut TenantTx<ReadWrite>, inbound: &Inbound, reason: &'static str) -> Result<()> {
    inbound::finish(tx, inbound.id, Outcome::Quarantined, Some(reason), None, None).await
}

/// Where it goes. `None`: somebody's copy of what was sent from elsewhere, of no ticket that is known.
async fn decide(
    tx: &mut TenantTx<ReadWrite>,
    keys: &Keys,
    inbound: &Inbound,
    digest: &Digest,
    facts: &ChannelFacts,
    sender: &Sender,
) -> Result<Option<Decision>> {
    if let Some(ticket_id) = inbound.ticket_id {
        return again(tx, inbound, ticket_id).await.map(Some);
    }
    let reading = &digest.reading;
    let asked = Asked {
        reading,
        channel_id: inbound.channel_id,
        subject_token: facts.subject_token,
        envelope_to: &inbound.envelope_to,
        sender: &sender.mailbox.address,
        agent: sender.agent().is_some(),
        authenticity: sender.authenticity,
    };
    let found = thread::find(tx, keys, &asked).await?;
    if facts.sent {
        return Ok(found.map(|found| Decision { place: Place::Aside(found.ticket_id), reason: "sent_elsewhere" }));
    }
    let forwarded = thread::is_forward(&reading.subject);
    let nature = Nature { forwarded, automatic: reading.automatic.verdict };
    Ok(Some(thread::decide(nature, found.as_ref())))
}

/// It could not be read before and has a ticket already, which gets what can be read now.
async fn again(tx: &mut TenantTx<ReadWrite>, inbound: &Inbound, ticket_id: TicketId) -> Result<Decision> {
    sqlx::query!("delete from desk.mail_message where inbound_mail_id = $1", inbound.id.0).execute(&mut **tx).await?;
    let ended = atum_tickets::lock_by_id(tx, ticket_id).await?.status.is_final();
    let place = if ended { Place::Aside(ticket_id) } else { Place::Answer(ticket_id) };
    Ok(Decision { place, reason: "processed_again" })
}

/// A report is kept with the ticket whose mail it tells of; one that tells of no mail of ours is nobody's to read.
async fn report_on(
    app: &App,
    tx: &mut TenantTx<ReadWrite>,
    inbound: &Inbound,
    digest: &Digest,
    raw: Bytes,
    report: bounce::Report,
) -> anyhow::Result<()> {
    let bounce::Report::On(about) = report else { return Ok(quarantine(tx, inbound, "report_on_nothing").await?) };
    bounce::apply(tx, &about, &digest.reading).await?;
    let Some(ticket_id) = about.ticket_id else {
        return Ok(inbound::finish(tx, inbound.id, Outcome::Accepted, Some("report"), None, None).await?);
    };
    let sender = sender::sender(tx, &digest.reading, None).await?;
    let decision = Decision { place: Place::Aside(ticket_id), reason: "report" };
    let mail = Mail { inbound, digest, raw, warning: None, sender: &sender, decision };
    write::write(app, tx, mail).await
}
