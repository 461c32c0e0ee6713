//! What became of an attempt.

use atum_core::{
    App, Result,
    db::{ReadWrite, TenantTx},
    ids::{MessageId, OrganizationId, TicketId},
};
use atum_tickets::EnvelopeState;
use chrono::{DateTime, Utc};

use super::{
    claim::{Claimed, system},
    learned, plan, tell,
};
use crate::{
    smtp::{Failure, Outcome},
    thread,
};

/// The envelope after the attempt.
struct After {
    state: EnvelopeState,
    /// Of a doubt: when it is looked at next.
    next_attempt_at: Option<DateTime<Utc>>,
    status: Option<String>,
    server_reply: Option<String>,
    last_error: Option<String>,
}

impl After {
    fn of(held: &Claimed, outcome: &Outcome, now: DateTime<Utc>) -> Self {
        let failed = |state, next_attempt_at, failure: &Failure| Self {
            state,
            next_attempt_at,
            status: failure.enhanced().map(|status| status.to_string()),
            server_reply: failure.reply.as_ref().map(ToString::to_string),
            last_error: Some(failure.sentence.clone()),
        };
        match outcome {
            Outcome::Accepted(reply) => Self {
                state: EnvelopeState::Accepted,
                next_attempt_at: None,
                status: reply.enhanced.map(|status| status.to_string()),
                server_reply: Some(reply.to_string()),
                last_error: None,
            },
            Outcome::Refused(failure) => failed(EnvelopeState::Failed, None, failure),
            Outcome::Deferred(failure) => match plan::next(held.attempts, held.first_attempt_at, now) {
                next @ Some(_) => failed(EnvelopeState::Deferred, next, failure),
                None => {
                    let given_up =
                        format!("given up after {} attempts in 48 hours. {}", held.attempts, failure.sentence);
                    Self { last_error: Some(given_up), ..failed(EnvelopeState::Failed, None, failure) }
                }
            },
            Outcome::Uncertain(failure) => failed(EnvelopeState::Uncertain, Some(now), failure),
            // Somebody else has it, or took it back: whoever that is wrote it down.
            Outcome::Withdrawn => Self {
                state: EnvelopeState::Queued,
                next_attempt_at: Some(now),
                status: None,
                server_reply: None,
                last_error: None,
            },
        }
    }
}

/// Under the lease. One that ran out while the server answered is still this attempt's as long as nobody took the next.
pub(super) async fn record(
    app: &App,
    organization_id: OrganizationId,
    held: &Claimed,
    outcome: &Outcome,
) -> Result<EnvelopeState> {
    let mut tx = app.db.write(&system(organization_id)).await?;
    let after = After::of(held, outcome, tx.now);
    let now = tx.now;
    let written = sqlx::query!(
        "update desk.outgoing_envelope
            set state = $3, next_attempt_at = $4, status = $5, server_reply = $6, last_error = $7, leased_until = null,
                changed_at = $8
          where id = $1 and lease = $2 and (state = 'sending' or (state = 'uncertain' and dotted))",
        held.id.0,
        held.lease,
        after.state as _,
        after.next_attempt_at,
        after.status,
        after.server_reply,
        after.last_error,
        now,
    )
    .execute(&mut *tx)
    .await?;
    if written.rows_affected() == 0 {
        tracing::warn!(envelope = %held.id, "the lease was lost; its end is not written: {outcome:?}");
        return Ok(after.state);
    }
    if let Outcome::Accepted(reply) = outcome {
        learn(&mut tx, held, &reply.to_string()).await?;
    }
    if after.state == EnvelopeState::Failed {
        tell::event(&mut tx, held.mail_id, "mail_undelivered", &held.recipient, after.last_error.as_deref()).await?;
    }
    tell::wake(&mut tx).await?;
    tx.commit().await?;
    Ok(after.state)
}

/// Answers may refer to an id that the provider gave the mail: it is one of the message's from now on.
async fn learn(tx: &mut TenantTx<ReadWrite>, held: &Claimed, reply: &str) -> Result<()> {
    let about = sqlx::query!(
        r#"select m.ticket_id as "ticket_id: TicketId", m.message_id as "message_id: MessageId",
                  coalesce(c.smtp->>'host', '') as "host!"
             from desk.outgoing_mail m
             join desk.mail_channel c on c.organization_id = m.organization_id and c.id = m.channel_id
            where m.id = $1"#,
        held.mail_id.0,
    )
    .fetch_optional(&mut **tx)
    .await?;
    let Some(about) = about else { return Ok(()) };
    let (Some(ticket), Some(message)) = (about.ticket_id, about.message_id) else { return Ok(()) };
    let ids = learned::ids(&about.host, reply, &held.recipient);
    if ids.is_empty() { Ok(()) } else { thread::remember(tx, ticket, message, &ids).await }
}
