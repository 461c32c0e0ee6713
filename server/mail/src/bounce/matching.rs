use atum_core::{
    Result,
    db::{ReadWrite, TenantTx},
    ids::{OutgoingEnvelopeId, TicketId},
};
use chrono::TimeDelta;
use mail_reading::Reading;

use crate::{
    intake::inbound::Inbound,
    thread::{Keys, cleaned, mint},
};

/// Signs that a customer's mail about a failure may have too.
const DOUBTFUL: [&str; 2] = ["words_and_code", "notification"];
/// Servers try for up to five days (RFC 5321, section 4.5.4.1).
const LATELY: TimeDelta = TimeDelta::days(6);

/// What a mail that reports something tells of.
pub(crate) enum Report {
    On(About),
    /// No mail of ours: somebody else's failure in our name.
    OnNothing,
}

/// The mail that it tells of.
pub(crate) struct About {
    pub ticket_id: Option<TicketId>,
    pub envelopes: Vec<OutgoingEnvelopeId>,
}

/// `None`: it reports nothing, or so it only seems: a customer who sends on a report asks about it.
pub(crate) async fn report(
    tx: &mut TenantTx<ReadWrite>,
    keys: &Keys,
    inbound: &Inbound,
    reading: &Reading,
) -> Result<Option<Report>> {
    let bounce = &reading.bounce;
    if !bounce.verdict && bounce.complaint.is_none() {
        return Ok(None);
    }
    let doubtful = bounce.rule.is_some_and(|rule| DOUBTFUL.contains(&rule));
    for way in [by_return_path(tx, keys, inbound, reading).await?, by_message_id(tx, keys, reading).await?] {
        if way.is_some() {
            return Ok(way.map(Report::On));
        }
    }
    if doubtful {
        return Ok(None);
    }
    Ok(Some(by_address(tx, reading).await?.map_or(Report::OnNothing, Report::On)))
}

async fn by_return_path(
    tx: &mut TenantTx<ReadWrite>,
    keys: &Keys,
    inbound: &Inbound,
    reading: &Reading,
) -> Result<Option<About>> {
    let noted = inbound.envelope_to.iter().chain(&reading.delivered_to).map(String::as_str);
    let to = reading.to.iter().map(|mailbox| mailbox.address.as_str());
    let Some(id) = noted.chain(to).find_map(|address| mint::read_return_path(keys, address)) else { return Ok(None) };
    let found = sqlx::query!(
        r#"select e.id as "id: OutgoingEnvelopeId", m.ticket_id as "ticket_id: TicketId"
             from desk.outgoing_envelope e
             join desk.outgoing_mail m on m.organization_id = e.organization_id and m.id = e.mail_id
            where e.id = $1"#,
        id,
    );
    let found = found.fetch_optional(&mut **tx).await?;
    Ok(found.map(|found| About { ticket_id: found.ticket_id, envelopes: vec![found.id] }))
}

/// Of the recipients whom the report names; of all, where it names none of them and there is but one.
async fn by_message_id(tx: &mut TenantTx<ReadWrite>, keys: &Keys, reading: &Reading) -> Result<Option<About>> {
    let Some(original) = reading.bounce.original_message_id.as_deref() else { return Ok(None) };
    let number = mint::read_message_id(keys, original).map(|(number, _)| number);
    let rows = sqlx::query!(
        r#"select e.id as "id: OutgoingEnvelopeId", lower(e.recipient) as "recipient!", m.ticket_id as "ticket_id: TicketId"
             from desk.outgoing_mail m
             join desk.outgoing_envelope e on e.organization_id = m.organization_id and e.mail_id = m.id
            where m.message_id_header = $1
               or ($2::bigint is null and m.message_id in (select r.message_id from desk.mail_reference r
                                                            where r.reference = $1 and r.own))"#,
        cleaned(original),
        number,
    );
    let rows = rows.fetch_all(&mut **tx).await?;
    if rows.is_empty() {
        return by_number(tx, number).await;
    }
    let named = failed(reading);
    let alone = rows.len() == 1;
    let ticket_id = rows.iter().find_map(|row| row.ticket_id);
    let envelopes = rows.into_iter().filter(|row| alone || named.contains(&row.recipient)).map(|row| row.id);
    Ok(Some(About { ticket_id, envelopes: envelopes.collect() }))
}

/// Our id, signed, of a mail that is no more: its ticket is known still.
async fn by_number(tx: &mut TenantTx<ReadWrite>, number: Option<i64>) -> Result<Option<About>> {
    let ticket = sqlx::query_scalar!(r#"select id as "id: TicketId" from desk.ticket where number = $1"#, number);
    let ticket = ticket.fetch_optional(&mut **tx).await?;
    Ok(ticket.map(|ticket_id| About { ticket_id: Some(ticket_id), envelopes: vec![] }))
}

/// Nothing but the address is known: the newest mail that went there lately.
async fn by_address(tx: &mut TenantTx<ReadWrite>, reading: &Reading) -> Result<Option<About>> {
    let found = sqlx::query!(
        r#"select e.id as "id: OutgoingEnvelopeId", m.ticket_id as "ticket_id: TicketId"
             from desk.outgoing_envelope e
             join desk.outgoing_mail m on m.organization_id = e.organization_id and m.id = e.mail_id
            where lower(e.recipient) = any($1) and e.state in ('accepted', 'uncertain', 'bounced') and m.created_at > $2
            order by m.id desc limit 1"#,
        &failed(reading),
        tx.now - LATELY,
    );
    let found = found.fetch_optional(&mut **tx).await?;
    Ok(found.map(|found| About { ticket_id: found.ticket_id, envelopes: vec![found.id] }))
}

fn failed(reading: &Reading) -> Vec<String> {
    reading.bounce.recipients.iter().map(|recipient| recipient.address.to_lowercase()).collect()
}
