//! What the DNS says of the domains that mail is sent from, and of the servers of its channels.

use std::{collections::BTreeSet, time::Duration};

use atum_core::{
    App,
    caller::{Reason, System},
};
use atum_ops::Component;
use sqlx::types::Json;

use super::{
    dns::{Record, Resolver},
    finding, warning,
};

#[derive(Default)]
struct Named {
    /// Of channels' addresses.
    domains: BTreeSet<String>,
    /// Names at which keys are published.
    keys: BTreeSet<String>,
    servers: BTreeSet<(String, u16)>,
}

#[derive(Debug, serde::Deserialize)]
struct Server {
    host: String,
    port: u16,
}

#[derive(Debug, serde::Deserialize)]
struct Key {
    domain: String,
    selector: String,
}

pub async fn look(app: &App, resolver: Option<&Resolver>) -> Vec<Component> {
    let named = match named(app).await {
        Ok(named) => named,
        Err(problem) => return vec![finding("dns", Err(problem.into()))],
    };
    let mut all = vec![];
    for (host, port) in &named.servers {
        let asked = tokio::time::timeout(Duration::from_secs(5), tokio::net::lookup_host((host.as_str(), *port))).await;
        let name = format!("mail_server:{host}:{port}");
        all.push(match asked {
            Ok(Ok(_)) => finding(name, Ok("its name has an address".to_owned())),
            _ => warning(name, "its name has no address: see the channel's settings and this machine's resolv.conf"),
        });
    }
    let Some(resolver) = resolver else {
        if !named.domains.is_empty() {
            all.push(warning("dns", "/etc/resolv.conf names no server: what the DNS says of mail is not known"));
        }
        return all;
    };
    for domain in &named.domains {
        all.push(of_domain(resolver, domain).await);
    }
    for key in &named.keys {
        let published = resolver.has(key, Record::Text, b"p=").await;
        all.push(judged(format!("dkim:{key}"), published, "publish the text shown with the channel, or turn DKIM off"));
    }
    all
}

async fn of_domain(resolver: &Resolver, domain: &str) -> Component {
    let wanted = [
        (domain.to_owned(), Record::MailServer, &b""[..], "an MX record, without which no answer finds its way"),
        (domain.to_owned(), Record::Text, b"v=spf1", "an SPF record that names the server which sends (RFC 7208)"),
        (format!("_dmarc.{domain}"), Record::Text, b"v=DMARC1", "a DMARC record (RFC 7489)"),
    ];
    let mut missing = vec![];
    for (name, record, holding, what) in wanted {
        match resolver.has(&name, record, holding).await {
            Some(true) => {}
            Some(false) => missing.push(what),
            None => return judged(format!("dns:{domain}"), None, ""),
        }
    }
    let found = Some(missing.is_empty());
    judged(format!("dns:{domain}"), found, &format!("publish {}", missing.join("; ")))
}

fn judged(name: String, found: Option<bool>, advice: &str) -> Component {
    match found {
        Some(true) => finding(name, Ok("published".to_owned())),
        Some(false) => warning(name, format!("not published: {advice}")),
        None => warning(name, "the DNS did not answer: see /etc/resolv.conf"),
    }
}

async fn named(app: &App) -> atum_core::Result<Named> {
    let mut named = Named::default();
    for organization in atum_identity::list_organizations(app).await? {
        let mut tx = app.db.read(&System { organization_id: organization.id, reason: Reason::Job }).await?;
        let channels = sqlx::query!(
            r#"select address, imap as "imap: Json<Server>", smtp as "smtp: Json<Server>", dkim as "dkim: Json<Key>"
                 from desk.mail_channel where active and deleted_at is null"#
        );
        for channel in channels.fetch_all(&mut *tx).await? {
            let domain = channel.address.rsplit_once('@').map(|(_, domain)| domain.to_lowercase());
            named.domains.extend(domain);
            named.keys.extend(channel.dkim.map(|Json(key)| format!("{}._domainkey.{}", key.selector, key.domain)));
            let servers = channel.imap.into_iter().chain(channel.smtp);
            named.servers.extend(servers.map(|Json(server)| (server.host, server.port)));
        }
    }
    Ok(named)
}
