//! An account: one login, whatever number of organizations it is staff or customer in.

use atum_core::{
    Problem, Result,
    caller::Role,
    ids::{AccountId, OrganizationId, PersonId},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use crate::{challenge, password::PasswordHash};

pub(crate) struct Account {
    pub id: AccountId,
    pub email: String,
    pub password_hash: Option<String>,
    pub operator: bool,
    pub disabled_at: Option<DateTime<Utc>>,
    /// Its organization's provider vouches for it: it has no password and belongs to no other.
    pub managed: bool,
}

/// An address as it is compared and kept.
pub(crate) fn normalized(email: &str) -> String {
    email.trim().to_lowercase()
}

/// Whether mail could be sent there. Anything stricter refuses somebody's real address.
pub fn is_email(email: &str) -> bool {
    let plain =
        |text: &str| !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '@');
    email.len() <= 254 && email.rsplit_once('@').is_some_and(|(local, domain)| plain(local) && plain(domain))
}

/// The account that manages itself under this e-mail. Those of a provider are found by issuer and subject alone.
pub(crate) async fn by_email(conn: &mut PgConnection, email: &str) -> Result<Option<Account>> {
    let account = sqlx::query_as!(
        Account,
        r#"select id as "id: AccountId", email, password_hash, operator, disabled_at,
                  managed_by is not null as "managed!"
             from identity.account where email = $1 and not machine and managed_by is null"#,
        email,
    );
    Ok(account.fetch_optional(conn).await?)
}

pub(crate) async fn by_id(conn: &mut PgConnection, id: AccountId) -> Result<Account> {
    let account = sqlx::query_as!(
        Account,
        r#"select id as "id: AccountId", email, password_hash, operator, disabled_at,
                  managed_by is not null as "managed!"
             from identity.account where id = $1"#,
        id.0,
    );
    account.fetch_optional(conn).await?.ok_or_else(Problem::not_found)
}

/// The account of this e-mail, made if there is none.
pub(crate) async fn obtain(conn: &mut PgConnection, email: &str, now: DateTime<Utc>) -> Result<Account> {
    sqlx::query!(
        "insert into identity.account (id, email, created_at) values ($1, $2, $3) on conflict (email)
         where managed_by is null do nothing",
        AccountId::new().0,
        email,
        now,
    )
    .execute(&mut *conn)
    .await?;
    by_email(conn, email).await?.ok_or_else(Problem::not_found)
}

pub(crate) async fn set_password(conn: &mut PgConnection, id: AccountId, hash: &PasswordHash) -> Result<()> {
    sqlx::query!("update identity.account set password_hash = $2 where id = $1", id.0, hash.0)
        .execute(&mut *conn)
        .await?;
    // Whoever asked for a new one has it.
    sqlx::query!(
        "delete from identity.password_request where email = (select email from identity.account where id = $1)",
        id.0
    )
    .execute(&mut *conn)
    .await?;
    challenge::end_all(conn, id).await
}

/// An organization that the account may work in, and as what.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OrganizationMembership {
    #[schema(value_type = uuid::Uuid)]
    pub id: OrganizationId,
    pub slug: String,
    pub name: String,
    pub role: Role,
    #[serde(skip)]
    pub person_id: PersonId,
    /// Asks its staff for a second factor.
    #[serde(skip)]
    pub second_factor_required: bool,
    /// Lets this account in through its provider only.
    #[serde(skip)]
    pub single_sign_on_required: bool,
}

/// The account's active memberships, the one it was last signed in to first.
pub(crate) async fn memberships(conn: &mut PgConnection, id: AccountId) -> Result<Vec<OrganizationMembership>> {
    let memberships = sqlx::query_as!(
        OrganizationMembership,
        r#"select o.id as "id: OrganizationId", o.slug, o.name, m.role as "role: Role",
                  m.person_id as "person_id: PersonId", o.second_factor_required,
                  (a.managed_by is not null or (o.single_sign_on_required and m.role in ('agent', 'manager', 'admin')))
                      as "single_sign_on_required!"
             from identity.membership m join identity.organization o on o.id = m.organization_id
             join identity.account a on a.id = m.account_id
            where m.account_id = $1 and m.active
            order by o.id = (select s.organization_id from identity.session s where s.account_id = $1
                              order by s.created_at desc, s.id desc limit 1) desc nulls last, o.name, o.id"#,
        id.0,
    );
    Ok(memberships.fetch_all(conn).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for good in ["maria@acme.example", "o'neil+desk@mail.acme.example", "root@localhost", "用户@例子.测试"] {
            assert!(is_email(good), "{good}");
        }
        let long = format!("{}@acme.example", "a".repeat(250));
        for bad in ["", "maria", "@acme.example", "maria@", "a b@acme.example", "a@b@c", "a@b\n", long.as_str()] {
            assert!(!is_email(bad), "{bad:?}");
        }
    }
}
