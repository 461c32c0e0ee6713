//! Envelopes under a lease, in the database's time.

use std::time::Duration;

use atum_core::{
    App, Result,
    caller::{Reason, System},
    ids::{MailChannelId, OrganizationId, OutgoingEnvelopeId, OutgoingMailId},
};
use chrono::{DateTime, Utc};

use super::plan;

pub(super) struct Claimed {
    pub id: OutgoingEnvelopeId,
    pub mail_id: OutgoingMailId,
    pub recipient: String,
    pub return_path: String,
    pub attempts: i32,
    pub first_attempt_at: DateTime<Utc>,
    pub lease: i64,
}

pub(super) fn system(organization_id: OrganizationId) -> System {
    System { organization_id, reason: Reason::Job }
}

/// Takes the channel's next envelope. Two senders never take one: a row that another is taking is skipped. The array is made
/// once; a join with the same select might run it for each row, and take all.
pub(super) async fn claim(
    app: &App,
    organization_id: OrganizationId,
    channel_id: MailChannelId,
    lease: Duration,
) -> Result<Option<Claimed>> {
    let mut tx = app.db.write(&system(organization_id)).await?;
    let now = tx.now;
    let claimed = sqlx::query_as!(
        Claimed,
        r#"update desk.outgoing_envelope e
              set state = 'sending', attempts = e.attempts + 1, lease = e.lease + 1, dotted = false,
                  leased_until = now() + make_interval(secs => $3), changed_at = $2,
                  first_attempt_at = coalesce(e.first_attempt_at, $2)
            where e.id = any (array(
                      select id from desk.outgoing_envelope
                       where channel_id = $1 and state in ('queued', 'deferred') and next_attempt_at <= $2
                       order by next_attempt_at, id limit 1 for update skip locked))
           returning e.id as "id: OutgoingEnvelopeId", e.mail_id as "mail_id: OutgoingMailId", e.recipient, e.return_path,
                     e.attempts, e.first_attempt_at as "first_attempt_at!", e.lease"#,
        channel_id.0,
        now,
        lease.as_secs_f64(),
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(claimed)
}

/// False: the lease was lost.
pub(super) async fn beat(app: &App, organization_id: OrganizationId, held: &Claimed, lease: Duration) -> Result<bool> {
    let mut tx = app.db.write(&system(organization_id)).await?;
    let done = sqlx::query!(
        "update desk.outgoing_envelope set leased_until = now() + make_interval(secs => $3)
          where id = $1 and lease = $2 and state = 'sending'",
        held.id.0,
        held.lease,
        lease.as_secs_f64(),
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(done.rows_affected() == 1)
}

/// Writes down that the final dot comes now. False: the lease was lost, and the mail must not be ended.
pub(super) async fn dot(app: &App, organization_id: OrganizationId, held: &Claimed) -> Result<bool> {
    let mut tx = app.db.write(&system(organization_id)).await?;
    let done = sqlx::query!(
        "update desk.outgoing_envelope set dotted = true where id = $1 and lease = $2 and state = 'sending'",
        held.id.0,
        held.lease,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(done.rows_affected() == 1)
}

/// Envelopes whose sender fell silent: those without a dot are due again, the others uncertain. Spent leases are the
/// database's to tell, when to try again is the clock's.
pub(super) async fn rescue(app: &App, organization_id: OrganizationId, channel_id: MailChannelId) -> Result<u64> {
    let mut tx = app.db.write(&system(organization_id)).await?;
    let now = tx.now;
    let rescued = sqlx::query!(
        "update desk.outgoing_envelope
            set state = case when dotted then 'uncertain' else 'queued' end,
                next_attempt_at = $2, doubted = false,
                last_error = case when dotted then 'the sender ended after the final dot; the server has the mail or not'
                                  else 'the sender ended before the final dot' end,
                leased_until = null, changed_at = $2
          where channel_id = $1 and state = 'sending' and leased_until < now()",
        channel_id.0,
        now,
    )
    .execute(&mut *tx)
    .await?
    .rows_affected();
    if rescued > 0 {
        tx.commit().await?;
    }
    Ok(rescued)
}

/// The server cannot be reached: what else waits for it need not ask as well.
pub(super) async fn put_off(app: &App, organization_id: OrganizationId, channel_id: MailChannelId) -> Result<()> {
    let mut tx = app.db.write(&system(organization_id)).await?;
    let now = tx.now;
    sqlx::query!(
        "update desk.outgoing_envelope set next_attempt_at = $3
          where channel_id = $1 and state in ('queued', 'deferred') and next_attempt_at <= $2",
        channel_id.0,
        now,
        now + plan::WHILE_AWAY,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}
