//! The program that shows an account's codes. It is set up, then confirmed by its first code; from then on it is asked.

use atum_core::{App, Problem, Result, ids::AccountId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::{
    factors::Factor,
    recovery_code, seal,
    totp::{self, SharedSecret},
};

/// Since when the account has a program.
pub(crate) async fn enrolled_at(conn: &mut PgConnection, account_id: AccountId) -> Result<Option<DateTime<Utc>>> {
    let enrolled_at =
        sqlx::query_scalar!("select confirmed_at from identity.authenticator where account_id = $1", account_id.0);
    Ok(enrolled_at.fetch_optional(conn).await?.flatten())
}

/// Begins to set one up, anew if an earlier try was not confirmed.
pub(crate) async fn begin(conn: &mut PgConnection, app: &App, account_id: AccountId) -> Result<SharedSecret> {
    let secret = totp::new_secret();
    let begun = sqlx::query!(
        "insert into identity.authenticator (account_id, sealed_secret, created_at) values ($1, $2, $3)
         on conflict (account_id) do update
            set sealed_secret = excluded.sealed_secret, created_at = excluded.created_at, last_step = 0
          where authenticator.confirmed_at is null",
        account_id.0,
        seal::seal(&app.config.secret_key, &secret, account_id.0.as_bytes())?,
        app.clock.now(),
    );
    if begun.execute(conn).await?.rows_affected() == 0 {
        return Err(Problem::wrong_state("the account has a program that shows codes; remove it first"));
    }
    Ok(secret)
}

/// Confirms the one that is being set up. False: this is not its code.
pub(crate) async fn confirm(conn: &mut PgConnection, app: &App, account_id: AccountId, code: &str) -> Result<bool> {
    let row = sqlx::query!(
        "select sealed_secret, last_step from identity.authenticator
          where account_id = $1 and confirmed_at is null for update",
        account_id.0,
    );
    let row = row.fetch_optional(&mut *conn).await?;
    let row = row.ok_or_else(|| Problem::wrong_state("no program is being set up"))?;
    let Some(step) = step(app, account_id, &row.sealed_secret, row.last_step, code)? else { return Ok(false) };
    sqlx::query!(
        "update identity.authenticator set confirmed_at = $2, last_step = $3 where account_id = $1",
        account_id.0,
        app.clock.now(),
        step,
    )
    .execute(conn)
    .await?;
    Ok(true)
}

/// Uses a code up, of the program or of paper. `None`: it is neither, or was used before.
pub(crate) async fn take(
    conn: &mut PgConnection,
    app: &App,
    account_id: AccountId,
    code: &str,
) -> Result<Option<Factor>> {
    if take_step(conn, app, account_id, code).await? {
        return Ok(Some(Factor::Program));
    }
    let on_paper = recovery_code::take(conn, account_id, code, app.clock.now()).await?;
    Ok(on_paper.then_some(Factor::RecoveryCode))
}

/// The row stays locked until the transaction ends: the same code twice at once is one code used twice.
async fn take_step(conn: &mut PgConnection, app: &App, account_id: AccountId, code: &str) -> Result<bool> {
    let row = sqlx::query!(
        "select sealed_secret, last_step from identity.authenticator
          where account_id = $1 and confirmed_at is not null for update",
        account_id.0,
    );
    let Some(row) = row.fetch_optional(&mut *conn).await? else { return Ok(false) };
    let Some(step) = step(app, account_id, &row.sealed_secret, row.last_step, code)? else { return Ok(false) };
    sqlx::query!("update identity.authenticator set last_step = $2 where account_id = $1", account_id.0, step)
        .execute(conn)
        .await?;
    Ok(true)
}

/// The step of a code that is later than all used ones.
fn step(app: &App, account_id: AccountId, sealed: &[u8], last_step: i64, code: &str) -> Result<Option<i64>> {
    let secret = seal::open(&app.config.secret_key, sealed, account_id.0.as_bytes())?;
    let code: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
    Ok(totp::step_of(&secret, &code, app.clock.now()).filter(|step| *step > last_step))
}

/// False: there was none.
pub(crate) async fn remove(conn: &mut PgConnection, account_id: AccountId) -> Result<bool> {
    let removed = sqlx::query!("delete from identity.authenticator where account_id = $1", account_id.0);
    Ok(removed.execute(conn).await?.rows_affected() == 1)
}
