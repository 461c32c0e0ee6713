//! The web app's files, inside the binary (a debug build reads them from web/dist at every request). The build packs
//! them once, as small as they get; nothing is compressed here.

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
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
pub fn serve(path: &str, asked: &HeaderMap) -> Response {
    let name = path.trim_start_matches('/');
    // The packed forms are ways to send a file, not files.
    let is_packed = FORMS.iter().any(|form| name.ends_with(form.ending));
    match find(name, asked).filter(|_| name != "index.html" && !is_packed) {
        Some(found) => asset(name, found),
        None if looks_like_a_file(name) => StatusCode::NOT_FOUND.into_response(),
        None => index(asked),
    }
}

/// A packed form of a file, better ones first.
struct Form {
    ending: &'static str,
    encoding: &'static str,
}

const FORMS: [Form; 2] = [Form { ending: ".br", encoding: "br" }, Form { ending: ".gz", encoding: "gzip" }];

struct Found {
    file: EmbeddedFile,
    encoding: Option<&'static str>,
}

fn find(name: &str, asked: &HeaderMap) -> Option<Found> {
    let accepted = asked.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    for form in FORMS.iter().filter(|form| accepts(accepted, form.encoding)) {
        if let Some(file) = Files::get(&format!("{name}{}", form.ending)) {
            return Some(Found { file, encoding: Some(form.encoding) });
        }
    }
    Files::get(name).map(|file| Found { file, encoding: None })
}

/// RFC 9110, 12.5.3: a weight of nothing refuses.
fn accepts(accepted: &str, encoding: &str) -> bool {
    accepted.split(',').any(|choice| {
        let (name, weight) = choice.split_once(';').unwrap_or((choice, ""));
        let weight = weight.trim().strip_prefix("q=").map_or(Ok(1.0), str::parse::<f32>);
        name.trim().eq_ignore_ascii_case(encoding) && weight.is_ok_and(|weight| weight > 0.0)
    })
}

fn index(asked: &HeaderMap) -> Response {
    match find("index.html", asked) {
        Some(found) => sent(found, "text/html; charset=utf-8", "no-cache"),
        None => (StatusCode::SERVICE_UNAVAILABLE, Html(NOT_BUILT)).into_response(),
    }
}

/// A missing picture or script must not be answered with a page.
fn looks_like_a_file(name: &str) -> bool {
    name.rsplit('/').next().is_some_and(|last| last.contains('.'))
}

fn asset(name: &str, found: Found) -> Response {
    // The builder puts a hash of the content into these names: they never change.
    let lasting = if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut kind = mime_guess::from_path(name).first_or_octet_stream().essence_str().to_owned();
    if kind.starts_with("text/") {
        kind.push_str("; charset=utf-8");
    }
    sent(found, &kind, lasting)
}

fn sent(found: Found, kind: &str, lasting: &'static str) -> Response {
    let mut response = found.file.data.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(lasting));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(kind) = HeaderValue::from_str(kind) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    if let Some(encoding) = found.encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::accepts;

    #[test]
    fn an_encoding_is_used_only_where_it_is_accepted() {
        for accepted in ["br", "gzip, deflate, br, zstd", "gzip;q=0.5, BR;q=0.1"] {
            assert!(accepts(accepted, "br"), "{accepted}");
        }
        for accepted in ["", "gzip", "br;q=0", "gzip, br; q=0.0", "brotli"] {
            assert!(!accepts(accepted, "br"), "{accepted}");
        }
    }
}
