//! Files that no browser uploads: what comes with a mail.

use std::collections::{BTreeSet, HashSet};

use atum_core::{
    App, Result,
    db::{ReadWrite, TenantTx},
    ids::{FileId, MessageId, OrganizationId, PersonId},
};
use bytes::Bytes;
use object_store::ObjectStoreExt;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;

use crate::{file, media_type, name, store};

/// A file as it came.
pub struct Contents {
    pub name: String,
    pub bytes: Bytes,
}

/// Bytes that lie in their place and wait for the row that says whose they are.
pub struct Put {
    name: String,
    media_type: &'static str,
    size_bytes: i64,
    sha256: String,
}

/// Puts files into the store; [`carry`] gives them to a message in the same transaction.
///
/// An upload takes the lock of one content, and this takes those of several in the order of their hashes, so nobody waits
/// in a circle. Where the transaction is not committed blobs without rows stay, which costs room and no data.
pub async fn put(app: &App, tx: &mut TenantTx<ReadWrite>, files: Vec<Contents>) -> Result<Vec<Put>> {
    let hashes: Vec<String> = files.iter().map(|file| hex::encode(Sha256::digest(&file.bytes))).collect();
    for sha256 in hashes.iter().collect::<BTreeSet<_>>() {
        file::lock_content(tx, sha256).await?;
    }
    let mut lying = HashSet::new();
    let mut put = Vec::with_capacity(files.len());
    for (file, sha256) in files.into_iter().zip(hashes) {
        put.push(Put {
            name: name::clean(&file.name).unwrap_or_else(|| "file".to_owned()),
            media_type: media_type::detect(&file.bytes[..file.bytes.len().min(media_type::HEAD_BYTES)]),
            size_bytes: i64::try_from(file.bytes.len()).unwrap_or(i64::MAX),
            sha256: sha256.clone(),
        });
        if lying.insert(sha256.clone()) && !is_there(tx, &sha256).await? {
            let place = store::blob(tx.organization_id, &sha256);
            app.blobs.put(&place, file.bytes.into()).await.map_err(store::problem)?;
        }
    }
    Ok(put)
}

/// Under the content's lock a row means that its blob is there.
async fn is_there(tx: &mut TenantTx<ReadWrite>, sha256: &str) -> Result<bool> {
    let known = sqlx::query_scalar!("select exists (select from desk.file where sha256 = $1)", sha256);
    Ok(known.fetch_one(&mut **tx).await? == Some(true))
}

/// Hangs files on the message that they came with; gives their ids in the same order.
pub async fn carry(
    tx: &mut TenantTx<ReadWrite>,
    message_id: MessageId,
    uploaded_by: PersonId,
    files: &[Put],
) -> Result<Vec<FileId>> {
    let mut ids = Vec::with_capacity(files.len());
    for (place, file) in files.iter().enumerate() {
        let id = FileId::new();
        sqlx::query!(
            "insert into desk.file (organization_id, id, name, media_type, size_bytes, sha256, uploaded_by, created_at,
                                    message_id, place)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            tx.organization_id.0,
            id.0,
            file.name,
            file.media_type,
            file.size_bytes,
            file.sha256,
            uploaded_by.0,
            tx.now,
            message_id.0,
            i32::try_from(place).unwrap_or(i32::MAX),
        )
        .execute(&mut **tx)
        .await?;
        ids.push(id);
    }
    Ok(ids)
}

/// The bytes of a file, with its type; `None` where it has more than `most`. Whether the caller may see it is decided
/// before: whoever sees the message sees its files.
pub async fn contents(
    app: &App,
    conn: &mut PgConnection,
    organization_id: OrganizationId,
    id: FileId,
    most: i64,
) -> Result<Option<(String, Bytes)>> {
    let found = sqlx::query!("select media_type, sha256, size_bytes from desk.file where id = $1", id.0);
    let Some(file) = found.fetch_optional(conn).await?.filter(|file| file.size_bytes <= most) else { return Ok(None) };
    let blob = app.blobs.get(&store::blob(organization_id, &file.sha256)).await.map_err(store::problem)?;
    Ok(Some((file.media_type, blob.bytes().await.map_err(store::problem)?)))
}
