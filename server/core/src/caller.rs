use std::{net::IpAddr, sync::Arc};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    idempotency::Slot,
    ids::{AccountId, ApiTokenId, OrganizationId, PersonId, SessionId},
};

/// What a person may do inside one organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Role {
    Customer,
    /// A customer who sees the tickets of the whole company.
    CustomerAdmin,
    Agent,
    Manager,
    Admin,
}

impl Role {
    /// Staff see internal notes; nobody else ever does.
    pub fn is_staff(self) -> bool {
        match self {
            Self::Agent | Self::Manager | Self::Admin => true,
            Self::Customer | Self::CustomerAdmin => false,
        }
    }
}

/// Who asks, in which organization, from where: found once a request by `identity`, carried into every transaction.
#[derive(Debug, Clone)]
pub struct Caller {
    pub account_id: AccountId,
    /// Of a request that carries an API token: the token's own id, which is no session's.
    pub session_id: SessionId,
    /// The API token that the request carries in place of a session.
    pub token_id: Option<ApiTokenId>,
    pub organization_id: OrganizationId,
    pub person_id: PersonId,
    pub role: Role,
    /// The admin who acts as this person. `None`: it is the person.
    pub impersonator_id: Option<PersonId>,
    pub ip: Option<IpAddr>,
    /// Set where the request carries an `Idempotency-Key`.
    pub idempotency: Option<Arc<Slot>>,
}

/// On whose behalf a transaction runs, and in which organization.
pub trait Tenant {
    fn organization_id(&self) -> OrganizationId;
    fn actor(&self) -> Option<PersonId> {
        None
    }
    /// Who acts as the actor.
    fn impersonator(&self) -> Option<PersonId> {
        None
    }
    fn ip(&self) -> Option<IpAddr> {
        None
    }
    fn idempotency(&self) -> Option<&Arc<Slot>> {
        None
    }
}

impl Tenant for Caller {
    fn organization_id(&self) -> OrganizationId {
        self.organization_id
    }
    fn actor(&self) -> Option<PersonId> {
        Some(self.person_id)
    }
    fn impersonator(&self) -> Option<PersonId> {
        self.impersonator_id
    }
    fn ip(&self) -> Option<IpAddr> {
        self.ip
    }
    fn idempotency(&self) -> Option<&Arc<Slot>> {
        self.idempotency.as_ref()
    }
}

/// The installation itself, working for one organization. The reason is for the reader of the code.
#[derive(Debug, Clone, Copy)]
pub struct System {
    pub organization_id: OrganizationId,
    pub reason: Reason,
}

#[derive(Debug, Clone, Copy)]
pub enum Reason {
    /// A job of this organization.
    Job,
    /// Reading the person of somebody who is signing in or was invited.
    SignIn,
    /// An operator's command.
    Operator,
    /// Giving out a ticket's number.
    Number,
    /// Somebody follows a signed link of a mail.
    Link,
    /// Proving isolation.
    Proof,
}

impl Tenant for System {
    fn organization_id(&self) -> OrganizationId {
        self.organization_id
    }
}
