use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request},
    http::Method,
    middleware::Next,
    response::Response,
};

pub(super) const IN_FLIGHT: &str = "atum_http_requests_in_flight";

/// Counts down also where the caller went away and the request was dropped.
struct InFlight(metrics::Gauge);

impl InFlight {
    fn begin() -> Self {
        let gauge = metrics::gauge!(IN_FLIGHT);
        gauge.increment(1.0);
        Self(gauge)
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}

/// Counts and times requests by their route's template: never by a path, which would hold ids and have no end.
pub async fn count_request(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = name(request.method());
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let in_flight = InFlight::begin();
    let response = next.run(request).await;
    drop(in_flight);
    let (status, seconds) = (response.status().as_u16().to_string(), started.elapsed().as_secs_f64());
    tracing::debug!(status, took_ms = seconds * 1e3, "answered");
    metrics::histogram!("atum_http_request_duration_seconds", "method" => method, "route" => route.clone())
        .record(seconds);
    metrics::counter!("atum_http_requests_total", "method" => method, "route" => route, "status" => status)
        .increment(1);
    response
}

/// A sender can make up methods without end.
fn name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
