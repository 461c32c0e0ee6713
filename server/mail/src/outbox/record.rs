//! What became of an attempt.

use atum_audit::Event;
use atum_core::{
    App, Result,
    db::{ReadWrite, TenantTx},
    ids::{MessageId, OrganizationId, TicketId},
};
use atum_tickets::EnvelopeState;
use chrono::{DateTime, Utc};
use serde_json::json;

use super::{
    claim::{Claimed, system},
    plan,
};
use crate::smtp::{Failure, Outcome};

/// The envelope after the attempt.
struct After {
    state: EnvelopeState,
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
            Outcome::Uncertain(failure) => {
                let next = (!held.doubted).then(|| now + plan::AFTER_DOUBT);
                failed(EnvelopeState::Uncertain, next, failure)
            }
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
    if after.state == EnvelopeState::Failed {
        tell(&mut tx, held, after.last_error.as_deref().unwrap_or_default()).await?;
    }
    wake(&mut tx, held).await?;
    tx.commit().await?;
    Ok(after.state)
}

/// A mail about a ticket that cannot be delivered is a fact of the ticket.
async fn tell(tx: &mut TenantTx<ReadWrite>, held: &Claimed, reason: &str) -> Result<()> {
    let about = sqlx::query!(
        r#"select ticket_id as "ticket_id: TicketId", message_id as "message_id: MessageId" from desk.outgoing_mail
            where id = $1"#,
        held.mail_id.0,
    )
    .fetch_one(&mut **tx)
    .await?;
    let (Some(ticket), Some(message)) = (about.ticket_id, about.message_id) else { return Ok(()) };
    let detail = json!({ "recipient": held.recipient, "reason": reason });
    let event = Event::internal("mail_undelivered").ticket(ticket).message(message).detail(detail);
    atum_audit::record(tx, event).await?;
    Ok(())
}

/// Whoever looks at the ticket sees where its mail stands.
async fn wake(tx: &mut TenantTx<ReadWrite>, held: &Claimed) -> Result<()> {
    let organization = tx.organization_id.to_string();
    tracing::debug!(envelope = %held.id, "an attempt ended");
    sqlx::query!("select pg_notify($1, $2)", atum_core::wake::LIVE, organization).execute(&mut **tx).await?;
    Ok(())
}
