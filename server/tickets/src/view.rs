//! The ticket as a caller sees it.

use atum_core::{
    Result,
    caller::Caller,
    db::TenantTx,
    ids::{CompanyId, PersonId, TicketId},
};
use atum_identity::{CompanySummary, Person, PersonSummary};
use atum_sla::{Clock, Priority};
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use crate::{
    follow_up::{self, TicketLink},
    rate::{self, Rating},
    sight::party,
    status::{self, Action, Status},
    ticket::Ticket,
};

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Ticket)]
pub struct TicketView {
    id: TicketId,
    number: i64,
    subject: String,
    status: Status,
    priority: Priority,
    requester: Person,
    company: Option<CompanySummary>,
    assignee: Option<PersonSummary>,
    /// For `If-Match`; also the `ETag`.
    pub version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    accepted_at: Option<DateTime<Utc>>,
    resolved_at: Option<DateTime<Utc>>,
    closed_at: Option<DateTime<Utc>>,
    resolution: Option<String>,
    /// For staff.
    root_cause: Option<String>,
    cancel_reason: Option<String>,
    rating: Option<Rating>,
    /// For staff; empty for customers.
    sla: Vec<Clock>,
    /// What the caller may do now.
    actions: Vec<Action>,
    links: Vec<TicketLink>,
}

/// A ticket named in passing.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TicketStub {
    pub id: TicketId,
    pub number: i64,
    pub subject: String,
    pub status: Status,
}

pub async fn view<Mode>(tx: &mut TenantTx<Mode>, caller: &Caller, ticket: Ticket) -> Result<TicketView> {
    let staff = caller.role.is_staff();
    let now = tx.now;
    let sla = if staff { atum_sla::clocks(tx, ticket.id, now).await? } else { vec![] };
    Ok(TicketView {
        id: ticket.id,
        number: ticket.number,
        subject: ticket.subject,
        status: ticket.status,
        priority: ticket.priority,
        requester: atum_identity::person::get(tx, ticket.requester_id).await?,
        company: company(tx, ticket.company_id).await?,
        assignee: person(tx, ticket.assignee_id).await?,
        version: ticket.version,
        created_at: ticket.created_at,
        updated_at: ticket.updated_at,
        accepted_at: ticket.accepted_at,
        resolved_at: ticket.resolved_at,
        closed_at: ticket.closed_at,
        resolution: ticket.resolution,
        root_cause: ticket.root_cause.filter(|_| staff),
        cancel_reason: ticket.cancel_reason,
        rating: rate::find(tx, ticket.id).await?,
        sla,
        actions: status::actions(ticket.status, party(caller))
            .into_iter()
            .filter(|action| *action != Action::Rate || ticket.requester_id == caller.person_id)
            .collect(),
        links: follow_up::links(tx, ticket.id).await?,
    })
}

async fn person(conn: &mut PgConnection, id: Option<PersonId>) -> Result<Option<PersonSummary>> {
    let Some(id) = id else { return Ok(None) };
    Ok(atum_identity::person::summaries(conn, &[id]).await?.remove(&id))
}

async fn company(conn: &mut PgConnection, id: Option<CompanyId>) -> Result<Option<CompanySummary>> {
    let Some(id) = id else { return Ok(None) };
    let company =
        sqlx::query_as!(CompanySummary, r#"select id as "id: CompanyId", name from desk.company where id = $1"#, id.0);
    Ok(company.fetch_optional(conn).await?)
}
