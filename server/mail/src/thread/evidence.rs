//! Finds the ticket that a mail belongs to, by the strongest sign there is.

use std::collections::HashSet;

use atum_core::{
    Result,
    db::{ReadWrite, TenantTx},
    ids::{MailChannelId, TicketId},
};
use mail_reading::Reading;
use uuid::Uuid;

use super::{Authenticity, Keys, Match, Reason, Standing, mint, subject};

/// Ids that are looked at: the last ones are the nearest.
const MOST_REFERENCES: usize = 50;

/// What is known of a mail before its ticket is.
pub struct Asked<'a> {
    pub reading: &'a Reading,
    pub channel_id: MailChannelId,
    /// The channel lets a number in the subject match.
    pub subject_token: bool,
    pub envelope_to: &'a [String],
    /// From, in lower case.
    pub sender: &'a str,
    /// From is staff's, and proved.
    pub agent: bool,
    pub authenticity: Authenticity,
}

enum Sign {
    Number(i64),
    Id(TicketId),
}

/// The strongest match; signs of tickets that are no more are passed over.
pub async fn find(tx: &mut TenantTx<ReadWrite>, keys: &Keys, asked: &Asked<'_>) -> Result<Option<Match>> {
    let ids = references(asked.reading);
    let known = known(tx, asked.channel_id, &ids).await?;
    let mut signs: Vec<(Reason, Sign)> = Vec::new();
    signs.extend(known.iter().find(|row| row.moved).map(|row| (Reason::Moved, Sign::Id(row.ticket_id))));
    let numbers = addresses(asked).find_map(|address| mint::read_reply_address(keys, address));
    signs.extend(numbers.map(|number| (Reason::ReplyAddress, Sign::Number(number))));
    let own = ids.iter().find_map(|id| mint::read_message_id(keys, id));
    signs.extend(own.map(|(number, _)| (Reason::MessageId, Sign::Number(number))));
    signs.extend(known.first().map(|row| (Reason::Reference, Sign::Id(row.ticket_id))));
    let bodies = [asked.reading.html.as_deref(), Some(asked.reading.body.as_str())];
    let marker = bodies.into_iter().flatten().find_map(|body| mint::read_body_marker(keys, body));
    signs.extend(marker.map(|number| (Reason::BodyMarker, Sign::Number(number))));
    let token = subject::token(&asked.reading.subject).filter(|_| asked.subject_token);
    signs.extend(token.map(|number| (Reason::SubjectToken, Sign::Number(number))));
    signs.extend(elsewhere(tx, asked).await?.map(|id| (Reason::SameMail, Sign::Id(id))));
    for (reason, sign) in signs {
        if let Some(found) = look(tx, asked, reason, sign).await? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// In-Reply-To, then References from the last to the first.
fn references(reading: &Reading) -> Vec<String> {
    let all = reading.in_reply_to.iter().chain(reading.references.iter().rev());
    let mut seen = HashSet::new();
    let fresh = all.map(|id| super::reference::cleaned(id)).filter(|id| !id.is_empty() && seen.insert(id.clone()));
    fresh.take(MOST_REFERENCES).collect()
}

/// Where the mail says that it was sent: servers' notes first, they tell the envelope.
fn addresses<'a>(asked: &'a Asked<'_>) -> impl Iterator<Item = &'a str> {
    let envelope = asked.envelope_to.iter().chain(&asked.reading.delivered_to).map(String::as_str);
    let header = asked.reading.to.iter().chain(&asked.reading.cc).map(|mailbox| mailbox.address.as_str());
    envelope.chain(header)
}

struct Known {
    ticket_id: TicketId,
    moved: bool,
}

/// Tickets that know these ids: nearest id first, then those of the same channel, then whose own id it is.
async fn known(tx: &mut TenantTx<ReadWrite>, channel_id: MailChannelId, ids: &[String]) -> Result<Vec<Known>> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let rows = sqlx::query_as!(
        Known,
        r#"select r.ticket_id as "ticket_id: TicketId", r.moved
             from desk.mail_reference r
             left join desk.mail_message m on m.organization_id = r.organization_id and m.message_id = r.message_id
             left join desk.inbound_mail i on i.organization_id = m.organization_id and i.id = m.inbound_mail_id
            where r.reference = any($1)
            order by array_position($1, r.reference), i.channel_id = $2 desc nulls last, r.own desc, r.message_id desc
            limit 20"#,
        ids,
        channel_id.0,
    );
    Ok(rows.fetch_all(&mut **tx).await?)
}

/// The ticket that the same mail became in another channel.
async fn elsewhere(tx: &mut TenantTx<ReadWrite>, asked: &Asked<'_>) -> Result<Option<TicketId>> {
    let Some(id) = asked.reading.message_id.as_deref() else { return Ok(None) };
    let found = sqlx::query_scalar!(
        r#"select r.ticket_id as "ticket_id: TicketId"
             from desk.mail_reference r
             join desk.mail_message m on m.organization_id = r.organization_id and m.message_id = r.message_id
             join desk.inbound_mail i on i.organization_id = m.organization_id and i.id = m.inbound_mail_id
            where r.reference = $1 and r.own and i.channel_id <> $2 and m.from_address = $3
            order by r.message_id limit 1"#,
        super::reference::cleaned(id),
        asked.channel_id.0,
        asked.sender,
    );
    Ok(found.fetch_optional(&mut **tx).await?)
}

/// The ticket of a sign, and who the sender is to it.
async fn look(tx: &mut TenantTx<ReadWrite>, asked: &Asked<'_>, reason: Reason, sign: Sign) -> Result<Option<Match>> {
    let (number, id) = match sign {
        Sign::Number(number) => (Some(number), None),
        Sign::Id(TicketId(id)) => (None, Some(id)),
    };
    let row = sqlx::query!(
        r#"select t.id as "id: TicketId", t.number, t.status in ('closed', 'cancelled') as "ended!",
                  (r.email = $3
                   or exists (select from desk.ticket_participant p where p.ticket_id = t.id and p.address = $3)
                   or exists (select from desk.person c where c.email = $3 and c.role = 'customer_admin' and c.active
                                 and c.company_id = t.company_id)) as "participant!",
                  (select i.channel_id from desk.message m
                     join desk.mail_message w on w.organization_id = m.organization_id and w.message_id = m.id
                     join desk.inbound_mail i on i.organization_id = w.organization_id and i.id = w.inbound_mail_id
                    where m.ticket_id = t.id order by m.created_at, m.id limit 1) as "channel_id: Uuid"
             from desk.ticket t
             join desk.person r on r.organization_id = t.organization_id and r.id = t.requester_id
            where t.number = $1 or t.id = $2"#,
        number,
        id,
        asked.sender,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|row| Match {
        ticket_id: row.id,
        number: row.number,
        reason,
        standing: standing(asked, row.participant),
        ended: row.ended,
        same_channel: row.channel_id.is_none_or(|id| id == asked.channel_id.0),
    }))
}

fn standing(asked: &Asked<'_>, participant: bool) -> Standing {
    match asked.authenticity {
        // Whoever it is, it is not who it says.
        Authenticity::Fail => Standing::Stranger,
        _ if asked.agent => Standing::Agent,
        _ if participant => Standing::Participant,
        _ => Standing::Stranger,
    }
}
