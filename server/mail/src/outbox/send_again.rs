use atum_audit::Event;
use atum_core::{
    App, Problem, Problems, Result,
    caller::Role,
    db::{ReadWrite, TenantTx},
    extract::{Json, Path},
    ids::{MailChannelId, MessageId, OutgoingEnvelopeId, OutgoingMailId, PersonId, TicketId},
    problem::Kind,
};
use atum_identity::Agent;
use atum_tickets::EnvelopeState;
use axum::extract::State;
use serde_json::json;

use super::{
    route::Route,
    view::{self, OutgoingMail},
};
use crate::{
    channel::{self, Channel},
    smtp::Address,
};

pub(super) struct Found {
    pub mail_id: OutgoingMailId,
    pub recipient: String,
    pub state: EnvelopeState,
    /// Who wrote the message; `None`: a program wrote the mail.
    pub author_id: Option<PersonId>,
    next_attempt_due: bool,
    in_answer: bool,
    channel_id: Option<MailChannelId>,
    ticket_id: Option<TicketId>,
    message_id: Option<MessageId>,
}

/// Sends a mail to a recipient who did not get it, with a plan of attempts of its own: what failed, bounced, is uncertain,
/// was taken back or waits for its next attempt. It is the same mail, under the same Message-ID. By whoever wrote it or a
/// manager.
#[utoipa::path(post, path = "/api/v1/outbox/envelopes/{id}/send-again", tag = "mail",
    params(("id" = OutgoingEnvelopeId, Path)), responses((status = 200, body = OutgoingMail), Problems))]
pub(crate) async fn send_envelope_again(
    State(app): State<App>,
    agent: Agent,
    Path(id): Path<OutgoingEnvelopeId>,
) -> Result<Json<OutgoingMail>> {
    let mut tx = app.db.write(&agent).await?;
    let found = lock(&mut tx, id).await?;
    require_author_or_manager(&agent, found.author_id)?;
    refuse(&found)?;
    let channel = channel_for(&mut tx, &found).await?;
    let none = || Problem::wrong_state("no channel can send: set up a server for outgoing mail first");
    let channel = channel.ok_or_else(none)?;
    adopt(&app, &mut tx, found.mail_id, &channel).await?;
    let route = Route::of(&app, tx.organization_id, Some(&channel));
    let now = tx.now;
    sqlx::query!(
        "update desk.outgoing_envelope
            set state = 'queued', channel_id = $2, attempts = 0, first_attempt_at = null, next_attempt_at = $3,
                doubted = false, dotted = false, last_error = null, return_path = $4, changed_at = $3
          where id = $1",
        id.0,
        channel.id.0,
        now,
        if found.in_answer { String::new() } else { route.return_path(id.0) },
    )
    .execute(&mut *tx)
    .await?;
    let mut event = Event::internal("mail_sent_again").detail(json!({ "recipient": found.recipient }));
    event = match (found.ticket_id, found.message_id) {
        (Some(ticket), Some(message)) => event.ticket(ticket).message(message),
        _ => event.subject(found.mail_id.0),
    };
    atum_audit::record(&mut tx, event).await?;
    let mail = view::one(&app, &mut tx, found.mail_id).await?;
    tx.commit().await?;
    Ok(Json(mail))
}

pub(super) async fn lock(tx: &mut TenantTx<ReadWrite>, id: OutgoingEnvelopeId) -> Result<Found> {
    let found = sqlx::query_as!(
        Found,
        r#"select e.mail_id as "mail_id: OutgoingMailId", e.recipient, e.state as "state: EnvelopeState",
                  e.next_attempt_at is not null as "next_attempt_due!", m.in_answer,
                  m.channel_id as "channel_id: MailChannelId", m.ticket_id as "ticket_id: TicketId",
                  m.message_id as "message_id: MessageId", w.author_id as "author_id?: PersonId"
             from desk.outgoing_envelope e
             join desk.outgoing_mail m on m.organization_id = e.organization_id and m.id = e.mail_id
             left join desk.message w on w.organization_id = m.organization_id and w.id = m.message_id
            where e.id = $1 for update of e, m"#,
        id.0,
    );
    found.fetch_optional(&mut **tx).await?.ok_or_else(Problem::not_found)
}

pub(super) fn require_author_or_manager(agent: &Agent, author_id: Option<PersonId>) -> Result<()> {
    let manager = matches!(agent.role, Role::Manager | Role::Admin);
    if manager || author_id == Some(agent.person_id) {
        return Ok(());
    }
    Err(Problem::new(Kind::Forbidden).detail("only who wrote it or a manager can decide about it"))
}

fn refuse(found: &Found) -> Result<()> {
    use EnvelopeState as State;
    match found.state {
        State::Accepted => Err(Problem::wrong_state("the recipient's server has it")),
        State::Queued | State::Sending => Err(Problem::wrong_state("it is being sent")),
        State::Uncertain if found.next_attempt_due => Err(Problem::wrong_state(
            "whether the server has it is looked up in the folder of sent mail: ask again in ten minutes",
        )),
        _ if found.recipient.parse::<Address>().is_err() => {
            Err(Problem::wrong_state(format!("{} is no e-mail address", found.recipient)))
        }
        State::Uncertain | State::Deferred | State::Failed | State::Bounced | State::Cancelled | State::Kept => Ok(()),
    }
}

/// The mail's own, while it can send.
async fn channel_for(tx: &mut TenantTx<ReadWrite>, found: &Found) -> Result<Option<Channel>> {
    if let Some(id) = found.channel_id {
        let own = channel::find(tx, id).await.ok().filter(|channel| channel.active && channel.smtp.is_some());
        if own.is_some() {
            return Ok(own);
        }
    }
    channel::default(tx).await
}

/// A mail that was kept gets the address of the channel that sends it now.
async fn adopt(app: &App, tx: &mut TenantTx<ReadWrite>, mail_id: OutgoingMailId, channel: &Channel) -> Result<()> {
    let number = sqlx::query_scalar!(
        r#"select t.number as "number?" from desk.outgoing_mail m
             left join desk.ticket t on t.organization_id = m.organization_id and t.id = m.ticket_id where m.id = $1"#,
        mail_id.0,
    )
    .fetch_one(&mut **tx)
    .await?;
    let route = Route::of(app, tx.organization_id, Some(channel));
    sqlx::query!(
        "update desk.outgoing_mail set channel_id = $2, from_address = $3, from_name = $4, reply_to = $5
          where id = $1 and channel_id is distinct from $2",
        mail_id.0,
        channel.id.0,
        route.address,
        route.name,
        number.and_then(|number| route.reply_to(number)),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
