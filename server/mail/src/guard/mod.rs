//! May a program write to this address now?

use atum_core::{
    Result,
    db::{ReadWrite, TenantTx},
    ids::TicketId,
};

/// A mail that no person writes.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    pub address: &'a str,
    pub ticket_id: Option<TicketId>,
    pub kind: &'a str,
    /// It answers a mail, whoever wrote that.
    pub in_answer: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// One of our own channels.
    OwnAddress,
    /// Nobody reads what comes there.
    NoReply,
}

impl Refusal {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OwnAddress => "own_address",
            Self::NoReply => "no_reply",
        }
    }
}

pub async fn may_answer(tx: &mut TenantTx<ReadWrite>, answer: &Answer<'_>) -> Result<Result<(), Refusal>> {
    let address = answer.address.to_lowercase();
    let local = address.split('@').next().unwrap_or_default();
    let nobody =
        ["mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply", "do-not-reply", "bounce", "bounces"];
    if nobody.contains(&local) {
        return Ok(Err(Refusal::NoReply));
    }
    let own = sqlx::query_scalar!(
        r#"select exists (select from desk.mail_channel where lower(address) = $1 and deleted_at is null) as "own!""#,
        address,
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(if own { Err(Refusal::OwnAddress) } else { Ok(()) })
}
