//! The web app's files, inside the binary (a debug build reads them from web/dist at every request).

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../web/dist"]
#[allow_missing = true]
struct Files;

const NOT_BUILT: &str = "<!doctype html><meta charset=utf-8><title>Atum Desk</title>\
    <p>The web app is not built. Run <code>npm ci && npm run build</code> in <code>web/</code>, or <code>./atum up</code>.";

/// The file of this address. Any other address is one of the app's pages, whose router reads it in the browser.
pub fn serve(path: &str) -> Response {
    let name = path.trim_start_matches('/');
    match Files::get(name).filter(|_| name != "index.html") {
        Some(file) => asset(name, file),
        None if looks_like_a_file(name) => StatusCode::NOT_FOUND.into_response(),
        None => index(),
    }
}

fn index() -> Response {
    match Files::get("index.html") {
        Some(file) => ([(header::CACHE_CONTROL, "no-cache")], Html(file.data)).into_response(),
        None => (StatusCode::SERVICE_UNAVAILABLE, Html(NOT_BUILT)).into_response(),
    }
}

/// A missing picture or script must not be answered with a page.
fn looks_like_a_file(name: &str) -> bool {
    name.rsplit('/').next().is_some_and(|last| last.contains('.'))
}

fn asset(name: &str, file: EmbeddedFile) -> Response {
    // The builder puts a hash of the content into these names: they never change.
    let lasting = if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut kind = mime_guess::from_path(name).first_or_octet_stream().essence_str().to_owned();
    if kind.starts_with("text/") {
        kind.push_str("; charset=utf-8");
    }
    let mut response = file.data.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(lasting));
    if let Ok(kind) = HeaderValue::from_str(&kind) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    response
}
