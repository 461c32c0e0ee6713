//! What an account may do in an organization. This is the authority; `desk.person` repeats it for lists.
//!
//! Who was invited is *pending*, and not active, until they come in by a link of this very organization. An admin may type
//! anybody's e-mail and sees the link: with it they could make an account of that name and give it a password. The other
//! organizations that mean the real person by that e-mail do not let that account in: none of them gave it a link.

use atum_core::{
    Problem, Result,
    caller::Role,
    ids::{AccountId, OrganizationId, PersonId},
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// Whose membership a person's is.
pub(crate) struct Member {
    pub account_id: AccountId,
    pub has_password: bool,
    /// Has not come in yet.
    pub pending: bool,
    /// Nobody else's login: an account of this one organization, and no operator's.
    pub is_ours_alone: bool,
}

pub(crate) async fn of_person(
    conn: &mut PgConnection,
    organization_id: OrganizationId,
    person_id: PersonId,
) -> Result<Option<Member>> {
    let member = sqlx::query_as!(
        Member,
        r#"select a.id as "account_id: AccountId", a.password_hash is not null as "has_password!", m.pending,
                  (not a.operator and not exists (select from identity.membership other
                      where other.account_id = a.id and other.organization_id <> $1 and not other.pending)) as "is_ours_alone!"
             from identity.membership m join identity.account a on a.id = m.account_id
            where m.organization_id = $1 and m.person_id = $2"#,
        organization_id.0,
        person_id.0,
    );
    Ok(member.fetch_optional(conn).await?)
}

/// Makes the account a member, or changes what member it is. Done twice it is done once.
pub(crate) async fn put(
    conn: &mut PgConnection,
    account_id: AccountId,
    organization_id: OrganizationId,
    person_id: PersonId,
    role: Role,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into identity.membership (account_id, organization_id, person_id, role, created_at)
         values ($1, $2, $3, $4, $5)
         on conflict (account_id, organization_id)
         do update set person_id = excluded.person_id, role = excluded.role, active = true, pending = false",
        account_id.0,
        organization_id.0,
        person_id.0,
        role as _,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Makes the account a member who has still to come in. One who is a member already stays what they are.
pub(crate) async fn invite(
    conn: &mut PgConnection,
    account_id: AccountId,
    organization_id: OrganizationId,
    person_id: PersonId,
    role: Role,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into identity.membership (account_id, organization_id, person_id, role, active, pending, created_at)
         values ($1, $2, $3, $4, false, true, $5)
         on conflict (account_id, organization_id)
         do update set person_id = excluded.person_id, role = excluded.role, active = not membership.pending",
        account_id.0,
        organization_id.0,
        person_id.0,
        role as _,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The person came in. Done twice it is done once.
pub(crate) async fn accept(
    conn: &mut PgConnection,
    account_id: AccountId,
    organization_id: OrganizationId,
) -> Result<()> {
    sqlx::query!(
        "update identity.membership set pending = false, active = true
          where account_id = $1 and organization_id = $2 and pending",
        account_id.0,
        organization_id.0,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether the account is a member, or will be once it has come in.
pub(crate) async fn is_open(
    conn: &mut PgConnection,
    account_id: AccountId,
    organization_id: OrganizationId,
) -> Result<bool> {
    let open = sqlx::query_scalar!(
        r#"select exists (select from identity.membership
                           where account_id = $1 and organization_id = $2 and (active or pending)) as "open!""#,
        account_id.0,
        organization_id.0,
    );
    Ok(open.fetch_one(conn).await?)
}

/// Changes what a person may do. Refuses to take away the organization's last active admin, however many try at once.
pub(crate) async fn change(
    conn: &mut PgConnection,
    organization_id: OrganizationId,
    person_id: PersonId,
    role: Role,
    active: bool,
) -> Result<()> {
    let admins = sqlx::query_scalar!(
        r#"select person_id as "person_id: PersonId" from identity.membership
            where organization_id = $1 and role = 'admin' and active
              and not exists (select from identity.account a where a.id = account_id and a.machine)
            order by account_id for update"#,
        organization_id.0,
    )
    .fetch_all(&mut *conn)
    .await?;
    if admins == [person_id] && !(active && role == Role::Admin) {
        return Err(Problem::wrong_state("an organization keeps at least one active admin"));
    }
    sqlx::query!(
        "update identity.membership set role = $3, active = $4 and not pending where organization_id = $1 and person_id = $2",
        organization_id.0,
        person_id.0,
        role as _,
        active,
    )
    .execute(conn)
    .await?;
    Ok(())
}
