use atum_core::{App, Problem, extract::Json};
use atum_identity::Operator;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    components::{self, Component, HealthStatus, Observed},
    token,
};

/// Everybody is told the status; the rest is for operators, and for programs that have the metrics' token.
#[derive(Serialize, ToSchema)]
pub(crate) struct Health {
    /// The worst of all components.
    status: HealthStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'static str>,
    /// Not given where the database does not answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    database_latency_ms: Option<f64>,
    /// Where files are stored. Not given where it cannot be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    free_disk_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    components: Option<Vec<Component>>,
}

/// How the installation is, for anyone who asks: 503 where a component fails.
#[utoipa::path(
    get, path = "/api/v1/health", tag = "operation",
    responses((status = 200, body = Health), (status = 503, body = Health)),
)]
pub(crate) async fn get_health(
    State(app): State<App>,
    operator: Result<Operator, Problem>,
    headers: HeaderMap,
) -> Response {
    let observed = Observed::look(&app).await;
    let components = observed.judged();
    let status = components::worst(&components);
    let code = if status == HealthStatus::Fail { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    let sees_inside = operator.is_ok() || token::is_given(&headers, app.config.metrics_token.as_deref());
    let health = Health {
        status,
        version: sees_inside.then_some(env!("CARGO_PKG_VERSION")),
        database_latency_ms: observed.database.latency_ms.filter(|_| sees_inside),
        free_disk_bytes: observed.free_disk.filter(|_| sees_inside),
        components: sees_inside.then_some(components),
    };
    (code, [(header::CACHE_CONTROL, "no-store")], Json(health)).into_response()
}
