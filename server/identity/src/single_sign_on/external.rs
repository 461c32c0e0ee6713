//! Who somebody is to an organization's provider.

use atum_core::{
    Result,
    ids::{AccountId, OrganizationId, PersonId},
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::session;

/// Issuer and subject, which name one person for ever (OpenID Connect Core 1.0, section 2).
pub(super) struct External<'a> {
    pub organization_id: OrganizationId,
    pub issuer: &'a str,
    pub subject: &'a str,
}

/// The account of whom the provider means, noted as used now.
pub(super) async fn find(conn: &mut PgConnection, who: &External<'_>, now: DateTime<Utc>) -> Result<Option<AccountId>> {
    let account_id = sqlx::query_scalar!(
        r#"update identity.external_identity set last_used_at = $4
            where organization_id = $1 and issuer = $2 and subject = $3 returning account_id as "account_id: AccountId""#,
        who.organization_id.0,
        who.issuer,
        who.subject,
        now,
    );
    Ok(account_id.fetch_optional(conn).await?)
}

/// Binds the account to whom the provider means. False: that one is bound already.
pub(super) async fn bind(
    conn: &mut PgConnection,
    who: &External<'_>,
    account_id: AccountId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let bound = sqlx::query!(
        "insert into identity.external_identity (organization_id, issuer, subject, account_id, created_at, last_used_at)
         values ($1, $2, $3, $4, $5, $5) on conflict do nothing",
        who.organization_id.0,
        who.issuer,
        who.subject,
        account_id.0,
        now,
    );
    Ok(bound.execute(conn).await?.rows_affected() == 1)
}

/// Whether this issuer knows the account by another subject.
pub(super) async fn is_known_otherwise(
    conn: &mut PgConnection,
    who: &External<'_>,
    account_id: AccountId,
) -> Result<bool> {
    let known = sqlx::query_scalar!(
        r#"select exists (select from identity.external_identity
                           where organization_id = $1 and issuer = $2 and subject <> $3 and account_id = $4) as "known!""#,
        who.organization_id.0,
        who.issuer,
        who.subject,
        account_id.0,
    );
    Ok(known.fetch_one(conn).await?)
}

/// The account with this e-mail that is the organization's own, made if there is none.
pub(super) async fn obtain_managed(
    conn: &mut PgConnection,
    organization_id: OrganizationId,
    email: &str,
    now: DateTime<Utc>,
) -> Result<AccountId> {
    sqlx::query!(
        "insert into identity.account (id, email, managed_by, created_at) values ($1, $2, $3, $4)
         on conflict (managed_by, email) where managed_by is not null do nothing",
        AccountId::new().0,
        email,
        organization_id.0,
        now,
    )
    .execute(&mut *conn)
    .await?;
    let id = sqlx::query_scalar!(
        r#"select id as "id: AccountId" from identity.account where managed_by = $1 and email = $2 for update"#,
        organization_id.0,
        email,
    );
    Ok(id.fetch_one(conn).await?)
}

/// Takes the person out of the provider's hands, for an account that manages itself: whoever had the membership has no
/// session, no identity and no membership any more.
pub(crate) async fn release(
    conn: &mut PgConnection,
    organization_id: OrganizationId,
    person_id: PersonId,
    now: DateTime<Utc>,
) -> Result<()> {
    let managed = sqlx::query_scalar!(
        r#"delete from identity.membership m using identity.account a
            where m.organization_id = $1 and m.person_id = $2 and a.id = m.account_id and a.managed_by = $1
           returning a.id as "id: AccountId""#,
        organization_id.0,
        person_id.0,
    );
    let Some(account_id) = managed.fetch_optional(&mut *conn).await? else { return Ok(()) };
    session::end_all(conn, account_id, None, now).await?;
    sqlx::query!("delete from identity.external_identity where account_id = $1", account_id.0).execute(conn).await?;
    Ok(())
}
