//! A session: found by the hash of its cookie at every request, so that revoking it ends it at once.

use std::{net::IpAddr, time::Duration};

use atum_core::{
    App, Result,
    caller::Role,
    ids::{AccountId, OrganizationId, PersonId, SessionId},
};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

/// However busy it is, a session ends after this.
pub const LIFETIME: Duration = Duration::from_hours(30 * 24);
/// An unused session ends after this.
const IDLE: TimeDelta = TimeDelta::days(7);
/// `last_seen_at` is written at most this often, so that reading a page is not a write.
const SEEN_EVERY: TimeDelta = TimeDelta::minutes(1);

/// Who carries a session cookie, before any question of role.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub session_id: SessionId,
    pub account_id: AccountId,
    pub operator: bool,
    pub ip: Option<IpAddr>,
    /// `None` where the membership was ended since; the account may have others.
    pub membership: Option<Membership>,
}

#[derive(Debug, Clone, Copy)]
pub struct Membership {
    pub organization_id: OrganizationId,
    pub person_id: PersonId,
    pub role: Role,
}

/// The session of a cookie's token, if it is still good.
pub(crate) async fn resume(app: &App, token: &str, ip: Option<IpAddr>) -> Result<Option<SignedIn>> {
    let now = app.clock.now();
    let mut tx = app.db.identity().await?;
    let Some((signed_in, last_seen_at)) = find(&mut tx, token, now, ip).await? else { return Ok(None) };
    if now - last_seen_at >= SEEN_EVERY {
        touch(&mut tx, signed_in.session_id, now).await?;
        tx.commit().await?;
    }
    Ok(Some(signed_in))
}

async fn find(
    conn: &mut PgConnection,
    token: &str,
    now: DateTime<Utc>,
    ip: Option<IpAddr>,
) -> Result<Option<(SignedIn, DateTime<Utc>)>> {
    let row = sqlx::query!(
        r#"select s.id as "session_id: SessionId", s.account_id as "account_id: AccountId", s.last_seen_at, a.operator,
                  o.id as "organization_id?: OrganizationId", m.person_id as "person_id?: PersonId",
                  m.role as "role?: Role"
             from identity.session s
             join identity.account a on a.id = s.account_id and a.disabled_at is null
             left join identity.membership m
               on m.account_id = s.account_id and m.organization_id = s.organization_id and m.active
             left join identity.organization o on o.id = m.organization_id
            where s.token_hash = $1 and s.revoked_at is null and s.expires_at > $2 and s.last_seen_at > $3"#,
        crate::token::hash(token),
        now,
        now - IDLE,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| {
        let membership = row.organization_id.zip(row.person_id).zip(row.role);
        let membership = membership
            .map(|((organization_id, person_id), role)| Membership { organization_id, person_id, role });
        let (session_id, account_id, operator) = (row.session_id, row.account_id, row.operator);
        (SignedIn { session_id, account_id, operator, ip, membership }, row.last_seen_at)
    }))
}

async fn touch(conn: &mut PgConnection, id: SessionId, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update identity.session set last_seen_at = $2 where id = $1", id.0, now).execute(conn).await?;
    Ok(())
}
