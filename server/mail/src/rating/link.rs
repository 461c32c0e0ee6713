use atum_core::{
    App, Problem, Result,
    caller::{Reason, System},
    config::Config,
    db::TenantTx,
    ids::{OrganizationId, PersonId},
};
use atum_tickets::Rateable;

use crate::thread::{Keys, mint};

/// What stands behind `/rate/`. Without a dot: an address with one is taken for a file's.
pub(crate) fn mint(config: &Config, organization_id: OrganizationId, number: i64, requester_id: PersonId) -> String {
    let mac = mint::rating(&Keys::of(config, organization_id), number, requester_id.0);
    format!("{}-{number}-{mac}", organization_id.0.simple())
}

pub(super) struct Link {
    pub organization_id: OrganizationId,
    number: i64,
    mac: String,
}

impl Link {
    /// What is no link leads nowhere, like one that was forged.
    pub fn read(token: &str) -> Result<Self> {
        let parts: Option<[&str; 3]> = token.split('-').collect::<Vec<_>>().try_into().ok();
        let link = parts.and_then(|[organization, number, mac]| {
            let organization_id = OrganizationId(organization.parse().ok()?);
            Some(Self { organization_id, number: number.parse().ok()?, mac: mac.to_owned() })
        });
        link.ok_or_else(Problem::not_found)
    }

    pub fn system(&self) -> System {
        System { organization_id: self.organization_id, reason: Reason::Link }
    }

    pub async fn ticket<Mode>(&self, app: &App, tx: &mut TenantTx<Mode>) -> Result<Rateable> {
        let keys = Keys::of(&app.config, self.organization_id);
        let ticket = atum_tickets::rateable(tx, self.number).await?;
        let signed = |ticket: &Rateable| mint::is_rating(&keys, self.number, ticket.requester_id.0, &self.mac);
        ticket.filter(signed).ok_or_else(Problem::not_found)
    }
}
