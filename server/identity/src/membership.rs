//! What an account may do in an organization. This is the authority; `desk.person` repeats it for lists.

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
        r#"select a.id as "account_id: AccountId", a.password_hash is not null as "has_password!",
                  (not a.operator and not exists (select from identity.membership other
                      where other.account_id = a.id and other.organization_id <> $1)) as "is_ours_alone!"
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
         do update set person_id = excluded.person_id, role = excluded.role, active = true",
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
        "update identity.membership set role = $3, active = $4 where organization_id = $1 and person_id = $2",
        organization_id.0,
        person_id.0,
        role as _,
        active,
    )
    .execute(conn)
    .await?;
    Ok(())
}
