//! A link that lets somebody come in, or set a new password: single use, 48 hours, stored as a hash.

use atum_core::{
    App, Result,
    ids::{AccountId, InvitationId, OrganizationId, PersonId},
};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use crate::token::{self, Token};

const LIFETIME: TimeDelta = TimeDelta::hours(48);

/// The link, which only its maker ever sees.
#[derive(Debug, Clone)]
pub struct InvitationLink {
    pub url: String,
    pub expires_at: DateTime<Utc>,
}

/// An invitation that can still be accepted.
pub(crate) struct Open {
    pub account_id: AccountId,
    pub organization_id: OrganizationId,
    pub organization_name: String,
    pub person_id: PersonId,
    pub email: String,
    pub has_password: bool,
    /// The account has not come in here yet.
    pub pending: bool,
    pub by_operator: bool,
}

/// Who makes a link. The operator's sets the password of any account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Maker {
    Admin,
    Operator,
}

/// Makes a link; earlier ones of the account in this organization end.
pub(crate) async fn issue(
    conn: &mut PgConnection,
    app: &App,
    account_id: AccountId,
    organization_id: OrganizationId,
    maker: Maker,
) -> Result<InvitationLink> {
    let now = app.clock.now();
    let (token, expires_at) = (Token::new(), now + LIFETIME);
    sqlx::query!(
        "update identity.invitation set expires_at = $3
          where account_id = $1 and organization_id = $2 and used_at is null and expires_at > $3",
        account_id.0,
        organization_id.0,
        now,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into identity.invitation (id, token_hash, account_id, organization_id, created_at, expires_at, by_operator)
         values ($1, $2, $3, $4, $5, $6, $7)",
        InvitationId::new().0,
        token.hash(),
        account_id.0,
        organization_id.0,
        now,
        expires_at,
        maker == Maker::Operator,
    )
    .execute(conn)
    .await?;
    Ok(InvitationLink { url: format!("{}/welcome/{}", app.config.public_url, token.as_str()), expires_at })
}

pub(crate) async fn find(conn: &mut PgConnection, token: &str, now: DateTime<Utc>) -> Result<Option<Open>> {
    let open = sqlx::query_as!(
        Open,
        r#"select i.account_id as "account_id: AccountId", o.id as "organization_id: OrganizationId",
                  o.name as organization_name, m.person_id as "person_id: PersonId", a.email,
                  a.password_hash is not null as "has_password!", m.pending, i.by_operator
             from identity.invitation i
             join identity.account a on a.id = i.account_id and a.disabled_at is null
             join identity.membership m
               on m.account_id = i.account_id and m.organization_id = i.organization_id and (m.active or m.pending)
             join identity.organization o on o.id = i.organization_id
            where i.token_hash = $1 and i.used_at is null and i.expires_at > $2"#,
        token::hash(token),
        now,
    );
    Ok(open.fetch_optional(conn).await?)
}

/// Takes the invitation. False: somebody else did, a moment ago.
pub(crate) async fn take(conn: &mut PgConnection, token: &str, now: DateTime<Utc>) -> Result<bool> {
    let taken = sqlx::query!(
        "update identity.invitation set used_at = $2 where token_hash = $1 and used_at is null and expires_at > $2",
        token::hash(token),
        now,
    );
    Ok(taken.execute(conn).await?.rows_affected() == 1)
}

/// Ends every link that would set the account's password. Those by which its owner still comes in somewhere stay.
pub(crate) async fn end_resets(conn: &mut PgConnection, account_id: AccountId, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update identity.invitation i set expires_at = $2
          where i.account_id = $1 and i.used_at is null and i.expires_at > $2
            and not exists (select from identity.membership m where m.account_id = i.account_id
                               and m.organization_id = i.organization_id and m.pending)",
        account_id.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends every link of the account that was not used.
pub(crate) async fn end_all(conn: &mut PgConnection, account_id: AccountId, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update identity.invitation set expires_at = $2
          where account_id = $1 and used_at is null and expires_at > $2",
        account_id.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}
