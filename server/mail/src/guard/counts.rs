//! What was sent, and what came, before.

use atum_core::{
    Result,
    db::{ReadWrite, TenantTx},
};
use chrono::Duration;

use super::{
    Answer,
    rule::{self, Counts, Exchanged},
};

/// Of one organization's askers each waits for the end of the one before: else all would count the same.
pub(super) async fn lock(tx: &mut TenantTx<ReadWrite>) -> Result<()> {
    let place = format!("mail guard {}", tx.organization_id);
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 0))", place).execute(&mut **tx).await?;
    Ok(())
}

pub(super) async fn count(tx: &mut TenantTx<ReadWrite>, answer: &Answer<'_>, address: &str) -> Result<Counts> {
    let ticket_id = answer.ticket_id.map(|id| id.0);
    let (hour, day, recent) =
        (tx.now - Duration::hours(1), tx.now - Duration::days(1), tx.now - Duration::days(rule::RECENT_DAYS));
    let row = sqlx::query!(
        r#"select exists (select from desk.mail_address where address = $1 and parked_at is not null) as "parked!",
                  not exists (select from desk.person p where p.email = $1 and (p.has_account or exists (
                      select from desk.ticket t
                        join desk.message m on m.organization_id = t.organization_id and m.ticket_id = t.id
                        join desk.person a on a.organization_id = m.organization_id and a.id = m.author_id
                       where t.requester_id = p.id and m.visibility = 'public' and a.role not in ('customer', 'customer_admin')
                  ))) as "stranger!",
                  (select count(*) from desk.automatic_mail where address = $1 and in_answer and at > $3) as "day!",
                  (select count(*) from desk.automatic_mail where address = $1 and in_answer and at > $4) as "recent!",
                  (select count(*) from desk.automatic_mail
                    where ticket_id = $5 and at > $2 and in_answer = $6 and ($6 or address = $1)) as "ticket!",
                  (select count(*) from desk.automatic_mail where at > $2 and in_answer and stranger) as "strangers!",
                  (select count(*) from desk.automatic_mail where at > $2 and in_answer = $6) as "organization!""#,
        address,
        hour,
        day,
        recent,
        ticket_id,
        answer.in_answer,
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(Counts {
        parked: row.parked,
        stranger: row.stranger,
        address_day: row.day,
        address_recent: row.recent,
        ticket_hour: row.ticket,
        strangers_hour: row.strangers,
        organization_hour: row.organization,
        exchange: exchange(tx, answer, address).await?,
    })
}

/// The last mails between the address and the ticket.
async fn exchange(tx: &mut TenantTx<ReadWrite>, answer: &Answer<'_>, address: &str) -> Result<Vec<Exchanged>> {
    let Some(ticket_id) = answer.ticket_id else { return Ok(vec![]) };
    let turns = sqlx::query_scalar!(
        r#"select turn as "turn!" from (
               select a.at, a.id, 'sent' as turn from desk.automatic_mail a where a.ticket_id = $1 and a.address = $2
               union all
               select m.created_at, m.id,
                      case when w.from_address = $2 then 'came' when p.role in ('customer', 'customer_admin') then 'other'
                           else 'person' end
                 from desk.message m
                 join desk.person p on p.organization_id = m.organization_id and p.id = m.author_id
                 left join desk.mail_message w on w.organization_id = m.organization_id and w.message_id = m.id
                where m.ticket_id = $1) exchanged
            where turn <> 'other' order by at desc, id desc limit $3"#,
        ticket_id.0,
        address,
        rule::EXCHANGE as i64,
    );
    let turns = turns.fetch_all(&mut **tx).await?;
    Ok(turns.iter().map(|turn| exchanged(turn)).collect())
}

fn exchanged(turn: &str) -> Exchanged {
    match turn {
        "came" => Exchanged::Came,
        "sent" => Exchanged::Sent,
        _ => Exchanged::Person,
    }
}

pub(super) async fn note(
    tx: &mut TenantTx<ReadWrite>,
    answer: &Answer<'_>,
    address: &str,
    stranger: bool,
) -> Result<()> {
    sqlx::query!(
        "insert into desk.automatic_mail (organization_id, id, address, ticket_id, kind, stranger, in_answer, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        tx.organization_id.0,
        uuid::Uuid::now_v7(),
        address,
        answer.ticket_id.map(|id| id.0),
        answer.kind,
        stranger,
        answer.in_answer,
        tx.now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
