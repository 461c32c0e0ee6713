use atum_audit::Event;
use atum_core::{App, Problems, Result, extract::Path, ids::FileId};
use atum_identity::Anyone;
use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use object_store::{GetOptions, GetRange, ObjectStore};
use serde_json::json;

use crate::{
    file::{self, Found},
    name, store,
};

/// What keeps a file from acting as a page of this site, whatever it contains and whatever its type.
pub(crate) const HARMLESS: [(HeaderName, HeaderValue); 3] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
];

/// The bytes, as an attachment and never as a page. One range is served, to go on with a download that broke off.
#[utoipa::path(
    get, path = "/api/v1/files/{id}", tag = "files", params(("id" = FileId, Path)),
    responses((status = 200, content_type = "*/*", body = Vec<u8>), Problems),
)]
pub(crate) async fn download_file(
    State(app): State<App>,
    person: Anyone,
    Path(id): Path<FileId>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response> {
    let found = file::find(&mut *app.db.read(&person).await?, &person, id).await?;
    let range = range(&headers, &found);
    let options =
        GetOptions { range: range.clone().map(GetRange::Bounded), head: method == Method::HEAD, ..Default::default() };
    let blob = app.blobs.get_opts(&store::blob(person.organization_id, &found.file.sha256), options).await;
    let blob = blob.map_err(store::problem)?;
    // The rest of a download that was recorded when it began is no second download.
    if method == Method::GET && range.as_ref().is_none_or(|range| range.start == 0) {
        record(&app, &person, &found).await?;
    }
    let body = if method == Method::HEAD { Body::empty() } else { Body::from_stream(blob.into_stream()) };
    let mut response = (HARMLESS, body).into_response();
    describe(&mut response, &found, range)?;
    Ok(response)
}

fn describe(response: &mut Response, found: &Found, range: Option<std::ops::Range<u64>>) -> Result<()> {
    let size = found.file.size_bytes.unsigned_abs();
    let length = range.as_ref().map_or(size, |range| range.end - range.start);
    let value = |text: String| HeaderValue::try_from(text).map_err(anyhow::Error::from);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, value(content_type(&found.file.media_type))?);
    headers.insert(header::CONTENT_DISPOSITION, value(name::disposition(&found.file.name))?);
    headers.insert(header::CONTENT_LENGTH, length.into());
    headers.insert(header::ETAG, value(etag(found))?);
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    if let Some(range) = range {
        let described = format!("bytes {}-{}/{size}", range.start, range.end - 1);
        headers.insert(header::CONTENT_RANGE, value(described)?);
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    Ok(())
}

fn content_type(media_type: &str) -> String {
    let charset = if media_type.starts_with("text/") { "; charset=utf-8" } else { "" };
    format!("{media_type}{charset}")
}

fn etag(found: &Found) -> String {
    format!("\"{}\"", found.file.sha256)
}

async fn record(app: &App, person: &Anyone, found: &Found) -> Result<()> {
    let Some(ticket_id) = found.ticket_id else { return Ok(()) };
    let mut tx = app.db.write(person).await?;
    let detail = json!({ "file_id": found.file.id, "name": found.file.name });
    let event = Event::internal("file_downloaded").ticket(ticket_id).subject(found.file.id.0).detail(detail);
    atum_audit::record(&mut tx, event).await?;
    tx.commit().await
}

/// The range asked for, if it is one, can be served, and is of the content that the reader began with. Otherwise the
/// whole file is sent, which RFC 9110 §14.2 allows for every `Range`.
fn range(headers: &HeaderMap, found: &Found) -> Option<std::ops::Range<u64>> {
    let text = |name| headers.get(name).map(|value: &HeaderValue| value.to_str().unwrap_or_default());
    if text(header::IF_RANGE).is_some_and(|known| known != etag(found)) {
        return None;
    }
    parse_range(text(header::RANGE)?, found.file.size_bytes.unsigned_abs())
}

pub(crate) fn parse_range(range: &str, size: u64) -> Option<std::ops::Range<u64>> {
    let (first, last) = range.strip_prefix("bytes=")?.trim().split_once('-')?;
    let (start, end) = match (first, last) {
        ("", length) => (size.saturating_sub(length.parse().ok()?), size),
        (first, "") => (first.parse().ok()?, size),
        (first, last) => (first.parse().ok()?, last.parse::<u64>().ok()?.saturating_add(1).min(size)),
    };
    (start < end).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_served_or_left_alone() {
        for (asked, given) in [
            ("bytes=0-3", Some(0..4)),
            ("bytes=4-", Some(4..10)),
            ("bytes=-4", Some(6..10)),
            ("bytes=-99", Some(0..10)),
            ("bytes=8-99", Some(8..10)),
            ("bytes=10-", None),
            ("bytes=5-4", None),
            ("bytes=-0", None),
            ("bytes=0-1,3-4", None),
            ("bytes=0-18446744073709551615", Some(0..10)),
            ("lines=0-1", None),
        ] {
            assert_eq!(parse_range(asked, 10), given, "{asked}");
        }
        assert_eq!(parse_range("bytes=0-", 0), None);
    }
}
