//! Somebody says that they forgot the password. It is written down by e-mail, without a look at whether there is such an
//! account: only whoever reads it, an admin or the operator, is shown those that are.

use atum_core::{
    App, Result,
    ids::{OrganizationId, PersonId},
};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use crate::event::Client;

/// Who asked longer ago may ask again.
const FORGOTTEN_AFTER: TimeDelta = TimeDelta::days(7);

pub(crate) async fn note(conn: &mut PgConnection, email: &str, client: &Client, now: DateTime<Utc>) -> Result<()> {
    let ip = client.ip.map(|ip| ip.to_string());
    sqlx::query!(
        "insert into identity.password_request (email, requested_at, ip) values ($1, $2, $3)
         on conflict (email) do update
            set requested_at = excluded.requested_at, ip = excluded.ip, answered_at = null",
        email,
        now,
        ip,
    )
    .execute(&mut *conn)
    .await?;
    // One statement for an address of an account and for any other.
    sqlx::query!(
        "insert into identity.event (id, at, kind, account_id, email, ip, user_agent)
         select $1, $2, 'password_requested', (select id from identity.account where email = $3), $3, $4, $5",
        atum_core::ids::EventId::new().0,
        now,
        email,
        ip,
        client.user_agent,
    )
    .execute(&mut *conn)
    .await?;
    // Every request takes a few forgotten ones with it, so that made-up addresses do not fill the table.
    sqlx::query!(
        "delete from identity.password_request where email in
           (select email from identity.password_request where requested_at < $1 limit 20 for update skip locked)",
        now - FORGOTTEN_AFTER,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One that somebody of the organization is waiting for.
pub(crate) struct Waiting {
    pub person_id: PersonId,
    pub requested_at: DateTime<Utc>,
    /// Nobody else's login: an admin may make the link.
    pub is_ours_alone: bool,
}

pub(crate) async fn of_organization(
    conn: &mut PgConnection,
    organization_id: OrganizationId,
    now: DateTime<Utc>,
) -> Result<Vec<Waiting>> {
    let waiting = sqlx::query_as!(
        Waiting,
        r#"select m.person_id as "person_id: PersonId", r.requested_at,
                  (not a.operator and not exists (select from identity.membership other
                      where other.account_id = a.id and other.organization_id <> $1 and not other.pending))
                      as "is_ours_alone!"
             from identity.password_request r
             join identity.account a on a.email = r.email and a.disabled_at is null and not a.machine
             join identity.membership m on m.account_id = a.id and m.organization_id = $1 and (m.active or m.pending)
            where r.requested_at >= $2 order by r.requested_at desc, r.email"#,
        organization_id.0,
        now - FORGOTTEN_AFTER,
    );
    Ok(waiting.fetch_all(conn).await?)
}

/// One line of `atum account resets`.
pub struct PasswordRequestLine {
    pub email: String,
    pub requested_at: DateTime<Utc>,
    pub ip: Option<String>,
    /// Slugs of the account's organizations.
    pub organizations: Vec<String>,
}

/// Accounts whose owners wait for a link, the latest first.
pub async fn list_password_requests(app: &App) -> Result<Vec<PasswordRequestLine>> {
    let mut tx = app.db.identity().await?;
    let lines = sqlx::query_as!(
        PasswordRequestLine,
        r#"select a.email, r.requested_at, r.ip,
                  array(select o.slug from identity.membership m join identity.organization o on o.id = m.organization_id
                         where m.account_id = a.id and (m.active or m.pending) order by o.slug) as "organizations!"
             from identity.password_request r
             join identity.account a on a.email = r.email and a.disabled_at is null and not a.machine
            where r.requested_at >= $1 order by r.requested_at desc, a.email"#,
        app.clock.now() - FORGOTTEN_AFTER,
    );
    Ok(lines.fetch_all(&mut *tx).await?)
}
