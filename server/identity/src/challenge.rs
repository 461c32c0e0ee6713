//! A sign-in between its two halves: this browser gave the right password and still owes a code. The browser carries a
//! secret in a cookie that no script reads; only its hash is stored. It is over when it succeeds, when it is five
//! minutes old, and when the password changes.

use std::time::Duration;

use atum_core::{
    Result,
    ids::{AccountId, OrganizationId},
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::token::{self, Token};

pub(crate) const LIFETIME: Duration = Duration::from_mins(5);

pub(crate) struct Challenge {
    pub account_id: AccountId,
    /// `None`: an operator who belongs to none.
    pub organization_id: Option<OrganizationId>,
    pub email: String,
    /// The first half was the organization's provider.
    pub through_provider: bool,
}

pub(crate) async fn begin(
    conn: &mut PgConnection,
    account_id: AccountId,
    organization_id: Option<OrganizationId>,
    now: DateTime<Utc>,
) -> Result<Token> {
    sqlx::query!("delete from identity.sign_in_challenge where expires_at <= $1", now).execute(&mut *conn).await?;
    let token = Token::new();
    sqlx::query!(
        "insert into identity.sign_in_challenge (token_hash, account_id, organization_id, created_at, expires_at)
         values ($1, $2, $3, $4, $5)",
        token.hash(),
        account_id.0,
        organization_id.map(|id| id.0),
        now,
        now + LIFETIME,
    )
    .execute(conn)
    .await?;
    Ok(token)
}

/// Notes that the first half was the provider's.
pub(crate) async fn vouch(conn: &mut PgConnection, token: &Token) -> Result<()> {
    let hash = token.hash();
    sqlx::query!("update identity.sign_in_challenge set through_provider = true where token_hash = $1", hash)
        .execute(conn)
        .await?;
    Ok(())
}

/// The one of this cookie, locked: of two right codes at once one finds it gone.
pub(crate) async fn lock(conn: &mut PgConnection, token: &str, now: DateTime<Utc>) -> Result<Option<Challenge>> {
    let challenge = sqlx::query_as!(
        Challenge,
        r#"select c.account_id as "account_id: AccountId", c.organization_id as "organization_id: OrganizationId",
                  a.email,
                  c.through_provider
             from identity.sign_in_challenge c
             join identity.account a on a.id = c.account_id and a.disabled_at is null
            where c.token_hash = $1 and c.expires_at > $2 for update of c"#,
        token::hash(token),
        now,
    );
    Ok(challenge.fetch_optional(conn).await?)
}

pub(crate) async fn end(conn: &mut PgConnection, token: &str) -> Result<()> {
    let hash = token::hash(token);
    sqlx::query!("delete from identity.sign_in_challenge where token_hash = $1", hash).execute(conn).await?;
    Ok(())
}

pub(crate) async fn end_all(conn: &mut PgConnection, account_id: AccountId) -> Result<()> {
    sqlx::query!("delete from identity.sign_in_challenge where account_id = $1", account_id.0).execute(conn).await?;
    Ok(())
}
