//! Who waits for a link and may be answered by mail.

use atum_core::{
    App, Result,
    ids::{AccountId, OrganizationId, PersonId},
};
use chrono::TimeDelta;

use crate::{
    AccessLink, AccessPurpose,
    event::{self, Client, Event},
    invitation::{self, Maker},
};

pub struct WaitingForPassword {
    pub account_id: AccountId,
    pub organization_id: OrganizationId,
    pub person_id: PersonId,
    email: String,
}

/// Who asked longer ago has given up waiting for a mail, or was answered otherwise.
const WAITS_FOR: TimeDelta = TimeDelta::hours(1);

/// Accounts of one organization alone: its mail server sees the link, which must open no other's door. An operator's and
/// a provider's are neither.
pub async fn waiting_for_password(app: &App) -> Result<Vec<WaitingForPassword>> {
    let mut tx = app.db.identity().await?;
    let waiting = sqlx::query_as!(
        WaitingForPassword,
        r#"select a.id as "account_id: AccountId", m.organization_id as "organization_id: OrganizationId",
                  m.person_id as "person_id: PersonId", a.email
             from identity.password_request r
             join identity.account a on a.email = r.email and a.disabled_at is null and not a.machine
              and not a.operator and a.managed_by is null
             join identity.membership m on m.account_id = a.id and (m.active or m.pending)
            where r.answered_at is null and r.requested_at >= $1
              and not exists (select from identity.membership other
                               where other.account_id = a.id and other.organization_id <> m.organization_id)
            order by r.requested_at limit 100"#,
        app.clock.now() - WAITS_FOR,
    );
    Ok(waiting.fetch_all(&mut *tx).await?)
}

/// Makes the link; earlier ones end.
pub async fn issue_password_link(app: &App, waiting: &WaitingForPassword) -> Result<AccessLink> {
    let mut tx = app.db.identity().await?;
    let (account, organization) = (waiting.account_id, waiting.organization_id);
    let link = invitation::issue(&mut tx, app, account, organization, Maker::Admin).await?;
    let client = Client { ip: None, user_agent: None };
    let created = Event::of("invitation_created", account, &client).organization(organization);
    event::append(&mut tx, app.clock.now(), created).await?;
    tx.commit().await?;
    Ok(AccessLink { url: link.url, expires_at: link.expires_at, purpose: AccessPurpose::PasswordReset })
}

pub async fn password_link_was_sent(app: &App, waiting: &WaitingForPassword) -> Result<()> {
    let mut tx = app.db.identity().await?;
    sqlx::query!(
        "update identity.password_request set answered_at = $2 where email = $1",
        waiting.email,
        app.clock.now(),
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}
