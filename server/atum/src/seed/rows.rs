//! Rows on their way into the tables. COPY does not know row-level security, so they are copied into temporary tables
//! and inserted from there, by the role and under the policies of every other write.

use std::fmt::Write;

use atum_core::{
    caller::Role,
    db::{ReadWrite, TenantTx},
    ids::OrganizationId,
};
use chrono::{DateTime, SecondsFormat, Utc};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::cast::Member;

/// Gathered rows as COPY text, a table each, in the order in which they refer to each other.
pub struct Rows {
    organization_id: OrganizationId,
    text: [String; Table::ALL.len()],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    Company,
    Person,
    Ticket,
    Message,
    SearchDocument,
    Event,
    SlaClock,
    SlaSegment,
    SlaDeadline,
    TicketSeen,
    Rating,
    Notification,
}

impl Table {
    pub const ALL: [Self; 12] = [
        Self::Company,
        Self::Person,
        Self::Ticket,
        Self::Message,
        Self::SearchDocument,
        Self::Event,
        Self::SlaClock,
        Self::SlaSegment,
        Self::SlaDeadline,
        Self::TicketSeen,
        Self::Rating,
        Self::Notification,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::Person => "person",
            Self::Ticket => "ticket",
            Self::Message => "message",
            Self::SearchDocument => "search_document",
            Self::Event => "event",
            Self::SlaClock => "sla_clock",
            Self::SlaSegment => "sla_segment",
            Self::SlaDeadline => "sla_deadline",
            Self::TicketSeen => "ticket_seen",
            Self::Rating => "rating",
            Self::Notification => "notification",
        }
    }

    fn columns(self) -> &'static str {
        match self {
            Self::Company => "organization_id, id, name, created_at",
            Self::Person => {
                "organization_id, id, company_id, name, email, role, has_account, locale, time_zone, created_at"
            }
            Self::Ticket => {
                "organization_id, id, number, subject, preview, public_preview, status, priority, requester_id, \
                 company_id, assignee_id, resolution, root_cause, cancel_reason, version, field_versions, created_at, \
                 updated_at, accepted_at, resolved_at, closed_at, last_public_message_at"
            }
            Self::Message => "organization_id, id, ticket_id, author_id, visibility, channel, body, created_at",
            Self::SearchDocument => "organization_id, id, ticket_id, visibility, words",
            Self::Event => {
                "organization_id, id, at, kind, visibility, actor_id, ip, ticket_id, message_id, subject_id, changes, \
                 detail"
            }
            Self::SlaClock => atum_sla::rehearse::CLOCK_COLUMNS,
            Self::SlaSegment => atum_sla::rehearse::SEGMENT_COLUMNS,
            Self::SlaDeadline => atum_sla::rehearse::DEADLINE_COLUMNS,
            Self::TicketSeen => "organization_id, ticket_id, person_id, seen_at",
            Self::Rating => "organization_id, ticket_id, score, comment, rated_at",
            Self::Notification => {
                "organization_id, id, person_id, event_id, kind, ticket_id, actor_id, created_at, read_at"
            }
        }
    }

    /// What is inserted of a copied row: itself, or the words of its text.
    fn selected(self) -> &'static str {
        match self {
            Self::SearchDocument => "organization_id, id, ticket_id, visibility, to_tsvector('simple', words)",
            _ => self.columns(),
        }
    }

    /// A column that is derived from what is copied is copied as text.
    fn copied(self) -> String {
        self.columns().replace(", words", ", '' as words")
    }
}

/// A field of a row.
pub enum Field<'a> {
    Text(&'a str),
    Id(Uuid),
    MaybeText(Option<&'a str>),
    MaybeId(Option<Uuid>),
    At(DateTime<Utc>),
    MaybeAt(Option<DateTime<Utc>>),
    Number(i64),
}

impl Rows {
    pub fn new(organization_id: OrganizationId) -> Self {
        Self { organization_id, text: Table::ALL.map(|_| String::new()) }
    }

    /// Adds a row: the organization, and these.
    pub fn push(&mut self, table: Table, fields: &[Field<'_>]) {
        let text = &mut self.text[table as usize];
        let _ = write!(text, "{}", self.organization_id);
        for field in fields {
            text.push('\t');
            match field {
                Field::Text(value) | Field::MaybeText(Some(value)) => escape(text, value),
                Field::Id(id) | Field::MaybeId(Some(id)) => drop(write!(text, "{id}")),
                Field::At(at) | Field::MaybeAt(Some(at)) => *text += &at.to_rfc3339_opts(SecondsFormat::Micros, true),
                Field::Number(number) => drop(write!(text, "{number}")),
                Field::MaybeText(None) | Field::MaybeId(None) | Field::MaybeAt(None) => *text += r"\N",
            }
        }
        text.push('\n');
    }

    /// Adds lines that are COPY text already.
    pub fn push_lines(&mut self, table: Table, lines: &str) {
        self.text[table as usize] += lines;
    }

    pub fn company(&mut self, id: Uuid, name: &str, at: DateTime<Utc>) {
        self.push(Table::Company, &[Field::Id(id), Field::Text(name), Field::At(at)]);
    }

    pub fn person(&mut self, member: &Member, at: DateTime<Utc>) {
        let Member { id, name, email, role, company_id, language } = member;
        let role_name = match role {
            Role::Customer => "customer",
            Role::CustomerAdmin => "customer_admin",
            Role::Agent => "agent",
            Role::Manager => "manager",
            Role::Admin => "admin",
        };
        let has_account = if role.is_staff() { "t" } else { "f" };
        let (id, company_id) = (Field::Id(*id), Field::MaybeId(*company_id));
        let [name, email, role, has_account, language, zone] =
            [name, email, role_name, has_account, language, "UTC"].map(Field::Text);
        self.push(Table::Person, &[id, company_id, name, email, role, has_account, language, zone, Field::At(at)]);
    }

    pub async fn insert(&self, tx: &mut TenantTx<ReadWrite>) -> anyhow::Result<()> {
        for table in Table::ALL {
            let text = &self.text[table as usize];
            if !text.is_empty() {
                insert(tx, table, text).await?;
            }
        }
        Ok(())
    }
}

async fn insert(tx: &mut TenantTx<ReadWrite>, table: Table, text: &str) -> anyhow::Result<()> {
    let (name, columns, copied) = (table.name(), table.columns(), table.copied());
    // Once a connection. A table as the real one, without its constraints.
    let create = format!(
        "set local client_min_messages = warning; create temp table if not exists seed_{name} on commit delete rows
             as select {copied} from desk.{name} with no data"
    );
    sqlx::raw_sql(AssertSqlSafe(create)).execute(&mut **tx).await?;
    let mut copy = tx.copy_in_raw(&format!("copy seed_{name} ({columns}) from stdin")).await?;
    for part in text.as_bytes().chunks(1 << 20) {
        copy.send(part).await?;
    }
    copy.finish().await?;
    let selected = table.selected();
    let insert = format!("insert into desk.{name} ({columns}) select {selected} from seed_{name}");
    sqlx::raw_sql(AssertSqlSafe(insert)).execute(&mut **tx).await?;
    Ok(())
}

/// COPY's text format: backslash, tab and line ends are written with a backslash.
fn escape(text: &mut String, value: &str) {
    for letter in value.chars() {
        match letter {
            '\\' => *text += r"\\",
            '\n' => *text += r"\n",
            '\r' => *text += r"\r",
            '\t' => *text += r"\t",
            letter => text.push(letter),
        }
    }
}
