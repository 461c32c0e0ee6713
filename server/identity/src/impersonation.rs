//! An admin acts as somebody else of the organization: to see what they see, and to do for them what they cannot.
//!
//! - It is a state of the admin's own session. The cookie stays; where the session, the admin's membership or rank, or the
//!   other's membership ends, so does this; there is nothing else to revoke. The second factor is the admin's.
//! - As whom: a customer or staff of a lower rank, never an admin. So nobody begins one from within one.
//! - For an hour at most. When it is over by itself, the session does nothing at all until the browser has gone back:
//!   what was typed as one person is never sent as another.
//! - Its beginning and its end are events of the organization, with the reason; so is everything between, with both names.

use std::time::Duration;

use atum_core::{
    App, Problem, Result,
    caller::{Caller, Reason, Role, System},
    ids::{AccountId, ImpersonationId, OrganizationId, PersonId, SessionId},
    problem::{Kind, OnConstraint},
    wake,
};
use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;

use crate::{
    account::OrganizationMembership,
    event::{self, Client, Event},
    organization,
    person::{self, Person},
    session::SignedIn,
    session_view::{ActingAs, Session},
};

pub(crate) const LONGEST: Duration = Duration::from_hours(1);

/// Whether an admin may act as this person.
pub(crate) fn may_be_acted_as(person: &Person) -> Result<()> {
    if person.role >= Role::Admin {
        return Err(Problem::new(Kind::Forbidden).detail("nobody acts as an admin"));
    }
    if !person.active || !person.has_account {
        return Err(cannot_sign_in());
    }
    Ok(())
}

fn cannot_sign_in() -> Problem {
    Problem::wrong_state("the person cannot sign in here, so nobody can act as them")
}

/// Begins. The unique index refuses a second one of the session.
pub(crate) async fn start(
    conn: &mut PgConnection,
    admin: &Caller,
    person_id: PersonId,
    reason: &str,
    client: &Client,
    now: DateTime<Utc>,
) -> Result<()> {
    let (id, expires_at) = (ImpersonationId::new(), now + LONGEST);
    let begun = sqlx::query!(
        "insert into identity.impersonation (id, session_id, account_id, organization_id, impersonator_id, person_id,
                                             reason, started_at, expires_at)
         select $1, $2, $3, $4::uuid, $5, $6::uuid, $7, $8, $9
          where exists (select from identity.membership m join identity.account a on a.id = m.account_id
                         where m.organization_id = $4 and m.person_id = $6 and m.active and m.role <> 'admin'
                           and a.disabled_at is null)",
        id.0,
        admin.session_id.0,
        admin.account_id.0,
        admin.organization_id.0,
        admin.person_id.0,
        person_id.0,
        reason,
        now,
        expires_at,
    )
    .execute(&mut *conn)
    .await
    .on_constraint("impersonation_session", || Problem::new(Kind::Impersonating))?;
    if begun.rows_affected() == 0 {
        return Err(cannot_sign_in());
    }
    let started = Event::of("impersonation_started", admin.account_id, client).organization(admin.organization_id);
    let detail = json!({ "person_id": person_id, "reason": reason, "until": expires_at });
    event::append(conn, now, started.detail(detail)).await
}

/// The browser goes back to being the admin's. False: it was not away.
pub(crate) async fn leave(
    conn: &mut PgConnection,
    session_id: SessionId,
    client: &Client,
    now: DateTime<Utc>,
) -> Result<bool> {
    let left = sqlx::query!(
        r#"with before as (select * from identity.impersonation where session_id = $1 and left_at is null for update)
           update identity.impersonation i set left_at = $2, ended_at = coalesce(i.ended_at, least(i.expires_at, $2))
             from before where i.id = before.id
        returning i.account_id as "account_id: AccountId", i.organization_id as "organization_id: OrganizationId",
                  i.person_id as "person_id: PersonId", i.reason, before.ended_at is null as "going_on!""#,
        session_id.0,
        now,
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(left) = left else { return Ok(false) };
    if left.going_on {
        let ended = Event::of("impersonation_ended", left.account_id, client).organization(left.organization_id);
        let detail = json!({ "person_id": left.person_id, "reason": left.reason, "cause": "ended" });
        event::append(conn, now, ended.detail(detail)).await?;
    }
    Ok(true)
}

/// Notes the end of those that are over by themselves: too old, or not allowed any more. A request finds that out
/// without this; here it becomes an event.
pub async fn end_overdue(app: &App) -> Result<usize> {
    let now = app.clock.now();
    let mut tx = app.db.identity().await?;
    let ended = sqlx::query!(
        r#"update identity.impersonation i set ended_at = least(i.expires_at, $1)
            where i.ended_at is null
              and (i.expires_at <= $1 or not exists (
                   select from identity.session s
                     join identity.account a on a.id = s.account_id and a.disabled_at is null
                     join identity.membership m on m.account_id = s.account_id
                          and m.organization_id = s.organization_id and m.active and m.role = 'admin'
                     join identity.membership other on other.organization_id = i.organization_id
                          and other.person_id = i.person_id and other.active and other.role <> 'admin'
                     join identity.account b on b.id = other.account_id and b.disabled_at is null
                    where s.id = i.session_id and s.organization_id = i.organization_id
                      and s.revoked_at is null and s.expires_at > $1))
        returning i.account_id as "account_id: AccountId", i.organization_id as "organization_id: OrganizationId",
                  i.person_id as "person_id: PersonId", i.reason, i.expires_at <= $1 as "expired!""#,
        now,
    )
    .fetch_all(&mut *tx)
    .await?;
    for over in &ended {
        let client = Client::default();
        let event = Event::of("impersonation_ended", over.account_id, &client).organization(over.organization_id);
        let cause = if over.expired { "expired" } else { "not_allowed" };
        let detail = json!({ "person_id": over.person_id, "reason": over.reason, "cause": cause, "by": "system" });
        event::append(&mut tx, now, event.detail(detail)).await?;
    }
    tx.commit().await?;
    Ok(ended.len())
}

/// What the web app knows while the session acts as somebody else: that person, here, and nothing of the account.
pub(crate) async fn session_view(app: &App, signed_in: &SignedIn, role: Role) -> Result<Session> {
    let mut tx = app.db.identity().await?;
    let acting = sqlx::query!(
        r#"select organization_id as "organization_id: OrganizationId", person_id as "person_id: PersonId",
                  impersonator_id as "impersonator_id: PersonId", reason, expires_at
             from identity.impersonation where session_id = $1 and left_at is null"#,
        signed_in.session_id.0,
    )
    .fetch_one(&mut *tx)
    .await?;
    let organization = organization::by_id(&mut tx, acting.organization_id).await?;
    drop(tx);
    let mut tx = app.db.read(&System { organization_id: organization.id, reason: Reason::SignIn }).await?;
    let person = person::get(&mut tx, acting.person_id).await?;
    let impersonator = person::get(&mut tx, acting.impersonator_id).await?.summary();
    Ok(Session {
        email: person.email.clone(),
        role: Some(role),
        organizations: vec![OrganizationMembership {
            id: organization.id,
            slug: organization.slug.clone(),
            name: organization.name.clone(),
            role,
            person_id: person.id,
            second_factor_required: false,
            single_sign_on_required: false,
        }],
        organization: Some(organization),
        person: Some(person),
        operator: false,
        second_factor_missing: false,
        managed: false,
        live_since: wake::horizon(&mut tx).await?,
        impersonation: Some(ActingAs { impersonator, reason: acting.reason, expires_at: acting.expires_at }),
    })
}
