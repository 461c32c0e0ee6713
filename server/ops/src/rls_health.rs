use atum_core::{App, Problems, Result};
use atum_identity::{Client, Operator};
use axum::{
    Extension, Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{
    latest::Latest,
    proof::{Report, Status},
};

/// Proves isolation anew and tells what it found: 200 if nothing, 503 otherwise. Operators only: it names tables.
#[utoipa::path(
    get, path = "/internal/rls/health", tag = "operation",
    responses(
        (status = 200, body = Report, content_type = "application/health+json"),
        (status = 503, body = Report, content_type = "application/health+json"),
        Problems,
    ),
)]
pub(crate) async fn get_rls_health(
    State(app): State<App>,
    operator: Operator,
    client: Client,
    Extension(latest): Extension<Latest>,
) -> Result<Response> {
    operator.note(&app, "isolation_read", &client).await?;
    let report = latest.prove(&app).await?;
    let status = if report.status == Status::Pass { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let headers = [(header::CONTENT_TYPE, "application/health+json"), (header::CACHE_CONTROL, "no-store")];
    Ok((status, headers, Json(report)).into_response())
}
