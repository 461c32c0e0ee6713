use std::io::{BufRead, BufReader, Cursor, Seek};

use anyhow::Context;
use atum_core::{App, Problem, Problems, Result, extract::Path, ids::FileId};
use atum_identity::Anyone;
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use object_store::{GetResult, GetResultPayload, ObjectStoreExt};
use tokio::sync::Semaphore;

use crate::{
    download::HARMLESS,
    file::{self, Row, has_thumbnail},
    store,
};

/// The longer side in pixels.
const SIDE: u32 = 480;
/// What a picture may take in memory while it is decoded: 40 million pixels of 8-bit RGBA. A small file can promise
/// far more than that.
const MOST_BYTES: u64 = 160_000_000;
/// So many pictures are decoded at once, whoever asks for how many.
static DECODING: Semaphore = Semaphore::const_new(2);

/// A small picture of a picture, made at the first look and kept. Types of which none is made, and pictures that are
/// broken or too large to decode, are a 404.
#[utoipa::path(
    get, path = "/api/v1/files/{id}/thumbnail", tag = "files", params(("id" = FileId, Path)),
    responses((status = 200, content_type = "image/webp", body = Vec<u8>), (status = 304), Problems),
)]
pub(crate) async fn get_thumbnail(
    State(app): State<App>,
    person: Anyone,
    Path(id): Path<FileId>,
    headers: HeaderMap,
) -> Result<Response> {
    let found = file::find(&mut *app.db.read(&person).await?, &person, id).await?;
    if !has_thumbnail(&found.file.media_type) {
        return Err(Problem::not_found());
    }
    let etag = HeaderValue::try_from(format!("\"{}-{SIDE}\"", found.file.sha256)).map_err(anyhow::Error::from)?;
    // Kept by the browser, asked about every time: who may not see it any more does not.
    let caching =
        [(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache")), (header::ETAG, etag.clone())];
    if headers.get(header::IF_NONE_MATCH) == Some(&etag) {
        return Ok((StatusCode::NOT_MODIFIED, HARMLESS, caching).into_response());
    }
    let picture = kept_or_made(&app, &person, &found.file).await?;
    let shown = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/webp")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("inline")),
    ];
    Ok((HARMLESS, caching, shown, picture).into_response())
}

async fn kept_or_made(app: &App, person: &Anyone, file: &Row) -> Result<Bytes> {
    let place = store::thumbnail(person.organization_id, &file.sha256);
    match app.blobs.get(&place).await {
        Ok(kept) => return kept.bytes().await.map_err(store::problem),
        Err(object_store::Error::NotFound { .. }) => {}
        Err(error) => return Err(store::problem(error)),
    }
    let original = app.blobs.get(&store::blob(person.organization_id, &file.sha256)).await.map_err(store::problem)?;
    let picture = make(original, &file.media_type).await?;
    // It can be made again: a disk too full to keep it is no reason not to show it.
    if let Err(error) = app.blobs.put(&place, picture.clone().into()).await {
        tracing::warn!("a thumbnail was not kept: {error}");
    }
    Ok(picture)
}

async fn make(original: GetResult, media_type: &str) -> Result<Bytes> {
    let format = ImageFormat::from_mime_type(media_type).ok_or_else(Problem::not_found)?;
    let _turn = DECODING.acquire().await.context("decoding has ended")?;
    let made = match original.payload {
        GetResultPayload::File(file, _) => {
            tokio::task::spawn_blocking(move || shrink(BufReader::new(file), format)).await
        }
        GetResultPayload::Stream(_) => {
            let bytes = original.bytes().await.map_err(store::problem)?;
            tokio::task::spawn_blocking(move || shrink(Cursor::new(bytes), format)).await
        }
    };
    made.context("the decoder panicked")?.map_err(|_| Problem::not_found())
}

pub(crate) fn shrink(source: impl BufRead + Seek, format: ImageFormat) -> image::ImageResult<Bytes> {
    let mut reader = ImageReader::with_format(source, format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_BYTES);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder()?;
    limits.reserve(decoder.total_bytes())?;
    let orientation = decoder.orientation()?;
    let whole = DynamicImage::from_decoder(decoder)?;
    let mut small = if whole.width().max(whole.height()) > SIDE { whole.thumbnail(SIDE, SIDE) } else { whole };
    small.apply_orientation(orientation);
    let mut webp = Cursor::new(vec![]);
    DynamicImage::ImageRgba8(small.to_rgba8()).write_to(&mut webp, ImageFormat::WebP)?;
    Ok(webp.into_inner().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut png = Cursor::new(vec![]);
        DynamicImage::new_rgb8(width, height).write_to(&mut png, ImageFormat::Png).unwrap();
        png.into_inner()
    }

    #[test]
    fn the_longer_side_is_at_most_480_and_a_small_picture_stays() {
        for (from, to) in [((960, 240), (480, 120)), ((100, 960), (50, 480)), ((30, 20), (30, 20))] {
            let small = shrink(Cursor::new(png(from.0, from.1)), ImageFormat::Png).unwrap();
            let small = image::load_from_memory_with_format(&small, ImageFormat::WebP).unwrap();
            assert_eq!((small.width(), small.height()), to);
        }
    }

    #[test]
    fn a_small_file_that_promises_a_giant_picture_is_refused() {
        let mut bomb = png(1, 1);
        // Width and height of IHDR, and its checksum (PNG, 3rd edition, §11.2.1).
        bomb[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
        let mut table = [0u32; 256];
        for (n, entry) in (0u32..).zip(&mut table) {
            *entry = (0..8).fold(n, |c, _| if c & 1 == 1 { 0xedb8_8320 ^ (c >> 1) } else { c >> 1 });
        }
        let crc = bomb[12..29].iter().fold(!0u32, |c, byte| table[((c ^ u32::from(*byte)) & 255) as usize] ^ (c >> 8));
        bomb[29..33].copy_from_slice(&(!crc).to_be_bytes());
        assert!(matches!(shrink(Cursor::new(bomb), ImageFormat::Png), Err(image::ImageError::Limits(_))));
    }

    #[test]
    fn a_broken_picture_is_an_error() {
        let mut broken = png(200, 200);
        broken.truncate(60);
        assert!(shrink(Cursor::new(broken), ImageFormat::Png).is_err());
    }
}
