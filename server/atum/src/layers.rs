//! What every request passes through besides the domains' own layers.

use std::{any::Any, time::Duration};

use atum_core::{Problem, problem::Kind};
use axum::{
    extract::Request,
    http::{Extensions, HeaderMap, StatusCode, Version, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
/// An answer that takes longer has lost its reader.
const LONGEST_REQUEST: Duration = Duration::from_secs(30);

/// Streams and files take as long as they take; everything else is bounded.
pub async fn time_out(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if path == "/api/v1/live" || path.starts_with("/api/v1/files") {
        return next.run(request).await;
    }
    let answered = tokio::time::timeout(LONGEST_REQUEST, next.run(request)).await;
    answered.unwrap_or_else(|_| Problem::new(Kind::TimedOut).retry_after(5).into_response())
}

/// Text of some length. Never an event stream, whose events would wait in the compressor, nor a person's file.
pub fn is_worth_compressing(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let long = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    let text = ["application/json", "text/html", "text/css", "text/javascript", "image/svg+xml"];
    long.is_none_or(|length| length >= 512)
        && media_type(headers).is_some_and(|kind| text.iter().any(|text| kind.starts_with(text)))
        && !headers.contains_key(header::CONTENT_DISPOSITION)
}

fn media_type(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::CONTENT_TYPE)?.to_str().ok()
}

/// A handler that panicked is a defect of ours: logged with its words, answered without them.
pub fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<&str>().copied();
    let words = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no words");
    Problem::from(anyhow::anyhow!("a handler panicked: {words}")).into_response()
}
