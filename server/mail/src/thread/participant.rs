//! Who takes part in a ticket besides its requester.

use atum_core::{
    Result,
    db::{ReadWrite, TenantTx},
    ids::TicketId,
};
use mail_reading::Mailbox;
use sqlx::PgConnection;

/// Of one mail.
const MOST: usize = 50;

#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Kind {
    /// Somebody who takes part wrote it beside the desk's address.
    Cc,
    /// The ticket was sent there.
    SentTo,
    /// Staff let a third party in.
    Admitted,
}

/// Adds addresses; those of the desk's own channels and what is no address are left out.
pub async fn participate(
    tx: &mut TenantTx<ReadWrite>,
    ticket_id: TicketId,
    kind: Kind,
    mailboxes: &[Mailbox],
) -> Result<()> {
    let ours = own_addresses(tx).await?;
    let kept = mailboxes.iter().filter(|mailbox| is_address(&mailbox.address) && !is_own(&ours, &mailbox.address));
    let (mut addresses, mut names) = (vec![], vec![]);
    for mailbox in kept.take(MOST) {
        let address = mailbox.address.to_lowercase();
        if !addresses.contains(&address) {
            addresses.push(address);
            names.push(mailbox.name.replace('\0', ""));
        }
    }
    if addresses.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into desk.ticket_participant (organization_id, ticket_id, address, name, kind, created_at)
         select $1, $2, address, nullif(name, ''), $3, $4 from unnest($5::text[], $6::text[]) given (address, name)
         on conflict (organization_id, ticket_id, address) do nothing",
        tx.organization_id.0,
        ticket_id.0,
        kind as _,
        tx.now,
        &addresses,
        &names,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The addresses of all channels, those too that were removed: what is sent there comes back here.
pub(crate) async fn own_addresses(conn: &mut PgConnection) -> Result<Vec<String>> {
    let addresses = sqlx::query_scalar!(r#"select lower(address) as "address!" from desk.mail_channel"#);
    Ok(addresses.fetch_all(conn).await?)
}

/// Whether it is one of these, whatever stands after a plus in it.
pub(crate) fn is_own(ours: &[String], address: &str) -> bool {
    let address = address.to_lowercase();
    let Some((local, domain)) = address.rsplit_once('@') else { return false };
    let plain = format!("{}@{domain}", local.split('+').next().unwrap_or(local));
    ours.iter().any(|own| *own == address || *own == plain)
}

/// Whether mail could be sent there.
pub(crate) fn is_address(address: &str) -> bool {
    let plain =
        |text: &str| !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '@');
    address.len() <= 254 && address.rsplit_once('@').is_some_and(|(local, domain)| plain(local) && plain(domain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_with_a_tag_is_still_ours() {
        let ours = ["support@acme.test".to_owned(), "it+all@acme.test".to_owned()];
        for own in ["Support@acme.test", "support+t42.abc@acme.test", "it+all@acme.test"] {
            assert!(is_own(&ours, own), "{own}");
        }
        for other in ["it@acme.test", "support@other.test", "ana@acme.test", "support"] {
            assert!(!is_own(&ours, other), "{other}");
        }
    }
}
