use atum_core::{App, ids::OrganizationId};
use uuid::Uuid;

use crate::{
    channel::Channel,
    thread::{Keys, mint},
};

/// The way that a mail takes: whose address it has, and what its answers and failures come back by.
pub(super) struct Route<'a> {
    pub channel: Option<&'a Channel>,
    pub address: String,
    pub name: String,
    keys: Keys,
}

impl<'a> Route<'a> {
    pub fn of(app: &App, organization_id: OrganizationId, channel: Option<&'a Channel>) -> Self {
        let keys = Keys::of(&app.config, organization_id);
        let (address, name) = match channel {
            Some(channel) => (channel.address.clone(), channel.from_name.clone()),
            None => (format!("helpdesk@{}", own_name(app)), String::new()),
        };
        Self { channel, address, name, keys }
    }

    /// Minted so that an answer to it finds its ticket.
    pub fn message_id(&self, number: Option<i64>, id: Uuid) -> String {
        let domain = self.address.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
        match number {
            Some(number) => mint::message_id(&self.keys, domain, number, id),
            None => format!("{}@{domain}", id.simple()),
        }
    }

    pub fn reply_to(&self, number: i64) -> Option<String> {
        let channel = self.channel.filter(|channel| channel.plus_address)?;
        Some(mint::reply_address(&self.keys, &channel.address, number))
    }

    /// Empty where nothing may come back.
    pub fn return_path(&self, envelope: Uuid) -> String {
        match self.channel {
            Some(channel) if channel.plus_address => mint::return_path(&self.keys, &channel.address, envelope),
            Some(channel) => channel.address.clone(),
            None => String::new(),
        }
    }

    pub fn marker(&self, number: i64) -> String {
        mint::body_marker(&self.keys, number)
    }
}

/// How this installation calls itself to servers: the name that people use for it.
pub(crate) fn own_name(app: &App) -> String {
    let host = url::Url::parse(&app.config.public_url).ok().and_then(|url| match url.host() {
        Some(url::Host::Domain(name)) => Some(name.to_owned()),
        _ => None,
    });
    host.unwrap_or_else(|| "localhost".to_owned())
}
