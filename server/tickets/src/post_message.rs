use atum_audit::{Event, Visibility};
use atum_core::{
    App, Problem, Problems, Result,
    caller::Caller,
    checks::Checks,
    db::{ReadWrite, TenantTx},
    extract::{Json, Path},
    ids::{FileId, MessageId},
    problem::Kind,
};
use atum_identity::Anyone;
use atum_sla::Signal;
use axum::{extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    create::{self, NewTicket},
    draft, follow_up,
    message::{self, Channel, Message, NewText},
    send_reply::{self, SendReply},
    sight::{Sight, TicketRef, party},
    status::{self, Party, Status},
    ticket::{self, Ticket},
    view::{self, TicketView},
};

#[derive(Deserialize, ToSchema)]
pub(crate) struct NewMessage {
    /// `internal` is for staff; `public` unless given.
    visibility: Option<Visibility>,
    body: String,
    #[serde(default)]
    file_ids: Vec<FileId>,
    /// Staff's public reply: wait for the customer from here on.
    #[serde(default)]
    wait_for_customer: bool,
    /// Staff's public reply: who gets it by mail as well, for all to see.
    #[serde(default)]
    cc: Vec<String>,
    /// And who gets it without the others seeing that.
    #[serde(default)]
    bcc: Vec<String>,
}

impl NewMessage {
    fn check(&self, staff: bool) -> Result<()> {
        let mut checks = Checks::new();
        checks.text("body", &self.body, 1..=50_000);
        for (field, addresses) in [("cc", &self.cc), ("bcc", &self.bcc)] {
            let public = self.visibility != Some(Visibility::Internal);
            let may = addresses.is_empty() || (staff && public);
            checks.require(may, field, "staff_only", "is for public replies of staff");
            send_reply::check_copies(&mut checks, field, addresses);
        }
        checks.finish()
    }
}

#[derive(Serialize, ToSchema)]
pub(crate) struct PostedMessage {
    message: Message,
    ticket: TicketView,
    /// The ticket had ended: this is another one that goes on from it.
    follow_up: bool,
}

/// Says something: a public reply or, for staff, an internal note. A customer's answer brings a waiting or resolved
/// ticket back into progress; on one that has ended it opens a linked follow-up.
#[utoipa::path(post, path = "/api/v1/tickets/{ticket}/messages", tag = "messages", request_body = NewMessage,
    params(("ticket" = String, Path, description = "The ticket's number or id.")),
    responses((status = 201, body = PostedMessage), Problems))]
pub(crate) async fn create_message(
    State(app): State<App>,
    caller: Anyone,
    Path(reference): Path<TicketRef>,
    Json(given): Json<NewMessage>,
) -> Result<(StatusCode, Json<PostedMessage>)> {
    given.check(caller.role.is_staff())?;
    let mut tx = app.db.write(&caller).await?;
    let ticket = ticket::lock(&mut tx, &caller, &reference).await?;
    let visibility = given.visibility.unwrap_or(Visibility::Public);
    let follow_up = ticket.status.is_final() && !caller.role.is_staff();
    draft::forget(&mut tx, ticket.id, visibility).await?;
    let (ticket, message_id) = match visibility {
        _ if follow_up => open_follow_up(&mut tx, &caller, ticket, given).await?,
        Visibility::Internal => add_note(&mut tx, &caller, ticket, given).await?,
        Visibility::Public if caller.role.is_staff() => answer(&mut tx, &caller, ticket, given).await?,
        Visibility::Public => hear(&mut tx, &caller, ticket, given).await?,
    };
    let message = message::of_ticket(&mut tx, Sight::of(&caller), ticket.id, Some(message_id)).await?.pop();
    let message = message.ok_or_else(Problem::not_found)?;
    let ticket = view::view(&mut tx, &caller, ticket).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(PostedMessage { message, ticket, follow_up })))
}

type Posted = (Ticket, MessageId);

async fn append(
    tx: &mut TenantTx<ReadWrite>,
    caller: &Caller,
    ticket: &Ticket,
    given: &NewMessage,
    visibility: Visibility,
) -> Result<MessageId> {
    let channel = if caller.role.is_staff() { Channel::Desk } else { Channel::Portal };
    let text = NewText { author_id: caller.person_id, visibility, channel, body: given.body.trim_end().to_owned() };
    let event = match visibility {
        Visibility::Public => Event::public("message_posted"),
        Visibility::Internal => Event::internal("note_added"),
    };
    message::append(tx, ticket.id, text, &given.file_ids, event).await
}

/// A note of staff changes nothing but the conversation that staff see.
async fn add_note(tx: &mut TenantTx<ReadWrite>, caller: &Caller, ticket: Ticket, given: NewMessage) -> Result<Posted> {
    if !caller.role.is_staff() {
        return Err(Problem::new(Kind::Forbidden).detail("internal notes are for staff"));
    }
    if ticket.status.is_final() {
        return Err(status::read_only(ticket.status));
    }
    let id = append(tx, caller, &ticket, &given, Visibility::Internal).await?;
    Ok((ticket, id))
}

/// A public reply of staff: work has begun, the response clocks stop, and if asked for, the ticket waits.
async fn answer(tx: &mut TenantTx<ReadWrite>, caller: &Caller, ticket: Ticket, given: NewMessage) -> Result<Posted> {
    let now = tx.now;
    status::may_reply(ticket.status, party(caller))?;
    let id = append(tx, caller, &ticket, &given, Visibility::Public).await?;
    atum_jobs::enqueue(tx, SendReply { message_id: id, cc: given.cc, bcc: given.bcc }).await?;
    let ticket = answered(tx, party(caller), ticket).await?;
    if !given.wait_for_customer || ticket.status != Status::InProgress {
        return Ok((ticket, id));
    }
    let after = ticket.clone().wait(party(caller))?;
    let waiting = ticket::save(tx, &ticket, after, Event::public("ticket_waiting")).await?;
    atum_sla::apply(tx, waiting.id, Signal::WaitingStarted, now).await?;
    Ok((waiting, id))
}

/// What staff's public reply does to its ticket.
pub(crate) async fn answered(tx: &mut TenantTx<ReadWrite>, staff: Party, ticket: Ticket) -> Result<Ticket> {
    let now = tx.now;
    atum_sla::apply(tx, ticket.id, Signal::StaffReplied, now).await?;
    if ticket.status != Status::Accepted {
        return Ok(ticket);
    }
    let after = ticket.clone().start(staff)?;
    ticket::save(tx, &ticket, after, Event::public("ticket_started")).await
}

/// A customer's message: what waited or was resolved goes on, in the same transaction.
async fn hear(tx: &mut TenantTx<ReadWrite>, caller: &Caller, ticket: Ticket, given: NewMessage) -> Result<Posted> {
    status::may_reply(ticket.status, party(caller))?;
    let id = append(tx, caller, &ticket, &given, Visibility::Public).await?;
    Ok((heard(tx, ticket).await?, id))
}

/// What a customer's message does to its ticket.
pub(crate) async fn heard(tx: &mut TenantTx<ReadWrite>, ticket: Ticket) -> Result<Ticket> {
    let now = tx.now;
    let after = ticket.clone().hear_customer()?;
    let ticket = match ticket.status {
        Status::WaitingCustomer => {
            let saved = ticket::save(tx, &ticket, after, Event::public("ticket_started")).await?;
            atum_sla::apply(tx, saved.id, Signal::WaitingEnded, now).await?;
            saved
        }
        Status::Resolved => {
            let saved = ticket::save(tx, &ticket, after, Event::public("ticket_reopened")).await?;
            atum_sla::apply(tx, saved.id, Signal::Reopened, now).await?;
            saved
        }
        _ => ticket,
    };
    atum_sla::apply(tx, ticket.id, Signal::CustomerReplied, now).await?;
    Ok(ticket)
}

/// The ticket has ended and stays as it is: the customer's words open another that is linked to it.
async fn open_follow_up(
    tx: &mut TenantTx<ReadWrite>,
    caller: &Caller,
    ended: Ticket,
    given: NewMessage,
) -> Result<Posted> {
    let new = NewTicket {
        subject: ended.subject.clone(),
        description: given.body,
        priority: Some(ended.priority),
        file_ids: given.file_ids,
        requester_id: None,
    };
    let id = create::open_ticket(tx, new, caller.person_id, Channel::Portal).await?;
    follow_up::link(tx, id, ended.id).await?;
    let opened = ticket::find(tx, caller, &TicketRef::Id(id)).await?;
    let facts = json!({ "follow_up_number": opened.number, "follow_up_id": opened.id });
    atum_audit::record(tx, Event::public("follow_up_opened").ticket(ended.id).detail(facts)).await?;
    let first = message::of_ticket(tx, Sight::of(caller), id, None).await?.pop().ok_or_else(Problem::not_found)?;
    Ok((opened, first.id))
}
