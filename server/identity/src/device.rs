//! Browsers that signed an account in before, so that strangers' failures are not theirs.

use atum_core::{Result, ids::AccountId};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use crate::token::{self, Token};

/// A browser not seen for this long is a stranger again.
pub const LIFETIME: std::time::Duration = std::time::Duration::from_hours(180 * 24);
pub(crate) const FORGOTTEN_AFTER: TimeDelta = TimeDelta::days(180);

/// Whether the cookie's browser signed this account in before.
pub(crate) async fn is_known(
    conn: &mut PgConnection,
    cookie: &str,
    account_id: AccountId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let known = sqlx::query_scalar!(
        r#"select exists (select from identity.device
                           where token_hash = $1 and account_id = $2 and last_used_at > $3) as "known!""#,
        token::hash(cookie),
        account_id.0,
        now - FORGOTTEN_AFTER,
    );
    Ok(known.fetch_one(conn).await?)
}

/// Remembers that this browser signed the account in. One browser keeps one cookie for all its accounts; a value that
/// was never given out is not taken over.
pub(crate) async fn remember(
    conn: &mut PgConnection,
    cookie: Option<String>,
    account_id: AccountId,
    now: DateTime<Utc>,
) -> Result<Token> {
    let token = match cookie {
        Some(cookie) if was_given_out(conn, &cookie).await? => Token::from(cookie),
        _ => Token::new(),
    };
    sqlx::query!(
        "insert into identity.device (token_hash, account_id, created_at, last_used_at) values ($1, $2, $3, $3)
         on conflict (token_hash, account_id) do update set last_used_at = excluded.last_used_at",
        token.hash(),
        account_id.0,
        now,
    )
    .execute(&mut *conn)
    .await?;
    forget(conn, account_id, now).await?;
    Ok(token)
}

async fn forget(conn: &mut PgConnection, account_id: AccountId, now: DateTime<Utc>) -> Result<()> {
    let before = now - FORGOTTEN_AFTER;
    sqlx::query!("delete from identity.device where account_id = $1 and last_used_at <= $2", account_id.0, before)
        .execute(conn)
        .await?;
    Ok(())
}

/// Whether the cookie is one of ours, for whomever.
pub(crate) async fn was_given_out(conn: &mut PgConnection, cookie: &str) -> Result<bool> {
    let hash = token::hash(cookie);
    let exists =
        sqlx::query_scalar!(r#"select exists (select from identity.device where token_hash = $1) as "exists!""#, hash);
    Ok(exists.fetch_one(conn).await?)
}
