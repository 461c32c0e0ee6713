use atum_audit::Event;
use atum_core::{
    App, Problem, Problems, Result,
    db::{ReadWrite, TenantTx},
    extract::{Json, Path},
    ids::{MailChannelId, MessageId, OutgoingEnvelopeId, OutgoingMailId, TicketId},
};
use atum_identity::Manager;
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

struct Found {
    mail_id: OutgoingMailId,
    recipient: String,
    state: EnvelopeState,
    next_attempt_due: bool,
    in_answer: bool,
    channel_id: Option<MailChannelId>,
    ticket_id: Option<TicketId>,
    message_id: Option<MessageId>,
}

/// Sends a mail to a recipient who did not get it, with a plan of attempts of its own: what failed, bounced, is uncertain,
/// was taken back or waits for its next attempt. It is the same mail, under the same Message-ID.
#[utoipa::path(post, path = "/api/v1/outbox/envelopes/{id}/send-again", tag = "mail",
    params(("id" = OutgoingEnvelopeId, Path)), responses((status = 200, body = OutgoingMail), Problems))]
pub(crate) async fn send_envelope_again(
    State(app): State<App>,
    manager: Manager,
    Path(id): Path<OutgoingEnvelopeId>,
) -> Result<Json<OutgoingMail>> {
    let mut tx = app.db.write(&manager).await?;
    let found = lock(&mut tx, id).await?;
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

async fn lock(tx: &mut TenantTx<ReadWrite>, id: OutgoingEnvelopeId) -> Result<Found> {
    let found = sqlx::query_as!(
        Found,
        r#"select e.mail_id as "mail_id: OutgoingMailId", e.recipient, e.state as "state: EnvelopeState",
                  e.next_attempt_at is not null as "next_attempt_due!", m.in_answer,
                  m.channel_id as "channel_id: MailChannelId", m.ticket_id as "ticket_id: TicketId",
                  m.message_id as "message_id: MessageId"
             from desk.outgoing_envelope e
             join desk.outgoing_mail m on m.organization_id = e.organization_id and m.id = e.mail_id
            where e.id = $1 for update"#,
        id.0,
    );
    found.fetch_optional(&mut **tx).await?.ok_or_else(Problem::not_found)
}

fn refuse(found: &Found) -> Result<()> {
    use EnvelopeState as State;
    match found.state {
        State::Accepted => Err(Problem::wrong_state("the recipient's server has it")),
        State::Queued | State::Sending => Err(Problem::wrong_state("it is being sent")),
        State::Uncertain if found.next_attempt_due => {
            Err(Problem::wrong_state("the server may have it; it is tried again ten minutes after the doubt began"))
        }
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
