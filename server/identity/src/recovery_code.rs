//! Codes on paper, for the day the telephone is gone. Each works once. 80 random bits cannot be guessed, so that a plain
//! SHA-256 of them is enough.

use atum_core::{Result, ids::AccountId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::token;

const COUNT: usize = 10;
/// Crockford's base 32: no letter is taken for a digit.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// New codes for the account; earlier ones end.
pub(crate) async fn replace(conn: &mut PgConnection, account_id: AccountId, now: DateTime<Utc>) -> Result<Vec<String>> {
    remove_all(conn, account_id).await?;
    let codes: Vec<String> = std::iter::repeat_with(new_code).take(COUNT).collect();
    let hashes: Vec<Vec<u8>> = codes.iter().map(|code| token::hash(&plain(code))).collect();
    sqlx::query!(
        "insert into identity.recovery_code (account_id, code_hash, created_at)
         select $1, code_hash, $3 from unnest($2::bytea[]) code_hash",
        account_id.0,
        &hashes,
        now,
    )
    .execute(conn)
    .await?;
    Ok(codes)
}

/// Uses the code up. False: it is none of the account's, or was used.
pub(crate) async fn take(
    conn: &mut PgConnection,
    account_id: AccountId,
    code: &str,
    now: DateTime<Utc>,
) -> Result<bool> {
    let taken = sqlx::query!(
        "update identity.recovery_code set used_at = $3 where account_id = $1 and code_hash = $2 and used_at is null",
        account_id.0,
        token::hash(&plain(code)),
        now,
    );
    Ok(taken.execute(conn).await?.rows_affected() == 1)
}

pub(crate) async fn left(conn: &mut PgConnection, account_id: AccountId) -> Result<i64> {
    let left = sqlx::query_scalar!(
        r#"select count(*) as "left!" from identity.recovery_code where account_id = $1 and used_at is null"#,
        account_id.0,
    );
    Ok(left.fetch_one(conn).await?)
}

pub(crate) async fn remove_all(conn: &mut PgConnection, account_id: AccountId) -> Result<()> {
    sqlx::query!("delete from identity.recovery_code where account_id = $1", account_id.0).execute(conn).await?;
    Ok(())
}

/// Four groups of four: `k3v8-0mzq-…`.
fn new_code() -> String {
    let letters = rand::random::<[u8; 16]>().map(|byte| LETTERS[usize::from(byte % 32)] as char);
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// As it is hashed: however it was spaced and whichever of the letters that look alike were read.
pub(crate) fn plain(code: &str) -> String {
    let letters = code.chars().filter(|letter| letter.is_ascii_alphanumeric());
    let alike = |letter: char| match letter.to_ascii_lowercase() {
        'o' => '0',
        'i' | 'l' => '1',
        letter => letter,
    };
    letters.map(alike).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = new_code();
        assert_eq!(code.len(), 19, "{code}");
        assert_eq!(plain(&code).len(), 16);
        assert_eq!(plain(&code.to_uppercase().replace('-', " ")), plain(&code));
        assert_eq!(plain("OIL0-11"), "011011");
        assert_ne!(new_code(), code);
    }
}
