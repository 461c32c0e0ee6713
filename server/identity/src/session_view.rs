//! What the web app knows of who is signed in.

use atum_core::{
    App, Problem, Result,
    caller::{Reason, Role, System},
    ids::{AccountId, OrganizationId, SessionId},
    problem::Kind,
    wake,
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    account::{self, OrganizationMembership},
    factors,
    organization::Organization,
    person::{self, Person, PersonSummary},
    session,
};

#[derive(Debug, Serialize, ToSchema)]
pub struct Session {
    /// Null as are organization and role: an operator who belongs to no organization.
    pub person: Option<Person>,
    pub email: String,
    pub organization: Option<Organization>,
    pub role: Option<Role>,
    /// All that one may switch to, with the present one.
    pub organizations: Vec<OrganizationMembership>,
    /// Runs the installation.
    pub operator: bool,
    /// The organization asks for a second factor and the account has none: everything else is refused until it has.
    pub second_factor_missing: bool,
    /// An admin acts as this person. Null: it is the person.
    pub impersonation: Option<ActingAs>,
    /// The organization's provider vouches for the account, which has no password here.
    pub managed: bool,
    /// From where the live stream is to tell what was changed, so that it misses nothing between a page's first answer and
    /// its own beginning: see `GET /api/v1/live`.
    pub live_since: i64,
}

/// Who acts as the session's person, why, and until when.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActingAs {
    pub impersonator: PersonSummary,
    pub reason: String,
    pub expires_at: DateTime<Utc>,
}

impl Session {
    /// What somebody sees for whom the organization's provider vouches: of this organization alone.
    pub(crate) fn only_here(mut self) -> Self {
        let here = self.organization.as_ref().map(|organization| organization.id);
        self.organizations.retain(|membership| Some(membership.id) == here);
        self.operator = false;
        self
    }
}

/// The session that just began.
pub(crate) async fn first_view(
    app: &App,
    account_id: AccountId,
    organization_id: Option<OrganizationId>,
) -> Result<Session> {
    match organization_id {
        Some(organization_id) => session_view(app, account_id, organization_id).await,
        None => operators_view(app, account_id).await,
    }
}

/// Of an operator in no organization: what the installation shows, and no tenant's rows.
pub(crate) async fn operators_view(app: &App, account_id: AccountId) -> Result<Session> {
    let mut tx = app.db.identity().await?;
    let account = account::by_id(&mut tx, account_id).await?;
    Ok(Session {
        person: None,
        email: account.email,
        organization: None,
        role: None,
        organizations: account::memberships(&mut tx, account_id).await?,
        operator: account.operator,
        second_factor_missing: false,
        impersonation: None,
        managed: account.managed,
        live_since: wake::horizon(&mut tx).await?,
    })
}

/// The session with this id.
pub(crate) async fn seen_by(
    app: &App,
    account_id: AccountId,
    organization_id: OrganizationId,
    session_id: SessionId,
) -> Result<Session> {
    let view = session_view(app, account_id, organization_id).await?;
    let vouched = session::vouched(&mut *app.db.identity().await?, session_id).await?;
    let second_factor_missing = view.second_factor_missing && !vouched.second_factor_by_provider;
    let view = Session { second_factor_missing, ..view };
    Ok(if vouched.through_provider { view.only_here() } else { view })
}

/// The session of this account in this organization. The membership says the role.
pub async fn session_view(app: &App, account_id: AccountId, organization_id: OrganizationId) -> Result<Session> {
    let mut tx = app.db.identity().await?;
    let account = account::by_id(&mut tx, account_id).await?;
    let mut organizations = account::memberships(&mut tx, account_id).await?;
    let enrolled = factors::exist(&mut tx, account_id).await?;
    drop(tx);
    organizations.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    let here = organizations.iter().find(|membership| membership.id == organization_id);
    let here = here.cloned().ok_or_else(|| Problem::new(Kind::Unauthenticated))?;
    let mut tx = app.db.read(&System { organization_id, reason: Reason::SignIn }).await?;
    Ok(Session {
        person: Some(person::get(&mut tx, here.person_id).await?),
        email: account.email,
        role: Some(here.role),
        organization: Some(Organization { id: here.id, slug: here.slug, name: here.name }),
        organizations,
        operator: account.operator,
        second_factor_missing: here.second_factor_required && here.role.is_staff() && !enrolled,
        impersonation: None,
        managed: account.managed,
        live_since: wake::horizon(&mut tx).await?,
    })
}
