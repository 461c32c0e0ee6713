//! A passkey: the public half of a key that its owner's telephone, computer or security key keeps. Several to an account.

use atum_core::{
    Result,
    ids::{AccountId, PasskeyId},
};
use chrono::{DateTime, Utc};
use passki::StoredPasskey;
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

/// As an assertion is checked against it.
pub(crate) struct Passkey {
    pub id: PasskeyId,
    pub account_id: AccountId,
    pub credential_id: Vec<u8>,
    pub public_key: Vec<u8>,
    pub algorithm: i32,
    pub sign_count: i64,
    pub backup_eligible: bool,
    pub suspected_at: Option<DateTime<Utc>>,
    pub transports: Vec<String>,
}

impl Passkey {
    /// As the library takes it. Its own rule about counters looks at them before the signature, so that anybody could
    /// bring a passkey under suspicion: it is left out by a count of 0, and [`Passkey::went_backwards`] asked afterwards.
    pub fn stored(&self) -> StoredPasskey {
        let mut stored = StoredPasskey::default();
        stored.credential_id = self.credential_id.clone();
        stored.public_key = self.public_key.clone();
        stored.algorithm = self.algorithm;
        let known = |name: &String| serde_json::from_value(name.as_str().into()).ok();
        stored.transports = self.transports.iter().filter_map(known).collect();
        stored
    }

    /// WebAuthn §7.2, step 22: a count that does not grow was made by another copy of the key. Two zeros mean that this
    /// authenticator does not count.
    pub fn went_backwards(&self, sign_count: i64) -> bool {
        (sign_count != 0 || self.sign_count != 0) && sign_count <= self.sign_count
    }
}

/// The one with this credential, locked, if its account may sign in at all.
pub(crate) async fn lock(conn: &mut PgConnection, credential_id: &[u8], rp_id: &str) -> Result<Option<Passkey>> {
    let passkey = sqlx::query_as!(
        Passkey,
        r#"select p.id as "id: PasskeyId", p.account_id as "account_id: AccountId", p.credential_id, p.public_key,
                  p.algorithm, p.sign_count, p.backup_eligible, p.suspected_at, p.transports
             from identity.passkey p
             join identity.account a on a.id = p.account_id and a.disabled_at is null
            where p.credential_id = $1 and p.rp_id = $2 for update of p"#,
        credential_id,
        rp_id,
    );
    Ok(passkey.fetch_optional(conn).await?)
}

/// Those of the account that work at this domain.
pub(crate) async fn usable(conn: &mut PgConnection, account_id: AccountId, rp_id: &str) -> Result<Vec<Passkey>> {
    let passkeys = sqlx::query_as!(
        Passkey,
        r#"select id as "id: PasskeyId", account_id as "account_id: AccountId", credential_id, public_key, algorithm,
                  sign_count, backup_eligible, suspected_at, transports
             from identity.passkey where account_id = $1 and rp_id = $2 and suspected_at is null order by created_at"#,
        account_id.0,
        rp_id,
    );
    Ok(passkeys.fetch_all(conn).await?)
}

pub(crate) async fn used(
    conn: &mut PgConnection,
    id: PasskeyId,
    sign_count: i64,
    backed_up: bool,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update identity.passkey set sign_count = $2, backed_up = $3, last_used_at = $4 where id = $1",
        id.0,
        sign_count,
        backed_up,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn suspect(conn: &mut PgConnection, id: PasskeyId, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update identity.passkey set suspected_at = $2 where id = $1", id.0, now).execute(conn).await?;
    Ok(())
}

/// One passkey, as its owner sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PasskeyInfo {
    #[schema(value_type = uuid::Uuid)]
    pub id: PasskeyId,
    pub name: String,
    pub created_at: DateTime<Utc>,
    pub last_used_at: Option<DateTime<Utc>>,
    /// May be copied to other devices of its owner by whoever keeps it (WebAuthn: backup eligible).
    pub backup_eligible: bool,
    pub backed_up: bool,
    /// The domain it was made for; it works at no other.
    pub domain: String,
    /// Its count of signatures went backwards, as if somebody had copied it. It is refused; remove it.
    pub suspected_at: Option<DateTime<Utc>>,
}

pub(crate) async fn list(conn: &mut PgConnection, account_id: AccountId) -> Result<Vec<PasskeyInfo>> {
    let passkeys = sqlx::query_as!(
        PasskeyInfo,
        r#"select id as "id: PasskeyId", name, created_at, last_used_at, backup_eligible, backed_up, rp_id as domain,
                  suspected_at
             from identity.passkey where account_id = $1 order by created_at, id"#,
        account_id.0,
    );
    Ok(passkeys.fetch_all(conn).await?)
}

/// `None`: somebody has it already.
pub(crate) async fn insert(
    conn: &mut PgConnection,
    account_id: AccountId,
    name: &str,
    rp_id: &str,
    new: &StoredPasskey,
    now: DateTime<Utc>,
) -> Result<Option<PasskeyInfo>> {
    let transports = serde_json::to_value(&new.transports).and_then(serde_json::from_value::<Vec<String>>);
    let inserted = sqlx::query_as!(
        PasskeyInfo,
        r#"insert into identity.passkey (id, account_id, name, rp_id, credential_id, public_key, algorithm, sign_count,
                                         transports, backup_eligible, backed_up, created_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict (credential_id) do nothing
           returning id as "id: PasskeyId", name, created_at, last_used_at, backup_eligible, backed_up,
                     rp_id as domain, suspected_at"#,
        PasskeyId::new().0,
        account_id.0,
        name,
        rp_id,
        new.credential_id,
        new.public_key,
        new.algorithm,
        i64::from(new.counter),
        &transports.unwrap_or_default(),
        new.be,
        new.bs,
        now,
    );
    Ok(inserted.fetch_optional(conn).await?)
}

/// False: the account has no such passkey.
pub(crate) async fn rename(conn: &mut PgConnection, account_id: AccountId, id: PasskeyId, name: &str) -> Result<bool> {
    let renamed = sqlx::query!(
        "update identity.passkey set name = $3 where id = $1 and account_id = $2",
        id.0,
        account_id.0,
        name,
    );
    Ok(renamed.execute(conn).await?.rows_affected() == 1)
}

/// False: the account has no such passkey.
pub(crate) async fn remove(conn: &mut PgConnection, account_id: AccountId, id: PasskeyId) -> Result<bool> {
    let removed = sqlx::query!("delete from identity.passkey where id = $1 and account_id = $2", id.0, account_id.0);
    Ok(removed.execute(conn).await?.rows_affected() == 1)
}

/// How many there were.
pub(crate) async fn remove_all(conn: &mut PgConnection, account_id: AccountId) -> Result<u64> {
    let removed = sqlx::query!("delete from identity.passkey where account_id = $1", account_id.0);
    Ok(removed.execute(conn).await?.rows_affected())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_must_grow_unless_there_is_none() {
        let counted = |sign_count| Passkey {
            id: PasskeyId::new(),
            account_id: AccountId::new(),
            credential_id: vec![],
            public_key: vec![],
            algorithm: -7,
            sign_count,
            backup_eligible: false,
            suspected_at: None,
            transports: vec!["usb".into(), "of a later standard".into()],
        };
        assert!(!counted(0).went_backwards(0), "it does not count");
        assert!(!counted(0).went_backwards(1) && !counted(7).went_backwards(9));
        assert!(counted(7).went_backwards(7) && counted(7).went_backwards(6));
        assert!(counted(7).went_backwards(0), "one that counted does not cease to");
        assert_eq!(counted(0).stored().transports.len(), 1);
    }
}
