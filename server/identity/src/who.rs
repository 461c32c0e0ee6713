//! Who may call: the role is the extractor. Not signed in is 401, signed in with another role is 403, and so is whoever
//! has to set up a second factor first. An admin who acts as somebody else has that person's role and nothing that is the
//! person's alone: [`SignedIn`], [`Oneself`], [`Newcomer`] and [`Operator`] refuse.

use std::{ops::Deref, sync::Arc};

use atum_core::{
    App, Problem,
    caller::{Caller, Role, Tenant},
    extract::ClientAddress,
    idempotency::Slot,
    ids::{AccountId, OrganizationId, PersonId, SessionId},
    limits::{self, Whose},
    problem::Kind,
};
use axum::{extract::FromRequestParts, http::request::Parts};

use crate::{
    bearer::{self, Admitted},
    cookie,
    event::{self, Client},
    session,
    session::{Acting, SignedIn},
};

/// A session's account. No API token is one, whatever operation it got to.
impl FromRequestParts<App> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Holder(signed_in) = Holder::from_request_parts(parts, app).await?;
        if signed_in.acting.is_some() { Err(Problem::new(Kind::Impersonating)) } else { Ok(signed_in) }
    }
}

/// Whoever holds the session, also while it acts as somebody else.
#[derive(Debug, Clone)]
pub(crate) struct Holder(pub SignedIn);

impl FromRequestParts<App> for Holder {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        if bearer::is_in(&parts.headers) {
            return Err(Problem::new(Kind::NotForTokens));
        }
        let unauthenticated = || Problem::new(Kind::Unauthenticated);
        let token = cookie::session(&app.config, &parts.headers).ok_or_else(unauthenticated)?;
        let ClientAddress(ip) = ClientAddress::from_request_parts(parts, app).await.unwrap_or(ClientAddress(None));
        let signed_in = session::resume(app, &token, ip).await?.ok_or_else(unauthenticated)?;
        limits::identified(parts, app, Whose::Account(signed_in.account_id.0))?;
        Ok(Self(signed_in))
    }
}

/// The caller of a request in the organization that the session is in. An idempotency key becomes this person's.
async fn caller(parts: &mut Parts, app: &App) -> Result<Caller, Problem> {
    let (caller, second_factor_missing) = member(parts, app).await?;
    if second_factor_missing { Err(Problem::new(Kind::SecondFactorRequired)) } else { Ok(caller) }
}

async fn member(parts: &mut Parts, app: &App) -> Result<(Caller, bool), Problem> {
    let (mut caller, second_factor_missing) = match parts.extensions.get::<Admitted>() {
        Some(Admitted(by_token)) => (by_token.clone(), false),
        None => by_session(parts, app).await?,
    };
    if let Some(slot) = parts.extensions.get::<Arc<Slot>>() {
        slot.belongs_to(&caller);
        caller.idempotency = Some(slot.clone());
    }
    Ok((caller, second_factor_missing))
}

async fn by_session(parts: &mut Parts, app: &App) -> Result<(Caller, bool), Problem> {
    let Holder(SignedIn { session_id, account_id, ip, membership, acting, .. }) =
        Holder::from_request_parts(parts, app).await?;
    let membership = membership.ok_or_else(|| Problem::new(Kind::Unauthenticated))?;
    if !membership.let_in {
        return Err(Problem::address_not_allowed(ip));
    }
    let (person_id, role) = match acting {
        None => (membership.person_id, membership.role),
        Some(Acting(other)) => other.ok_or_else(|| Problem::new(Kind::ImpersonationOver))?,
    };
    let caller = Caller {
        account_id,
        session_id,
        token_id: None,
        organization_id: membership.organization_id,
        person_id,
        role,
        impersonator_id: acting.map(|_| membership.person_id),
        ip,
        idempotency: None,
    };
    Ok((caller, membership.second_factor_missing))
}

/// Anyone signed in, in person, also who has to set up a second factor before anything else.
#[derive(Debug, Clone)]
pub struct Newcomer(Caller);

impl FromRequestParts<App> for Newcomer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        themselves(member(parts, app).await?.0).map(Self)
    }
}

impl Deref for Newcomer {
    type Target = Caller;
    fn deref(&self) -> &Caller {
        &self.0
    }
}

/// Anyone signed in, in person: for what nobody does in somebody else's name.
#[derive(Debug, Clone)]
pub struct Oneself(Caller);

impl FromRequestParts<App> for Oneself {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        themselves(caller(parts, app).await?).map(Self)
    }
}

impl Deref for Oneself {
    type Target = Caller;
    fn deref(&self) -> &Caller {
        &self.0
    }
}

fn themselves(caller: Caller) -> Result<Caller, Problem> {
    if caller.impersonator_id.is_some() { Err(Problem::new(Kind::Impersonating)) } else { Ok(caller) }
}

macro_rules! callers {
    ($($(#[$doc:meta])* $name:ident: $may:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $name(Caller);

        impl FromRequestParts<App> for $name {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
                let caller = caller(parts, app).await?;
                let may: fn(Role) -> bool = $may;
                if may(caller.role) { Ok(Self(caller)) } else { Err(Problem::new(Kind::Forbidden)) }
            }
        }

        impl Deref for $name {
            type Target = Caller;
            fn deref(&self) -> &Caller {
                &self.0
            }
        }

        impl Tenant for $name {
            fn organization_id(&self) -> OrganizationId {
                self.0.organization_id
            }
            fn actor(&self) -> Option<PersonId> {
                self.0.actor()
            }
            fn impersonator(&self) -> Option<PersonId> {
                self.0.impersonator()
            }
            fn ip(&self) -> Option<std::net::IpAddr> {
                self.0.ip()
            }
            fn idempotency(&self) -> Option<&Arc<Slot>> {
                self.0.idempotency()
            }
        }
    )+};
}

callers! {
    /// Anyone signed in, customer or staff.
    Anyone: |_| true;
    /// A customer of either kind.
    Customer: |role| !role.is_staff();
    /// Staff of any kind: agents, managers, admins.
    Agent: |role| role.is_staff();
    /// Managers and admins.
    Manager: |role| matches!(role, Role::Manager | Role::Admin);
    Admin: |role| role == Role::Admin;
}

/// An operator of the installation. Outside every organization: this is no [`Tenant`], so it opens no tenant's rows.
#[derive(Debug, Clone)]
pub struct Operator {
    pub account_id: AccountId,
    pub session_id: SessionId,
}

impl Operator {
    /// Notes what the operator looked at: it becomes an event of each organization they belong to.
    pub async fn note(&self, app: &App, kind: &'static str, client: &Client) -> Result<(), Problem> {
        let mut tx = app.db.identity().await?;
        event::append(&mut tx, app.clock.now(), event::Event::of(kind, self.account_id, client)).await?;
        tx.commit().await
    }
}

impl FromRequestParts<App> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let SignedIn { account_id, session_id, operator, .. } = SignedIn::from_request_parts(parts, app).await?;
        if operator { Ok(Self { account_id, session_id }) } else { Err(Problem::new(Kind::Forbidden)) }
    }
}

/// Who watches over the work: an operator over all of it, an admin over the own organization's.
#[derive(Debug, Clone)]
pub enum Overseer {
    Installation(Operator),
    Organization(Admin),
}

impl Overseer {
    /// The one organization whose work it is. `None`: everybody's.
    pub fn organization(&self) -> Option<OrganizationId> {
        match self {
            Self::Installation(_) => None,
            Self::Organization(admin) => Some(admin.organization_id),
        }
    }
}

impl FromRequestParts<App> for Overseer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        if let Ok(operator) = Operator::from_request_parts(parts, app).await {
            return Ok(Self::Installation(operator));
        }
        Admin::from_request_parts(parts, app).await.map(Self::Organization)
    }
}
