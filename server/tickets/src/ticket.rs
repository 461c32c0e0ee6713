//! The entity: its row, the pure rules that change it, and its SQL.

use std::collections::BTreeMap;

use atum_audit::Event;
use atum_core::{
    Problem, Result,
    caller::Caller,
    db::{ReadWrite, TenantTx},
    ids::{CompanyId, PersonId, TicketId},
    version::IfMatch,
};
use atum_sla::Priority;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::{PgConnection, Postgres, QueryBuilder, types::Json};

use crate::{
    sight::{Sight, TicketRef},
    status::{self, Action, Party, Status},
    update::refuse_stale,
};

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Ticket {
    pub id: TicketId,
    pub number: i64,
    pub subject: String,
    pub status: Status,
    pub priority: Priority,
    pub requester_id: PersonId,
    pub company_id: Option<CompanyId>,
    pub assignee_id: Option<PersonId>,
    pub resolution: Option<String>,
    pub root_cause: Option<String>,
    pub cancel_reason: Option<String>,
    pub version: i64,
    /// The ticket's version at which a field last changed.
    pub field_versions: Json<BTreeMap<String, i64>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub accepted_at: Option<DateTime<Utc>>,
    pub resolved_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
}

impl Ticket {
    fn step(self, action: Action, party: Party) -> Result<Self> {
        Ok(Self { status: status::step(self.status, action, party)?, ..self })
    }

    pub fn accept(self, party: Party, now: DateTime<Utc>) -> Result<Self> {
        Ok(Self { accepted_at: Some(now), ..self.step(Action::Accept, party)? })
    }

    pub fn assign(self, assignee_id: Option<PersonId>) -> Result<Self> {
        status::may_assign(self.status)?;
        Ok(Self { assignee_id, ..self })
    }

    pub fn start(self, party: Party) -> Result<Self> {
        self.step(Action::Start, party)
    }

    pub fn wait(self, party: Party) -> Result<Self> {
        self.step(Action::Wait, party)
    }

    pub fn resolve(
        self,
        party: Party,
        resolution: String,
        root_cause: Option<String>,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let resolved = self.step(Action::Resolve, party)?;
        Ok(Self { resolution: Some(resolution), root_cause, resolved_at: Some(now), ..resolved })
    }

    /// By staff. The resolution stays readable until another takes its place.
    pub fn reopen(self, party: Party) -> Result<Self> {
        Ok(Self { resolved_at: None, ..self.step(Action::Reopen, party)? })
    }

    pub fn close(self, party: Party, now: DateTime<Utc>) -> Result<Self> {
        Ok(Self { closed_at: Some(now), ..self.step(Action::Close, party)? })
    }

    pub fn cancel(self, party: Party, reason: String) -> Result<Self> {
        Ok(Self { cancel_reason: Some(reason), ..self.step(Action::Cancel, party)? })
    }

    /// What a customer's message does: it brings a waiting or resolved ticket back, and leaves any other where it is.
    pub fn hear_customer(self) -> Result<Self> {
        status::may_reply(self.status, Party::Customer)?;
        match self.status {
            Status::WaitingCustomer | Status::Resolved => {
                Ok(Self { resolved_at: None, ..self.step(Action::Reply, Party::Customer)? })
            }
            _ => Ok(self),
        }
    }

    /// Every field that people and rules may change, as the history tells it.
    pub fn fields(&self) -> [(&'static str, Value); 7] {
        [
            ("subject", json!(self.subject)),
            ("status", json!(self.status)),
            ("priority", json!(self.priority)),
            ("assignee_id", json!(self.assignee_id)),
            ("resolution", json!(self.resolution)),
            ("root_cause", json!(self.root_cause)),
            ("cancel_reason", json!(self.cancel_reason)),
        ]
    }

    /// Fields that were changed by somebody after the version that a writer saw.
    pub fn changed_since(&self, field: &str, seen: i64) -> bool {
        self.field_versions.get(field).is_some_and(|version| *version > seen)
    }
}

/// Finds what the caller may see. A ticket of others is as absent as one that never was.
pub async fn find(conn: &mut PgConnection, caller: &Caller, ticket: &TicketRef) -> Result<Ticket> {
    select(conn, Sight::of(caller), ticket, "").await
}

/// Finds and locks: everything that changes a ticket begins here, one after the other. Who waited for the lock reads
/// what the one before has just changed, and whether it is still theirs to see.
pub async fn lock(tx: &mut TenantTx<ReadWrite>, caller: &Caller, ticket: &TicketRef) -> Result<Ticket> {
    select(tx, Sight::of(caller), ticket, " for update").await
}

/// Finds and locks for the installation itself, which acts for nobody.
pub async fn lock_by_id(tx: &mut TenantTx<ReadWrite>, id: TicketId) -> Result<Ticket> {
    select(tx, Sight::ALL, &TicketRef::Id(id), " for update").await
}

/// By the number or by the id: a condition that names both would use the index of neither alone.
async fn select(conn: &mut PgConnection, sight: Sight, ticket: &TicketRef, locking: &'static str) -> Result<Ticket> {
    let mut sql = QueryBuilder::<Postgres>::new(
        "select id, number, subject, status, priority, requester_id, company_id, assignee_id, resolution, root_cause, \
         cancel_reason, version, field_versions, created_at, updated_at, accepted_at, resolved_at, closed_at \
         from desk.ticket where ",
    );
    match ticket {
        TicketRef::Id(id) => sql.push("id = ").push_bind(id.0),
        TicketRef::Number(number) => sql.push("number = ").push_bind(*number),
    };
    if !sight.staff {
        sql.push(" and (requester_id = ").push_bind(sight.person_id.0);
        if sight.company {
            sql.push(" or company_id = (select company_id from desk.person where id = ");
            sql.push_bind(sight.person_id.0).push(")");
        }
        sql.push(")");
    }
    sql.push(locking);
    sql.build_query_as().fetch_optional(conn).await?.ok_or_else(Problem::not_found)
}

/// Saves the new state and records the event with every field that changed. The version goes up by one. Whoever read the
/// ticket before somebody else changed it, a job that took its time for instance, is refused like a person (409).
pub async fn save(tx: &mut TenantTx<ReadWrite>, before: &Ticket, after: Ticket, event: Event) -> Result<Ticket> {
    let mut after = Ticket { version: before.version + 1, updated_at: tx.now, ..after };
    let event = note_changes(before, &mut after, event);
    let saved = sqlx::query!(
        "update desk.ticket
            set subject = $2, status = $3, priority = $4, assignee_id = $5, resolution = $6, root_cause = $7,
                cancel_reason = $8, version = $9, field_versions = $10, updated_at = $11, accepted_at = $12,
                resolved_at = $13, closed_at = $14
          where id = $1 and version = $15",
        after.id.0,
        after.subject,
        after.status as _,
        after.priority as _,
        after.assignee_id.map(|id| id.0),
        after.resolution,
        after.root_cause,
        after.cancel_reason,
        after.version,
        json!(*after.field_versions),
        after.updated_at,
        after.accepted_at,
        after.resolved_at,
        after.closed_at,
        before.version,
    )
    .execute(&mut **tx)
    .await?;
    if saved.rows_affected() == 0 {
        return Err(overtaken(tx, before, &after).await);
    }
    atum_audit::record(tx, event.ticket(after.id)).await?;
    Ok(after)
}

/// What is written is the whole ticket: everything that changed since it was read would be overwritten.
async fn overtaken(tx: &mut TenantTx<ReadWrite>, before: &Ticket, after: &Ticket) -> Problem {
    let refused = async {
        let current = lock_by_id(tx, before.id).await?;
        refuse_stale(tx, &current, after, Some(IfMatch(before.version))).await
    };
    refused.await.err().unwrap_or_else(|| Problem::stale(vec![]))
}

/// Compares field by field: the event tells old and new, and the field remembers the version it changed at.
fn note_changes(before: &Ticket, after: &mut Ticket, event: Event) -> Event {
    let changed: Vec<_> =
        before.fields().into_iter().zip(after.fields()).filter(|((_, old), (_, new))| old != new).collect();
    changed.into_iter().fold(event, |event, ((field, old), (_, new))| {
        after.field_versions.insert(field.to_owned(), after.version);
        event.change(field, old, new)
    })
}
