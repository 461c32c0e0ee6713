//! `/metrics` in the text format of Prometheus. What happens is counted where it happens (crate `metrics`); what is so
//! at the moment is asked at the scrape.

mod catalogue;
mod gauges;
mod requests;

use std::{net::IpAddr, sync::OnceLock, time::Duration};

use atum_core::{App, Problem, Result, extract::ClientAddress};
use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

pub use catalogue::{Kind, METRICS, Metric};
pub use requests::count_request;

use crate::token;

const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";
/// Upper bounds in seconds. The speed contract of most pages lies between 5 and 250 ms.
const SECONDS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// Starts counting, once a process. What was measured is folded into its buckets every few seconds, scraped or not.
fn handle() -> &'static PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| {
        let builder = PrometheusBuilder::new().set_buckets(&SECONDS);
        let recorder = builder.unwrap_or_else(|_| PrometheusBuilder::new()).build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("another recorder counts already: /metrics shows the present only");
        }
        catalogue::describe();
        let upkeep = handle.clone();
        std::thread::spawn(move || {
            loop {
                std::thread::sleep(Duration::from_secs(5));
                upkeep.run_upkeep();
            }
        });
        handle
    })
}

/// Installed with the routes, so that nothing that happens before the first scrape is lost.
pub(crate) fn start() {
    gauges::start();
    handle();
}

/// For a scraper on this machine, or one that has the token; to anybody else there is no such page.
pub(crate) async fn get_metrics(
    State(app): State<App>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
) -> Result<Response> {
    if !is_local(address, &headers) && !token::is_given(&headers, app.config.metrics_token.as_deref()) {
        return Err(Problem::not_found());
    }
    let text = handle().render() + &gauges::render(&app).await;
    Ok(([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response())
}

/// What is so at the moment, without what was counted: for a command, which counts nothing.
pub async fn present(app: &App) -> String {
    gauges::render(app).await
}

/// A proxy on this machine that was not named as one makes every request look local: one that was forwarded is not.
fn is_local(address: Option<IpAddr>, headers: &HeaderMap) -> bool {
    let is_forwarded =
        ["x-forwarded-for", "forwarded", "x-real-ip", "via"].iter().any(|name| headers.contains_key(*name));
    address.is_some_and(|address| address.to_canonical().is_loopback()) && !is_forwarded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_request_from_this_machine_itself_is_local() {
        let forwarded = HeaderMap::from_iter([(header::FORWARDED, header::HeaderValue::from_static("for=1.2.3.4"))]);
        let loopback = "127.0.0.1".parse().ok();
        assert!(is_local(loopback, &HeaderMap::new()));
        assert!(is_local("::ffff:127.0.0.1".parse().ok(), &HeaderMap::new()));
        assert!(!is_local(loopback, &forwarded));
        assert!(!is_local("10.0.0.1".parse().ok(), &HeaderMap::new()));
        assert!(!is_local(None, &HeaderMap::new()));
    }
}
