use atum_audit::{Event, Visibility};
use atum_core::{
    App, Problem, Problems, Result,
    checks::Checks,
    db::{ReadWrite, TenantTx},
    extract::Json,
    ids::{CompanyId, FileId, MessageId, PersonId, TicketId},
};
use atum_identity::Anyone;
use atum_sla::Priority;
use axum::{extract::State, http::StatusCode, response::IntoResponse};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    message::{self, Channel, NewText},
    number, search,
    show::commit_and_show,
    sight::TicketRef,
    ticket,
    view::TicketView,
};

#[derive(Deserialize, ToSchema)]
pub struct NewTicket {
    #[schema(min_length = 1, max_length = 200)]
    pub subject: String,
    #[schema(min_length = 1, max_length = 50_000)]
    pub description: String,
    pub priority: Option<Priority>,
    #[serde(default)]
    pub file_ids: Vec<FileId>,
    /// Staff only: on whose behalf.
    pub requester_id: Option<PersonId>,
}

/// Files a ticket. It is `new` until a manager accepts it; no clock runs before.
#[utoipa::path(post, path = "/api/v1/tickets", tag = "tickets", request_body = NewTicket,
    responses((status = 201, body = TicketView), Problems))]
pub(crate) async fn create_ticket(
    State(app): State<App>,
    caller: Anyone,
    Json(given): Json<NewTicket>,
) -> Result<impl IntoResponse> {
    let staff = caller.role.is_staff();
    Checks::new()
        .text("subject", &given.subject, 1..=200)
        .text("description", &given.description, 1..=50_000)
        .require(staff || given.requester_id.is_none(), "requester_id", "staff_only", "only staff ask for others")
        .finish()?;
    let number = number::take(&app, &caller).await?;
    let mut tx = app.db.write(&caller).await?;
    let requester_id = given.requester_id.unwrap_or(caller.person_id);
    let channel = if staff { Channel::Desk } else { Channel::Portal };
    let id = open_numbered(&mut tx, number, given, requester_id, channel).await?;
    let opened = ticket::find(&mut tx, &caller, &TicketRef::Id(id)).await?;
    Ok((StatusCode::CREATED, commit_and_show(tx, &caller, opened).await?))
}

/// Opens a ticket with its first message. The transaction's actor writes it, `requester_id` is who asks. Until it ends,
/// others who open one this way wait for their number.
pub async fn open_ticket(
    tx: &mut TenantTx<ReadWrite>,
    given: NewTicket,
    requester_id: PersonId,
    channel: Channel,
) -> Result<TicketId> {
    let number = number::next(tx).await?;
    open_numbered(tx, number, given, requester_id, channel).await
}

async fn open_numbered(
    tx: &mut TenantTx<ReadWrite>,
    number: i64,
    given: NewTicket,
    requester_id: PersonId,
    channel: Channel,
) -> Result<TicketId> {
    let company_id = company_of(tx, requester_id).await?;
    let author_id = tx.actor.unwrap_or(requester_id);
    let text =
        NewText { author_id, visibility: Visibility::Public, channel, body: given.description.trim().to_owned() };
    let priority = given.priority.unwrap_or(Priority::Normal);
    let start = Beginning { number, subject: given.subject.trim(), priority, requester_id, company_id };
    Ok(begin(tx, start, text, &given.file_ids).await?.ticket_id)
}

/// What a ticket begins with, besides its first message.
pub(crate) struct Beginning<'a> {
    pub number: i64,
    pub subject: &'a str,
    pub priority: Priority,
    pub requester_id: PersonId,
    pub company_id: Option<CompanyId>,
}

/// A ticket that was opened, and its first message.
#[derive(Debug, Clone, Copy)]
pub struct Opened {
    pub ticket_id: TicketId,
    pub number: i64,
    pub message_id: MessageId,
}

pub(crate) async fn begin(
    tx: &mut TenantTx<ReadWrite>,
    start: Beginning<'_>,
    text: NewText,
    file_ids: &[FileId],
) -> Result<Opened> {
    let number = start.number;
    let (ticket_id, event) = file(tx, start).await?;
    let message_id = message::append(tx, ticket_id, text, file_ids, event).await?;
    Ok(Opened { ticket_id, number, message_id })
}

/// Files a ticket that has no message yet: whoever gives it one records the event.
pub(crate) async fn file(tx: &mut TenantTx<ReadWrite>, start: Beginning<'_>) -> Result<(TicketId, Event)> {
    let ticket_id = TicketId::new();
    insert(tx, ticket_id, &start).await?;
    let event = Event::public("ticket_created")
        .change("status", (), "new")
        .change("subject", (), start.subject)
        .change("priority", (), start.priority)
        .detail(json!({ "number": start.number }));
    search::index(tx, ticket_id, Visibility::Public, &format!("{} {}", start.number, start.subject)).await?;
    Ok((ticket_id, event))
}

async fn insert(tx: &mut TenantTx<ReadWrite>, id: TicketId, start: &Beginning<'_>) -> Result<()> {
    sqlx::query!(
        "insert into desk.ticket (organization_id, id, number, subject, status, priority, requester_id, company_id,
                                  created_at, updated_at)
         values ($1, $2, $3, $4, 'new', $5, $6, $7, $8, $8)",
        tx.organization_id.0,
        id.0,
        start.number,
        start.subject,
        start.priority as _,
        start.requester_id.0,
        start.company_id.map(|id| id.0),
        tx.now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The ticket belongs to the company that its requester has now, whatever becomes of the person.
async fn company_of(tx: &mut TenantTx<ReadWrite>, requester_id: PersonId) -> Result<Option<CompanyId>> {
    let found = sqlx::query!(
        r#"select company_id as "company_id: CompanyId" from desk.person where id = $1 and active"#,
        requester_id.0
    );
    let found = found.fetch_optional(&mut **tx).await?;
    let absent = || Problem::field("requester_id", "unknown", "there is no such active person");
    Ok(found.ok_or_else(absent)?.company_id)
}
