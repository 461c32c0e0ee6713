//! A ticket as a row of a list.

use atum_core::{
    caller::Role,
    ids::{CompanyId, PersonId, TicketId},
};
use atum_identity::{CompanySummary, PersonSummary};
use atum_sla::{ClockState, Metric, NextDeadline, Priority};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::status::Status;

#[derive(Debug, Serialize, ToSchema)]
pub struct TicketSummary {
    pub id: TicketId,
    pub number: i64,
    pub subject: String,
    /// One line of the newest message that the caller may see.
    pub preview: String,
    pub status: Status,
    pub priority: Priority,
    pub requester: PersonSummary,
    pub company: Option<CompanySummary>,
    pub assignee: Option<PersonSummary>,
    /// The next deadline; for staff, while a clock is open.
    pub sla: Option<NextDeadline>,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// For customers: an answer came after they last looked.
    pub unread: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TicketPage {
    pub items: Vec<TicketSummary>,
    pub next_cursor: Option<String>,
}

/// The columns of [`Row`], in a query over `desk.ticket t` joined as in [`FROM`]. `$1` is whether staff ask, `$2` who.
pub const COLUMNS: &str = "t.id, t.number, t.subject, t.status, t.priority, t.version, t.created_at, t.updated_at, \
     t.preview, t.public_preview, t.last_public_message_at, r.id as requester_id, r.name as requester_name, \
     r.role as requester_role, c.id as company_id, c.name as company_name, a.id as assignee_id, \
     a.name as assignee_name, a.role as assignee_role, d.metric, d.state, d.due_at";

#[derive(sqlx::FromRow)]
pub struct Row {
    id: TicketId,
    number: i64,
    subject: String,
    status: Status,
    priority: Priority,
    version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    preview: String,
    public_preview: String,
    last_public_message_at: Option<DateTime<Utc>>,
    requester_id: PersonId,
    requester_name: String,
    requester_role: Role,
    company_id: Option<CompanyId>,
    company_name: Option<String>,
    assignee_id: Option<PersonId>,
    assignee_name: Option<String>,
    assignee_role: Option<Role>,
    metric: Option<Metric>,
    state: Option<ClockState>,
    pub due_at: Option<DateTime<Utc>>,
    seen_at: Option<DateTime<Utc>>,
}

impl Row {
    pub fn id(&self) -> TicketId {
        self.id
    }

    pub fn into_summary(self, staff: bool) -> TicketSummary {
        let unread = !staff && self.last_public_message_at > self.seen_at;
        let deadline = self.metric.zip(self.state).filter(|_| staff);
        TicketSummary {
            id: self.id,
            number: self.number,
            subject: self.subject,
            preview: if staff { self.preview } else { self.public_preview },
            status: self.status,
            priority: self.priority,
            requester: PersonSummary { id: self.requester_id, name: self.requester_name, role: self.requester_role },
            company: self.company_id.zip(self.company_name).map(|(id, name)| CompanySummary { id, name }),
            assignee: self
                .assignee_id
                .zip(self.assignee_name)
                .zip(self.assignee_role)
                .map(|((id, name), role)| PersonSummary { id, name, role }),
            sla: deadline.map(|(metric, state)| NextDeadline { metric, state, due_at: self.due_at }),
            version: self.version,
            created_at: self.created_at,
            updated_at: self.updated_at,
            unread,
        }
    }
}
