//! What stage two has to know of the channel that a mail came by, also where it was removed since.

use atum_core::{
    Result,
    db::{ReadWrite, TenantTx},
    ids::InboundMailId,
};

pub(super) struct ChannelFacts {
    pub subject_token: bool,
    pub trusted_authserv_id: Option<String>,
    /// It lay where other programs put what they sent for this address.
    pub sent: bool,
    /// The outbox wrote it.
    pub is_of_the_outbox: bool,
    /// What the log has of the mail.
    pub from_address: Option<String>,
    pub subject: Option<String>,
}

pub(super) async fn facts(tx: &mut TenantTx<ReadWrite>, id: InboundMailId) -> Result<ChannelFacts> {
    let facts = sqlx::query_as!(
        ChannelFacts,
        r#"select c.subject_token, c.trusted_authserv_id,
                  coalesce(i.folder = c.imap->>'sent_folder', false) as "sent!",
                  exists (select from desk.outgoing_mail o where o.message_id_header = i.identity) as "is_of_the_outbox!",
                  i.from_address, i.subject
             from desk.inbound_mail i
             join desk.mail_channel c on c.organization_id = i.organization_id and c.id = i.channel_id
            where i.id = $1"#,
        id.0,
    );
    Ok(facts.fetch_one(&mut **tx).await?)
}
