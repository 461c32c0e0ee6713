//! Whose a recipient is, and a mail for each channel.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    net::SocketAddr,
};

use atum_core::{
    App, Result,
    ids::{MailChannelId, OrganizationId},
};

use super::words::Protocol;
use crate::intake::store::{self, Arrival, From};

pub(super) struct Recipient {
    address: String,
    organization_id: OrganizationId,
    channel_id: MailChannelId,
}

pub(super) struct Delivery<'a> {
    pub sender: &'a str,
    pub recipients: &'a [Recipient],
    /// What the other side calls itself.
    pub name: &'a str,
    pub peer: SocketAddr,
    pub protocol: Protocol,
}

/// The channel of an address, with or without a part behind a plus.
pub(super) async fn recipient(app: &App, address: String) -> Result<Option<Recipient>> {
    let plain = address
        .split_once('+')
        .zip(address.rsplit_once('@'))
        .map(|((local, _), (_, domain))| format!("{local}@{domain}"));
    let mut tx = app.db.jobs().await?;
    for candidate in std::iter::once(address.clone()).chain(plain) {
        let found = sqlx::query!(
            r#"select organization_id as "organization_id!: OrganizationId", channel_id as "channel_id!: MailChannelId"
                 from desk.mail_channel_of($1)"#,
            candidate,
        );
        if let Some(found) = found.fetch_optional(&mut *tx).await? {
            let (organization_id, channel_id) = (found.organization_id, found.channel_id);
            return Ok(Some(Recipient { address, organization_id, channel_id }));
        }
    }
    Ok(None)
}

/// Whether each recipient's is durable, in their order. One channel gets a mail once, however many of its addresses are named.
pub(super) async fn keep(app: &App, delivery: &Delivery<'_>, raw: &[u8]) -> Vec<bool> {
    let mut kept = BTreeMap::new();
    for recipient in delivery.recipients {
        let place = (recipient.organization_id, recipient.channel_id);
        if let Entry::Vacant(vacant) = kept.entry(place) {
            vacant.insert(keep_one(app, delivery, recipient, raw).await);
        }
    }
    let of = |recipient: &Recipient| kept[&(recipient.organization_id, recipient.channel_id)];
    delivery.recipients.iter().map(of).collect()
}

async fn keep_one(app: &App, delivery: &Delivery<'_>, first: &Recipient, raw: &[u8]) -> bool {
    let mine = delivery.recipients.iter().filter(|recipient| recipient.channel_id == first.channel_id);
    let recipients: Vec<String> = mine.map(|recipient| recipient.address.clone()).collect();
    let raw = [traced(app, delivery, &recipients).as_bytes(), raw].concat();
    let from = From::Envelope { sender: delivery.sender, recipients: &recipients };
    let arrival = Arrival { from, raw: &raw, bytes: raw.len() as u64, whole: true };
    let stored = store::store(app, first.organization_id, first.channel_id, &arrival).await;
    if let Err(problem) = &stored {
        tracing::error!(channel = %first.channel_id, "a mail that was handed over cannot be kept: {problem}");
    }
    stored.is_ok()
}

/// What the last server on the way writes (RFC 5321, section 4.4).
fn traced(app: &App, delivery: &Delivery<'_>, recipients: &[String]) -> String {
    let with = if delivery.protocol == Protocol::Lmtp { "LMTP" } else { "ESMTP" };
    let plain = |c: &char| c.is_ascii_alphanumeric() || ".-_[]:".contains(*c);
    let name: String = delivery.name.chars().filter(plain).take(255).collect();
    let delivered: String = recipients.iter().map(|address| format!("Delivered-To: {address}\r\n")).collect();
    format!(
        "Return-Path: <{}>\r\n{delivered}Received: from {name} ([{}])\r\n\tby atum with {with};\r\n\t{}\r\n",
        delivery.sender,
        delivery.peer.ip(),
        app.clock.now().to_rfc2822(),
    )
}
