//! The ticket as a caller sees it.

use atum_core::{
    Result,
    caller::{Caller, Role},
    db::TenantTx,
    ids::{CompanyId, PersonId, TicketId},
};
use atum_identity::{CompanySummary, Person, PersonSummary};
use atum_sla::{Clock, Priority};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, types::Json};
use utoipa::ToSchema;

use crate::{
    delivery::{self, Undelivered},
    follow_up::TicketLink,
    rate::Rating,
    sight::{Sight, party},
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
    /// Only those to tickets that the caller may see.
    links: Vec<TicketLink>,
    /// For staff: the newest answer did not reach these.
    undelivered: Option<Undelivered>,
    /// Who besides the requester takes part by mail. For staff; empty for customers.
    participants: Vec<Participant>,
}

/// An address that takes part.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Participant {
    address: String,
    name: Option<String>,
    kind: ParticipantKind,
}

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ParticipantKind {
    Cc,
    /// The ticket was sent there.
    SentTo,
    /// Staff let a third party in.
    Admitted,
}

/// A ticket named in passing.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
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
    let undelivered = if staff { delivery::undelivered(tx, ticket.id).await? } else { None };
    let Surroundings { requester, company, assignee, rating, links, participants } =
        surroundings(tx, Sight::of(caller), &ticket).await?;
    Ok(TicketView {
        id: ticket.id,
        number: ticket.number,
        subject: ticket.subject,
        status: ticket.status,
        priority: ticket.priority,
        requester,
        company,
        assignee,
        version: ticket.version,
        created_at: ticket.created_at,
        updated_at: ticket.updated_at,
        accepted_at: ticket.accepted_at,
        resolved_at: ticket.resolved_at,
        closed_at: ticket.closed_at,
        resolution: ticket.resolution,
        root_cause: ticket.root_cause.filter(|_| staff),
        cancel_reason: ticket.cancel_reason,
        rating,
        sla,
        actions: status::actions(ticket.status, party(caller))
            .into_iter()
            .filter(|action| *action != Action::Rate || ticket.requester_id == caller.person_id)
            .collect(),
        links,
        undelivered,
        participants,
    })
}

/// What stands around a ticket, in one round trip.
struct Surroundings {
    requester: Person,
    company: Option<CompanySummary>,
    assignee: Option<PersonSummary>,
    rating: Option<Rating>,
    links: Vec<TicketLink>,
    participants: Vec<Participant>,
}

async fn surroundings(conn: &mut PgConnection, sight: Sight, ticket: &Ticket) -> Result<Surroundings> {
    let row = sqlx::query!(
        r#"select r.id as "id: PersonId", r.name, r.email, r.role as "role: Role", r.active, r.has_account, r.locale,
                  r.time_zone, r.created_at, rc.id as "own_company_id?: CompanyId", rc.name as "own_company_name?",
                  c.id as "company_id?: CompanyId", c.name as "company_name?",
                  a.id as "assignee_id?: PersonId", a.name as "assignee_name?", a.role as "assignee_role?: Role",
                  g.score as "score?", g.comment, g.rated_at as "rated_at?",
                  coalesce((select jsonb_agg(jsonb_build_object(
                          'kind', case when l.kind = 'related' then 'related'
                                       when l.ticket_id = $4 then 'follow_up_of' else 'followed_up_by' end,
                          'ticket', jsonb_build_object('id', t.id, 'number', t.number, 'subject', t.subject,
                                                       'status', t.status)) order by t.number)
                       from desk.ticket_link l
                       join desk.ticket t on t.organization_id = l.organization_id
                        and t.id = case when l.ticket_id = $4 then l.follow_up_of else l.ticket_id end
                      where (l.ticket_id = $4 or l.follow_up_of = $4)
                        and ($5 or t.requester_id = $6 or ($7 and t.company_id =
                            (select p.company_id from desk.person p where p.id = $6)))), '[]')
                      as "links!: Json<Vec<TicketLink>>",
                  coalesce((select jsonb_agg(jsonb_build_object('address', p.address, 'name', p.name, 'kind', p.kind)
                                             order by p.created_at, p.address)
                       from desk.ticket_participant p where p.ticket_id = $4 and $5), '[]')
                      as "participants!: Json<Vec<Participant>>"
             from desk.person r
             left join desk.company rc on rc.organization_id = r.organization_id and rc.id = r.company_id
             left join desk.company c on c.organization_id = r.organization_id and c.id = $2
             left join desk.person a on a.organization_id = r.organization_id and a.id = $3
             left join desk.rating g on g.organization_id = r.organization_id and g.ticket_id = $4
            where r.id = $1"#,
        ticket.requester_id.0,
        ticket.company_id.map(|id| id.0),
        ticket.assignee_id.map(|id| id.0),
        ticket.id.0,
        sight.staff,
        sight.person_id.0,
        sight.company,
    )
    .fetch_one(conn)
    .await?;
    let company = |(id, name)| CompanySummary { id, name };
    Ok(Surroundings {
        requester: Person {
            id: row.id,
            name: row.name,
            email: row.email,
            role: row.role,
            company: row.own_company_id.zip(row.own_company_name).map(company),
            active: row.active,
            has_account: row.has_account,
            locale: row.locale,
            time_zone: row.time_zone,
            created_at: row.created_at,
        },
        company: row.company_id.zip(row.company_name).map(company),
        assignee: row
            .assignee_id
            .zip(row.assignee_name)
            .zip(row.assignee_role)
            .map(|((id, name), role)| PersonSummary { id, name, role }),
        rating: row.score.zip(row.rated_at).map(|(score, rated_at)| Rating { score, comment: row.comment, rated_at }),
        links: row.links.0,
        participants: row.participants.0,
    })
}
