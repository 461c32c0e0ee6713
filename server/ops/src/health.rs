use std::{path::PathBuf, time::Instant};

use atum_core::{App, extract::Json};
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

/// Below this the next uploads, or the database, may soon fail.
const LITTLE_DISK_BYTES: u64 = 1 << 30;
const SLOW_MS: f64 = 500.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum HealthStatus {
    Pass,
    /// It works, and will not for long: little disk is left or the database is slow.
    Warn,
    Fail,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    status: HealthStatus,
    version: &'static str,
    /// `null`: the database does not answer.
    database_latency_ms: Option<f64>,
    /// Where files are stored. `null`: it cannot be told.
    free_disk_bytes: Option<u64>,
}

/// How the installation is, for anyone who asks.
#[utoipa::path(
    get, path = "/api/v1/health", tag = "operation",
    responses((status = 200, body = Health), (status = 503, body = Health)),
)]
pub(crate) async fn get_health(State(app): State<App>) -> Response {
    let (database_latency_ms, free_disk_bytes) =
        tokio::join!(database_latency(&app), free_disk(app.config.data_dir.clone()));
    let status = judge(database_latency_ms, free_disk_bytes);
    let code = if status == HealthStatus::Fail { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    let health = Health { status, version: env!("CARGO_PKG_VERSION"), database_latency_ms, free_disk_bytes };
    (code, [(header::CACHE_CONTROL, "no-store")], Json(health)).into_response()
}

fn judge(latency_ms: Option<f64>, free_bytes: Option<u64>) -> HealthStatus {
    match (latency_ms, free_bytes) {
        (None, _) => HealthStatus::Fail,
        (Some(latency), Some(free)) if latency < SLOW_MS && free >= LITTLE_DISK_BYTES => HealthStatus::Pass,
        _ => HealthStatus::Warn,
    }
}

/// One transaction and one question, as a request would have it; in milliseconds with three decimals.
pub(crate) async fn database_latency(app: &App) -> Option<f64> {
    let started = Instant::now();
    let mut tx = app.db.without_tenant().await.ok()?;
    sqlx::query!("select 1 as one").fetch_one(&mut *tx).await.ok()?;
    Some((started.elapsed().as_secs_f64() * 1e6).round() / 1e3)
}

pub(crate) async fn free_disk(directory: PathBuf) -> Option<u64> {
    // A network file system may take its time to answer.
    let asked = tokio::task::spawn_blocking(move || rustix::fs::statvfs(&directory)).await.ok()?;
    asked.ok().map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn health_is_judged_by_database_and_disk() {
        for (latency, free, status) in [
            (Some(0.4), Some(LITTLE_DISK_BYTES), HealthStatus::Pass),
            (Some(SLOW_MS), Some(LITTLE_DISK_BYTES), HealthStatus::Warn),
            (Some(0.4), Some(LITTLE_DISK_BYTES - 1), HealthStatus::Warn),
            (Some(0.4), None, HealthStatus::Warn),
            (None, Some(LITTLE_DISK_BYTES), HealthStatus::Fail),
        ] {
            assert_eq!(judge(latency, free), status, "{latency:?} {free:?}");
        }
    }
}
