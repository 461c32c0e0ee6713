//! What nobody can use any more is removed. That it was there is in the events.

use atum_core::{App, Result};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use crate::{device, session};

/// How long what is over is still there to be looked at.
const KEPT: TimeDelta = TimeDelta::days(30);
/// Rows of one kind that one transaction removes.
const AT_ONCE: i64 = 1000;

/// Removes sessions and invitations that ended thirty days ago, sign-ins that were not finished and browsers that are
/// strangers again; tells how many rows.
pub async fn sweep(app: &App) -> Result<u64> {
    let (now, mut removed) = (app.clock.now(), 0);
    loop {
        let mut tx = app.db.identity().await?;
        let gone = [
            sessions(&mut tx, now - KEPT).await?,
            invitations(&mut tx, now - KEPT).await?,
            challenges(&mut tx, now).await?,
            devices(&mut tx, now - device::FORGOTTEN_AFTER).await?,
        ];
        tx.commit().await?;
        removed += gone.iter().sum::<u64>();
        if gone.iter().all(|rows| i64::try_from(*rows) != Ok(AT_ONCE)) {
            return Ok(removed);
        }
    }
}

async fn sessions(conn: &mut PgConnection, before: DateTime<Utc>) -> Result<u64> {
    let gone = sqlx::query!(
        "delete from identity.session where id in
           (select id from identity.session
             where revoked_at < $1 or expires_at < $1 or last_seen_at < $2 limit $3 for update skip locked)",
        before,
        before - session::IDLE,
        AT_ONCE,
    );
    Ok(gone.execute(conn).await?.rows_affected())
}

async fn invitations(conn: &mut PgConnection, before: DateTime<Utc>) -> Result<u64> {
    let gone = sqlx::query!(
        "delete from identity.invitation where id in
           (select id from identity.invitation where used_at < $1 or expires_at < $1 limit $2 for update skip locked)",
        before,
        AT_ONCE,
    );
    Ok(gone.execute(conn).await?.rows_affected())
}

async fn challenges(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<u64> {
    let gone = sqlx::query!(
        "delete from identity.sign_in_challenge where token_hash in
           (select token_hash from identity.sign_in_challenge where expires_at <= $1 limit $2 for update skip locked)",
        now,
        AT_ONCE,
    );
    Ok(gone.execute(conn).await?.rows_affected())
}

async fn devices(conn: &mut PgConnection, before: DateTime<Utc>) -> Result<u64> {
    let gone = sqlx::query!(
        "delete from identity.device where (token_hash, account_id) in
           (select token_hash, account_id from identity.device where last_used_at <= $1 limit $2
               for update skip locked)",
        before,
        AT_ONCE,
    );
    Ok(gone.execute(conn).await?.rows_affected())
}
