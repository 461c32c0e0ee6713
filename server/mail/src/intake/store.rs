//! A mail that arrived becomes a row, its bytes become durable, and the mark of its folder moves: one transaction. Only
//! when it is committed may anybody be told that the mail is here.

use atum_core::{
    App, Result,
    caller::{Reason, System},
    db::{ReadWrite, TenantTx},
    ids::{InboundMailId, MailChannelId, OrganizationId},
};
use sha2::{Digest, Sha256};

use super::identity::{self, Identity};
use crate::process::ProcessMail;

/// What arrived.
pub(super) struct Arrival<'a> {
    pub from: From<'a>,
    pub raw: &'a [u8],
    /// Of the whole mail.
    pub bytes: u64,
    /// False: `raw` is its header alone.
    pub whole: bool,
}

pub(super) enum From<'a> {
    /// Out of a mailbox. Everything below the mark, and at it, is here when this is.
    Folder { place: Place<'a>, uid: u32, mark: i64 },
    /// From a server that handed it over.
    Envelope { sender: &'a str, recipients: &'a [String] },
}

/// A folder as long as its numbers are valid.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub folder: &'a str,
    pub uid_validity: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    New,
    /// It was stored from this very place before.
    Known,
    /// The folder's numbers changed: it is a mail that is here, under a new one.
    Renumbered,
    Duplicate,
}

pub(super) async fn store(
    app: &App,
    organization_id: OrganizationId,
    channel_id: MailChannelId,
    arrival: &Arrival<'_>,
) -> Result<Kept> {
    let identity = identity::of(arrival.raw, arrival.bytes, channel_id);
    let mut tx = app.db.write(&System { organization_id, reason: Reason::Job }).await?;
    lock(&mut tx, channel_id).await?;
    let kept = keep(&mut tx, channel_id, arrival, &identity).await?;
    if let From::Folder { place, mark, .. } = arrival.from {
        advance(&mut tx, channel_id, place, mark).await?;
    }
    tx.commit().await?;
    let outcome = match kept {
        Kept::New => "new",
        Kept::Known => "known",
        Kept::Renumbered => "renumbered",
        Kept::Duplicate => "duplicate",
    };
    metrics::counter!("atum_mail_arrived_total", "outcome" => outcome).increment(1);
    Ok(kept)
}

/// What comes by one channel is stored one after the other, whoever fetches it: whether it is here already is asked once.
async fn lock(tx: &mut TenantTx<ReadWrite>, channel_id: MailChannelId) -> Result<()> {
    let name = format!("mail channel {channel_id}");
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 0))", name).execute(&mut **tx).await?;
    Ok(())
}

async fn keep(
    tx: &mut TenantTx<ReadWrite>,
    channel_id: MailChannelId,
    arrival: &Arrival<'_>,
    identity: &Identity,
) -> Result<Kept> {
    if let From::Folder { place, uid, .. } = arrival.from
        && is_here(tx, channel_id, place, uid).await?
    {
        return Ok(Kept::Known);
    }
    let original = original(tx, channel_id, identity).await?;
    if let (Some(original), From::Folder { place, uid, .. }) = (&original, &arrival.from)
        && original.was_in_old(*place)
    {
        renumber(tx, original.id, *place, *uid).await?;
        return Ok(Kept::Renumbered);
    }
    let original = original.map(|original| original.id);
    let id = insert(tx, channel_id, arrival, identity, original).await?;
    note_sign_of_life(tx, channel_id, arrival).await?;
    if original.is_some() {
        return Ok(Kept::Duplicate);
    }
    atum_jobs::enqueue(tx, ProcessMail { inbound_mail_id: id }).await?;
    Ok(Kept::New)
}

/// What lies among what was sent is no sign that mail comes in.
async fn note_sign_of_life(
    tx: &mut TenantTx<ReadWrite>,
    channel_id: MailChannelId,
    arrival: &Arrival<'_>,
) -> Result<()> {
    let folder = match arrival.from {
        From::Folder { place, .. } => Some(place.folder),
        From::Envelope { .. } => None,
    };
    sqlx::query!(
        "update desk.mail_channel set last_mail_at = $2
          where id = $1 and ($3::text is null or imap->>'sent_folder' is distinct from $3)",
        channel_id.0,
        tx.now,
        folder,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn is_here(tx: &mut TenantTx<ReadWrite>, channel_id: MailChannelId, place: Place<'_>, uid: u32) -> Result<bool> {
    let here = sqlx::query_scalar!(
        r#"select exists (select from desk.inbound_mail
                           where channel_id = $1 and folder = $2 and uid_validity = $3 and uid = $4) as "here!""#,
        channel_id.0,
        place.folder,
        place.uid_validity,
        i64::from(uid),
    );
    Ok(here.fetch_one(&mut **tx).await?)
}

struct Original {
    id: InboundMailId,
    folder: Option<String>,
    uid_validity: Option<i64>,
}

impl Original {
    fn was_in_old(&self, place: Place<'_>) -> bool {
        self.folder.as_deref() == Some(place.folder) && self.uid_validity != Some(place.uid_validity)
    }
}

async fn original(
    tx: &mut TenantTx<ReadWrite>,
    channel_id: MailChannelId,
    identity: &Identity,
) -> Result<Option<Original>> {
    let original = sqlx::query_as!(
        Original,
        r#"select id as "id: InboundMailId", folder, uid_validity from desk.inbound_mail
            where channel_id = $1 and identity = $2 and header_sha256 = $3 and outcome <> 'duplicate'"#,
        channel_id.0,
        identity.identity,
        identity.header_sha256,
    );
    Ok(original.fetch_optional(&mut **tx).await?)
}

/// The mailbox is told again: whatever it knew of the mail went with the old numbers.
async fn renumber(tx: &mut TenantTx<ReadWrite>, id: InboundMailId, place: Place<'_>, uid: u32) -> Result<()> {
    sqlx::query!(
        "update desk.inbound_mail set uid_validity = $2, uid = $3, told_at = null where id = $1",
        id.0,
        place.uid_validity,
        i64::from(uid),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn insert(
    tx: &mut TenantTx<ReadWrite>,
    channel_id: MailChannelId,
    arrival: &Arrival<'_>,
    identity: &Identity,
    original: Option<InboundMailId>,
) -> Result<InboundMailId> {
    let id = InboundMailId::new();
    let (place, uid, sender, recipients) = match &arrival.from {
        From::Folder { place, uid, .. } => (Some(*place), Some(i64::from(*uid)), None, &[][..]),
        From::Envelope { sender, recipients } => (None, None, Some(*sender), *recipients),
    };
    let outcome = if original.is_some() { "duplicate" } else { "stored" };
    let reason = if arrival.whole { original.map(|_| "same_mail") } else { Some("too_large") };
    sqlx::query!(
        "insert into desk.inbound_mail
             (organization_id, id, channel_id, source, folder, uid_validity, uid, received_at, bytes, whole, sha256,
              identity, header_sha256, envelope_from, envelope_to, from_address, subject, outcome, reason, original_id,
              processed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
                 case when $20::uuid is not null then $8::timestamptz end)",
        tx.organization_id.0,
        id.0,
        channel_id.0,
        if place.is_some() { "imap" } else { "lmtp" },
        place.map(|place| place.folder),
        place.map(|place| place.uid_validity),
        uid,
        tx.now,
        i64::try_from(arrival.bytes).unwrap_or(i64::MAX),
        arrival.whole,
        hex::encode(Sha256::digest(arrival.raw)),
        identity.identity,
        identity.header_sha256,
        sender,
        recipients,
        identity.from_address,
        identity.subject,
        outcome,
        reason,
        original.map(|id| id.0),
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "insert into desk.inbound_raw (organization_id, inbound_mail_id, raw) values ($1, $2, $3)",
        tx.organization_id.0,
        id.0,
        arrival.raw,
    )
    .execute(&mut **tx)
    .await?;
    Ok(id)
}

async fn advance(tx: &mut TenantTx<ReadWrite>, channel_id: MailChannelId, place: Place<'_>, mark: i64) -> Result<()> {
    sqlx::query!(
        "insert into desk.mail_folder as f (organization_id, channel_id, folder, uid_validity, high_water)
         values ($1, $2, $3, $4, $5)
         on conflict (organization_id, channel_id, folder, uid_validity) do update
            set high_water = greatest(f.high_water, excluded.high_water)",
        tx.organization_id.0,
        channel_id.0,
        place.folder,
        place.uid_validity,
        mark,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Moves the mark over mails that are gone from the folder.
pub(super) async fn pass_over(
    app: &App,
    organization_id: OrganizationId,
    channel_id: MailChannelId,
    place: Place<'_>,
    mark: i64,
) -> Result<()> {
    let mut tx = app.db.write(&System { organization_id, reason: Reason::Job }).await?;
    advance(&mut tx, channel_id, place, mark).await?;
    tx.commit().await
}

/// Whether the folder was looked into before, under whatever numbers.
pub(super) async fn is_known<Mode>(tx: &mut TenantTx<Mode>, channel_id: MailChannelId, folder: &str) -> Result<bool> {
    let known = sqlx::query_scalar!(
        r#"select exists (select from desk.mail_folder where channel_id = $1 and folder = $2) as "known!""#,
        channel_id.0,
        folder,
    );
    Ok(known.fetch_one(&mut **tx).await?)
}

/// How far a folder was read.
pub(super) async fn mark<Mode>(tx: &mut TenantTx<Mode>, channel_id: MailChannelId, place: Place<'_>) -> Result<i64> {
    let mark = sqlx::query_scalar!(
        "select high_water from desk.mail_folder where channel_id = $1 and folder = $2 and uid_validity = $3",
        channel_id.0,
        place.folder,
        place.uid_validity,
    );
    Ok(mark.fetch_optional(&mut **tx).await?.unwrap_or(0))
}
