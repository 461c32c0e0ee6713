use std::time::Duration;

use atum_core::{
    App, Problem, Problems, Result,
    extract::{Json, Query},
    ids::FileId,
    problem::Kind,
};
use atum_identity::Anyone;
use axum::{
    body::{Body, BodyDataStream},
    extract::State,
    http::{HeaderMap, StatusCode, header},
};
use bytes::Bytes;
use futures::StreamExt;
use object_store::{MultipartUpload, ObjectStoreExt, PutPayload, path::Path as BlobPath};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use utoipa::IntoParams;

use crate::{File, file, media_type, name, store};

/// So many bytes are in memory at most before they are written.
const PART_BYTES: usize = 1 << 20;
/// A sender that says nothing for so long is gone.
const SILENCE: Duration = Duration::from_secs(60);
/// So long a refused sender may go on before the connection closes: one that is cut off while it writes never reads
/// why.
const LINGER: Duration = Duration::from_secs(10);

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct UploadQuery {
    /// What people call the file. Paths, control characters and direction marks are removed.
    name: String,
}

/// Stores a file that no message carries yet. The body is the raw bytes; an empty file is a file.
///
/// The bytes go to disk as they come. More than the limit is a 413 as soon as it is known, a full disk a 507; in both
/// cases, and when the sender breaks off, nothing stays behind.
#[utoipa::path(
    post, path = "/api/v1/files", tag = "files", params(UploadQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = File), Problems),
)]
pub(crate) async fn upload_file(
    State(app): State<App>,
    person: Anyone,
    Query(query): Query<UploadQuery>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<File>)> {
    let name =
        name::clean(&query.name).ok_or_else(|| Problem::field("name", "required", "must have a visible name"))?;
    let mut body = body.into_data_stream();
    let received = match receive(&app, &headers, &mut body).await {
        Ok(received) => received,
        Err(problem) => {
            tokio::spawn(tokio::time::timeout(LINGER, let_finish(body)));
            return Err(problem);
        }
    };
    let kept = keep(&app, &person, name, &received).await;
    if kept.is_err() {
        let _ = app.blobs.delete(&received.at).await;
    }
    Ok((StatusCode::CREATED, Json(kept?)))
}

/// Bytes that lie complete under `upload/` and belong to nobody yet.
struct Received {
    at: BlobPath,
    size_bytes: u64,
    sha256: String,
    media_type: &'static str,
}

async fn receive(app: &App, headers: &HeaderMap, body: &mut BodyDataStream) -> Result<Received> {
    let limit = app.config.upload_limit_bytes;
    if announced(headers).is_some_and(|bytes| bytes > limit) {
        return Err(too_large(limit));
    }
    let at = store::incoming();
    // Dropped before it is complete, which includes a request that is cancelled, an upload removes what it wrote.
    let mut writer = Writer::new(app.blobs.put_multipart(&at).await.map_err(store::problem)?);
    while let Some(chunk) = next(body).await? {
        if writer.size_bytes + chunk.len() as u64 > limit {
            return Err(too_large(limit));
        }
        writer.push(chunk).await?;
    }
    writer.finish(at).await
}

/// Yields at every chunk, so that a sender who is always ready cannot keep the clock from being looked at.
async fn let_finish(mut body: BodyDataStream) {
    while let Some(Ok(_)) = body.next().await {
        tokio::task::yield_now().await;
    }
}

fn announced(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn too_large(limit: u64) -> Problem {
    let mebibytes = limit as f64 / f64::from(1 << 20);
    Problem::new(Kind::TooLarge).detail(format!("a file has at most {limit} bytes ({mebibytes:.1} MiB)"))
}

async fn next(body: &mut BodyDataStream) -> Result<Option<Bytes>> {
    let broken = || Problem::new(Kind::Malformed).detail("the upload broke off");
    let chunk = tokio::time::timeout(SILENCE, body.next()).await.map_err(|_| broken())?;
    chunk.transpose().map_err(|_| broken())
}

/// Hashes what comes and hands it on in parts.
struct Writer {
    upload: Box<dyn MultipartUpload>,
    part: Vec<Bytes>,
    part_bytes: usize,
    head: Vec<u8>,
    size_bytes: u64,
    digest: Sha256,
}

impl Writer {
    fn new(upload: Box<dyn MultipartUpload>) -> Self {
        Self { upload, part: vec![], part_bytes: 0, head: vec![], size_bytes: 0, digest: Sha256::new() }
    }

    async fn push(&mut self, chunk: Bytes) -> Result<()> {
        self.digest.update(&chunk);
        let missing = media_type::HEAD_BYTES - self.head.len();
        self.head.extend_from_slice(&chunk[..chunk.len().min(missing)]);
        self.size_bytes += chunk.len() as u64;
        self.part_bytes += chunk.len();
        self.part.push(chunk);
        if self.part_bytes >= PART_BYTES { self.write().await } else { Ok(()) }
    }

    async fn write(&mut self) -> Result<()> {
        self.part_bytes = 0;
        let payload = PutPayload::from_iter(std::mem::take(&mut self.part));
        self.upload.put_part(payload).await.map_err(store::problem)
    }

    async fn finish(mut self, at: BlobPath) -> Result<Received> {
        self.write().await?;
        self.upload.complete().await.map_err(store::problem)?;
        Ok(Received {
            at,
            size_bytes: self.size_bytes,
            sha256: hex::encode(self.digest.finalize()),
            media_type: media_type::detect(&self.head),
        })
    }
}

/// Moves the bytes to their place and writes the row, under the lock that also guards their removal (`remove.rs`).
/// Where the process dies between the two, a blob without a row stays: it costs room, not data.
async fn keep(app: &App, person: &Anyone, name: String, received: &Received) -> Result<File> {
    let mut tx = app.db.write(person).await?;
    file::lock_content(&mut tx, &received.sha256).await?;
    let place = store::blob(person.organization_id, &received.sha256);
    app.blobs.rename(&received.at, &place).await.map_err(store::problem)?;
    let row = file::Row {
        id: FileId::new(),
        name,
        media_type: received.media_type.to_owned(),
        size_bytes: i64::try_from(received.size_bytes).unwrap_or(i64::MAX),
        sha256: received.sha256.clone(),
    };
    file::insert(&mut tx, person.person_id, &row).await?;
    tx.commit().await?;
    Ok(row.into())
}
