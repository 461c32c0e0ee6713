//! A session: found by the hash of its cookie at every request, so that revoking it ends it at once.

use std::{net::IpAddr, time::Duration};

use atum_core::{
    App, Result,
    caller::{Caller, Role},
    ids::{AccountId, OrganizationId, PersonId, SessionId},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use crate::{
    bearer,
    event::Client,
    place::Place,
    throttle,
    token::{self, Token},
};

/// However busy it is, a session ends after this.
pub const LIFETIME: Duration = Duration::from_hours(30 * 24);
/// An unused session ends after this.
pub(crate) const IDLE: TimeDelta = TimeDelta::days(7);
/// `last_seen_at` is written at most this often, so that reading a page is not a write.
const SEEN_EVERY: TimeDelta = TimeDelta::minutes(1);

/// Who carries a session cookie, before any question of role.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub session_id: SessionId,
    pub account_id: AccountId,
    /// Runs the installation. Never of a session that a provider vouches for: it speaks for its organization alone.
    pub operator: bool,
    /// The one organization that this session is good for, where it began at that organization's provider: nothing that
    /// the account has elsewhere is its business.
    pub fixed_to: Option<OrganizationId>,
    pub ip: Option<IpAddr>,
    /// `None` where the membership was ended since; the account may have others.
    pub membership: Option<Membership>,
    /// The session acts as somebody else, or did and has not gone back yet.
    pub acting: Option<Acting>,
}

/// As whom. `None`: not any more, and the browser does not know yet.
#[derive(Debug, Clone, Copy)]
pub struct Acting(pub Option<(PersonId, Role)>);

#[derive(Debug, Clone, Copy)]
pub struct Membership {
    pub organization_id: OrganizationId,
    pub person_id: PersonId,
    pub role: Role,
    /// The organization asks for a second factor and the account has none: it may do nothing but set one up.
    pub second_factor_missing: bool,
    /// Whether the organization lets it in from this address.
    pub let_in: bool,
}

/// The session of a cookie's token, if it is still good.
pub(crate) async fn resume(app: &App, token: &str, ip: Option<IpAddr>) -> Result<Option<SignedIn>> {
    let now = app.clock.now();
    let mut identity = app.db.identity_statement().await?;
    let Some((signed_in, last_seen_at)) = find(&mut identity, token, now, ip).await? else { return Ok(None) };
    if now - last_seen_at >= SEEN_EVERY {
        touch(&mut identity, signed_in.session_id, now).await?;
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
        r#"select s.id as "session_id: SessionId", s.account_id as "account_id: AccountId", s.last_seen_at,
                  case when s.through_provider then s.organization_id end as "fixed_to: OrganizationId",
                  (a.operator and not s.through_provider) as "operator!",
                  m.organization_id as "organization_id?: OrganizationId", m.person_id as "person_id?: PersonId",
                  m.role as "role?: Role",
                  coalesce(o.second_factor_required and not s.second_factor_by_provider
                      and not exists (select from identity.second_factor f where f.account_id = a.id), false)
                      as "without_second_factor!",
                  i.id is not null as "acting!", other.person_id as "other_id?: PersonId",
                  other.role as "other_role?: Role",
                  coalesce(o.addresses_restricted_for is null
                           or identity.lets_in(o.id, o.addresses_restricted_for, m.role, $4), false) as "let_in!"
             from identity.session s
             join identity.account a on a.id = s.account_id and a.disabled_at is null
             left join identity.organization o on o.id = s.organization_id
             left join identity.membership m
               on m.account_id = s.account_id and m.organization_id = s.organization_id and m.active
              and (s.through_provider or not o.single_sign_on_required or m.role in ('customer', 'customer_admin'))
             left join identity.impersonation i on i.session_id = s.id and i.left_at is null
             left join identity.membership other
               on i.ended_at is null and i.expires_at > $2 and m.role = 'admin' and m.organization_id = i.organization_id
              and other.organization_id = i.organization_id and other.person_id = i.person_id and other.active
              and other.role <> 'admin'
              and exists (select from identity.account b where b.id = other.account_id and b.disabled_at is null)
            where s.token_hash = $1 and s.revoked_at is null and s.expires_at > $2 and s.last_seen_at > $3"#,
        token::hash(token),
        now,
        now - IDLE,
        ip.map(|ip| ip.to_string()),
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| {
        let membership = row.organization_id.zip(row.person_id).zip(row.role);
        let membership = membership.map(|((organization_id, person_id), role)| {
            let second_factor_missing = role.is_staff() && row.without_second_factor;
            Membership { organization_id, person_id, role, second_factor_missing, let_in: row.let_in }
        });
        let acting = row.acting.then(|| Acting(row.other_id.zip(row.other_role)));
        let (session_id, account_id, operator) = (row.session_id, row.account_id, row.operator);
        let fixed_to = row.fixed_to;
        (SignedIn { session_id, account_id, operator, fixed_to, ip, membership, acting }, row.last_seen_at)
    }))
}

async fn touch(conn: &mut PgConnection, id: SessionId, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update identity.session set last_seen_at = $2 where id = $1", id.0, now).execute(conn).await?;
    Ok(())
}

/// Begins a session of the account in the organization, or in none, and gives its cookie's token.
pub(crate) async fn begin(
    conn: &mut PgConnection,
    account_id: AccountId,
    organization_id: Option<OrganizationId>,
    client: &Client,
    now: DateTime<Utc>,
) -> Result<Token> {
    let token = Token::new();
    sqlx::query!(
        "insert into identity.session (id, token_hash, account_id, organization_id, ip, user_agent, created_at,
                                       last_seen_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7, $8)",
        SessionId::new().0,
        token.hash(),
        account_id.0,
        organization_id.map(|id| id.0),
        client.ip.map(|ip| ip.to_string()),
        client.user_agent,
        now,
        now + LIFETIME,
    )
    .execute(conn)
    .await?;
    Ok(token)
}

/// Notes that the provider vouched for whoever begins this session, and whether with a second factor.
pub(crate) async fn vouch(conn: &mut PgConnection, token: &Token, second_factor_done: bool) -> Result<()> {
    sqlx::query!(
        "update identity.session set through_provider = true, second_factor_by_provider = $2 where token_hash = $1",
        token.hash(),
        second_factor_done,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What a provider vouched for in this session, and whether with a second factor. An API token is no session.
#[derive(Default)]
pub(crate) struct Vouched {
    pub through_provider: bool,
    pub second_factor_by_provider: bool,
}

pub(crate) async fn vouched(conn: &mut PgConnection, id: SessionId) -> Result<Vouched> {
    let vouched = sqlx::query_as!(
        Vouched,
        "select through_provider, second_factor_by_provider from identity.session where id = $1",
        id.0,
    );
    Ok(vouched.fetch_optional(conn).await?.unwrap_or_default())
}

/// Ends what the account has open through the organization's provider.
pub(crate) async fn end_vouched(
    conn: &mut PgConnection,
    account_id: AccountId,
    organization_id: OrganizationId,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update identity.session set revoked_at = $3
          where account_id = $1 and organization_id = $2 and through_provider and revoked_at is null",
        account_id.0,
        organization_id.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends the session of a cookie, whoever's it is: what a browser brings to a sign-in does not outlive it.
pub(crate) async fn end_by_token(conn: &mut PgConnection, token: &str, now: DateTime<Utc>) -> Result<()> {
    let hash = token::hash(token);
    sqlx::query!("update identity.session set revoked_at = $2 where token_hash = $1 and revoked_at is null", hash, now)
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends one session of the account. False: it has no such session any more, or none that this one sees.
pub(crate) async fn end(
    conn: &mut PgConnection,
    signed_in: &SignedIn,
    id: SessionId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let ended = sqlx::query!(
        "update identity.session set revoked_at = $3
          where id = $1 and account_id = $2 and revoked_at is null
            and (id = $4 or $5::uuid is null or (through_provider and organization_id = $5))",
        id.0,
        signed_in.account_id.0,
        now,
        signed_in.session_id.0,
        signed_in.fixed_to.map(|id| id.0),
    );
    Ok(ended.execute(conn).await?.rows_affected() == 1)
}

/// Ends all sessions of the account but the one to be kept.
pub(crate) async fn end_all(
    conn: &mut PgConnection,
    account_id: AccountId,
    kept: Option<SessionId>,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update identity.session set revoked_at = $3
          where account_id = $1 and id is distinct from $2 and revoked_at is null",
        account_id.0,
        kept.map(|id| id.0),
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One session, as its owner sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionInfo {
    #[schema(value_type = uuid::Uuid)]
    pub id: SessionId,
    /// The one that asks.
    pub current: bool,
    pub created_at: DateTime<Utc>,
    /// To the minute.
    pub last_seen_at: DateTime<Utc>,
    pub ip: Option<String>,
    /// As far as the address tells by itself: nobody outside is asked.
    pub place: Place,
    /// Its network is the one that this request comes from.
    pub same_network: bool,
    pub user_agent: Option<String>,
}

pub(crate) async fn open_ones(
    conn: &mut PgConnection,
    signed_in: &SignedIn,
    now: DateTime<Utc>,
) -> Result<Vec<SessionInfo>> {
    let rows = sqlx::query!(
        r#"select id as "id: SessionId", id = $2 as "current!", created_at, last_seen_at, ip, user_agent
             from identity.session
            where account_id = $1 and revoked_at is null and expires_at > $3 and last_seen_at > $4
              and ($5::uuid is null or (through_provider and organization_id = $5))
            order by last_seen_at desc, id desc"#,
        signed_in.account_id.0,
        signed_in.session_id.0,
        now,
        now - IDLE,
        signed_in.fixed_to.map(|id| id.0),
    );
    let rows = rows.fetch_all(conn).await?;
    let here = throttle::network_of(signed_in.ip);
    let told = rows.into_iter().map(|row| {
        let ip: Option<IpAddr> = row.ip.as_deref().and_then(|ip| ip.parse().ok());
        SessionInfo {
            id: row.id,
            current: row.current,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            ip: row.ip,
            place: Place::of(ip),
            same_network: ip.is_some() && throttle::network_of(ip) == here,
            user_agent: row.user_agent,
        }
    });
    Ok(told.collect())
}

pub(crate) async fn switch(conn: &mut PgConnection, id: SessionId, to: OrganizationId) -> Result<()> {
    sqlx::query!("update identity.session set organization_id = $2 where id = $1", id.0, to.0).execute(conn).await?;
    Ok(())
}

/// Whether this caller would still be let in, in the same role: for streams that outlive a request.
pub async fn is_current(app: &App, caller: &Caller) -> Result<bool> {
    let now = app.clock.now();
    if let Some(token_id) = caller.token_id {
        return bearer::is_current(app, caller, token_id).await;
    }
    let mut identity = app.db.identity_statement().await?;
    let current = sqlx::query_scalar!(
        r#"select exists (
             select from identity.session s
               join identity.account a on a.id = s.account_id and a.disabled_at is null
               join identity.membership m
                 on m.account_id = s.account_id and m.organization_id = s.organization_id and m.active
               left join identity.impersonation i on i.session_id = s.id and i.left_at is null
               left join identity.membership other
                 on i.ended_at is null and i.expires_at > $2 and m.role = 'admin' and other.active
                and other.organization_id = i.organization_id and other.person_id = i.person_id and other.role <> 'admin'
              where s.id = $1 and s.revoked_at is null and s.expires_at > $2 and m.organization_id = $3
                and case when i.id is null then $7::uuid is null and m.person_id = $4 and m.role = $5
                         else m.person_id = $7 and other.person_id = $4 and other.role = $5 end
                and (not $6 or s.through_provider or not exists (select from identity.organization o
                         where o.id = m.organization_id and o.single_sign_on_required))
                and (not $6 or s.second_factor_by_provider or not exists (select from identity.organization o
                         where o.id = m.organization_id and o.second_factor_required)
                     or exists (select from identity.second_factor f where f.account_id = a.id))
                and exists (select from identity.organization o
                     where o.id = m.organization_id
                       and (o.addresses_restricted_for is null
                            or identity.lets_in(o.id, o.addresses_restricted_for, m.role, $8)))) as "current!""#,
        caller.session_id.0,
        now,
        caller.organization_id.0,
        caller.person_id.0,
        caller.role as _,
        caller.role.is_staff() || caller.impersonator_id.is_some(),
        caller.impersonator_id.map(|id| id.0),
        caller.ip.map(|ip| ip.to_string()),
    );
    Ok(current.fetch_one(&mut *identity).await?)
}
