use atum_core::{
    Result,
    db::{ReadWrite, TenantTx},
    ids::EventId,
};
use atum_jobs::Job;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::Event;

/// Tells the people concerned of an event of a ticket. Carried out by `tickets`, which knows whom it concerns.
#[derive(Debug, Serialize, Deserialize)]
pub struct NotifyPeople {
    pub event_id: EventId,
}

impl Job for NotifyPeople {
    const KIND: &'static str = "notify_people";
    const PRIORITY: i16 = 1;
}

/// Kinds that somebody may want to be told of.
const TOLD: [&str; 10] = [
    "ticket_created",
    "ticket_accepted",
    "ticket_assigned",
    "message_posted",
    "ticket_resolved",
    "ticket_reopened",
    "ticket_closed",
    "ticket_rated",
    "sla_warned",
    "sla_breached",
];

/// Records the fact in the transaction of the change itself, wakes live streams at its commit, and has people told.
pub async fn record(tx: &mut TenantTx<ReadWrite>, event: Event) -> Result<EventId> {
    let event_id = EventId::new();
    sqlx::query!(
        "with recorded as (
             insert into desk.event (organization_id, id, at, kind, visibility, actor_id, ip, ticket_id, message_id,
                                     subject_id, changes, detail, impersonator_id)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13))
         select pg_notify($14, $15)",
        tx.organization_id.0,
        event_id.0,
        tx.now,
        &event.kind,
        event.visibility as _,
        tx.actor.map(|actor| actor.0),
        tx.ip.map(|ip| ip.to_string()),
        event.ticket_id.map(|id| id.0),
        event.message_id.map(|id| id.0),
        event.subject_id,
        json!(event.changes),
        event.detail,
        tx.impersonator.map(|impersonator| impersonator.0),
        atum_core::wake::LIVE,
        tx.organization_id.to_string(),
    )
    .execute(&mut **tx)
    .await?;
    if event.ticket_id.is_some() && TOLD.contains(&&*event.kind) {
        atum_jobs::enqueue(tx, NotifyPeople { event_id }).await?;
    }
    Ok(event_id)
}

/// Records a fact that has an id already, and nothing if it is recorded already: for what is carried over from
/// elsewhere and may be carried over again after a crash. An actor who is nobody here any more is left out.
pub async fn record_once(tx: &mut TenantTx<ReadWrite>, event_id: EventId, event: &Event) -> Result<()> {
    sqlx::query!(
        "insert into desk.event (organization_id, id, at, kind, visibility, actor_id, ip, ticket_id, message_id,
                                 subject_id, changes, detail)
         values ($1, $2, $3, $4, $5, (select id from desk.person where id = $6), $7, $8, $9, $10, $11, $12)
         on conflict (organization_id, id) do nothing",
        tx.organization_id.0,
        event_id.0,
        tx.now,
        &event.kind,
        event.visibility as _,
        tx.actor.map(|actor| actor.0),
        tx.ip.map(|ip| ip.to_string()),
        event.ticket_id.map(|id| id.0),
        event.message_id.map(|id| id.0),
        event.subject_id,
        json!(event.changes),
        event.detail,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
