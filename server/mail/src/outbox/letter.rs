//! The mail of a row, as a letter.

use anyhow::Context;
use atum_core::{
    App,
    db::TenantTx,
    ids::{MessageId, OutgoingMailId},
};
use atum_identity::seal;
use chrono::{DateTime, Utc};
use object_store::{ObjectStoreExt, path::Path};

use super::{
    envelope::EnvelopeKind,
    mail::{LINK_MARK, place},
    route::Route,
};
use crate::{
    channel,
    compose::{self, Enclosed, Letter, Mailbox, Picture},
};

/// Who will read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// Sees the link that was sealed for them.
    Recipient,
    /// Whoever looks at the outbox: not the link, which would let them in as the recipient.
    Staff,
}

/// What stands in the outbox where the recipient has a link.
pub const HIDDEN_LINK: &str = "[…]";

/// Larger pictures are attached and not shown inside the text.
const LARGEST_PICTURE_BYTES: i64 = 2 << 20;

struct Row {
    channel_id: Option<atum_core::ids::MailChannelId>,
    number: Option<i64>,
    message_id: Option<MessageId>,
    message_id_header: String,
    automatic: bool,
    from_address: String,
    from_name: String,
    reply_to: Option<String>,
    subject: String,
    body: String,
    locale: String,
    in_reply_to: Option<String>,
    reference_ids: Vec<String>,
    sealed_link: Option<Vec<u8>>,
    created_at: DateTime<Utc>,
}

/// The letter without its files, and the files that belong to it.
pub async fn read<Mode>(
    app: &App,
    tx: &mut TenantTx<Mode>,
    id: OutgoingMailId,
    reader: Reader,
) -> anyhow::Result<(Letter, Vec<atum_files::File>)> {
    let row = row(tx, id).await?;
    let (to, cc) = recipients(tx, id).await?;
    let files = match row.message_id {
        Some(message) => atum_files::of_messages(tx, &[message]).await?.remove(&message).unwrap_or_default(),
        None => vec![],
    };
    let channel = match row.channel_id {
        Some(id) => channel::find(tx, id).await.ok(),
        None => None,
    };
    let route = Route::of(app, tx.organization_id, channel.as_ref());
    let link = match (&row.sealed_link, reader) {
        (Some(sealed), Reader::Recipient) => {
            String::from_utf8(seal::open(&app.config.secret_key, sealed, &place(id))?)?
        }
        _ => HIDDEN_LINK.to_owned(),
    };
    let text = row.body.replace(LINK_MARK, &link);
    let shown: Vec<&atum_files::File> = files.iter().filter(|file| is_shown(file)).collect();
    let marker = row.number.map(|number| route.marker(number));
    let html = page(&text, &row, &shown, marker.as_deref());
    let letter = Letter {
        message_id: row.message_id_header,
        date: row.created_at,
        from: Mailbox {
            address: row.from_address.parse().context("the channel's address")?,
            name: Some(row.from_name).filter(|name| !name.is_empty()),
        },
        reply_to: row.reply_to.and_then(|address| address.parse().ok()),
        to,
        cc,
        subject: row.subject,
        in_reply_to: row.in_reply_to,
        references: row.reference_ids,
        automatic: row.automatic,
        text,
        html: Some(html),
        pictures: vec![],
        enclosed: vec![],
    };
    Ok((letter, files))
}

/// Puts the files' contents in, from the store.
pub async fn enclose(
    app: &App,
    organization_id: atum_core::ids::OrganizationId,
    letter: &mut Letter,
    files: Vec<atum_files::File>,
) -> anyhow::Result<()> {
    for file in files {
        let blob = Path::from(format!("{organization_id}/{}", file.sha256));
        let bytes = app.blobs.get(&blob).await.with_context(|| format!("the file {}", file.name))?.bytes().await?;
        let inside = is_shown(&file).then(|| content_id(&file));
        let enclosed = Enclosed { name: file.name, media_type: file.media_type, bytes: bytes.to_vec() };
        match inside {
            Some(id) => letter.pictures.push(Picture { id, file: enclosed }),
            None => letter.enclosed.push(enclosed),
        }
    }
    Ok(())
}

async fn row<Mode>(tx: &mut TenantTx<Mode>, id: OutgoingMailId) -> anyhow::Result<Row> {
    let row = sqlx::query_as!(
        Row,
        r#"select m.channel_id as "channel_id: _", t.number as "number?", m.message_id as "message_id: MessageId",
                  m.message_id_header, m.automatic, m.from_address, m.from_name, m.reply_to, m.subject, m.body, m.locale,
                  m.in_reply_to, m.reference_ids, m.sealed_link, m.created_at
             from desk.outgoing_mail m
             left join desk.ticket t on t.organization_id = m.organization_id and t.id = m.ticket_id
            where m.id = $1"#,
        id.0,
    );
    Ok(row.fetch_one(&mut **tx).await?)
}

/// Of To and of Cc. Who got it by Bcc stands nowhere.
async fn recipients<Mode>(tx: &mut TenantTx<Mode>, id: OutgoingMailId) -> anyhow::Result<(Vec<Mailbox>, Vec<Mailbox>)> {
    let rows = sqlx::query!(
        r#"select recipient, name, kind as "kind: EnvelopeKind" from desk.outgoing_envelope
            where mail_id = $1 and kind <> 'bcc' order by id"#,
        id.0,
    )
    .fetch_all(&mut **tx)
    .await?;
    let (mut to, mut cc) = (vec![], vec![]);
    for row in rows {
        let Ok(address) = row.recipient.parse() else { continue };
        let list = if row.kind == EnvelopeKind::To { &mut to } else { &mut cc };
        list.push(Mailbox { address, name: row.name });
    }
    Ok((to, cc))
}

/// Small pictures are seen where one reads.
fn is_shown(file: &atum_files::File) -> bool {
    file.thumbnail && file.size_bytes <= LARGEST_PICTURE_BYTES
}

fn content_id(file: &atum_files::File) -> String {
    format!("{}@atum", file.id.0.simple())
}

fn page(text: &str, row: &Row, pictures: &[&atum_files::File], marker: Option<&str>) -> String {
    let mut body = compose::from_text(text);
    for picture in pictures {
        body.push_str(&compose::picture(&content_id(picture), &picture.name));
    }
    if let Some(marker) = marker {
        body.push_str(&compose::hidden(marker));
    }
    compose::in_page(&body, &row.locale)
}
