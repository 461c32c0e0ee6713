use atum_core::{App, Result};
use atum_identity::{Client, Operator};
use axum::{
    Extension, Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{latest::Latest, proof::Status};

/// Proves isolation anew and tells what it found: 200 if nothing, 503 otherwise. Operators only: it names tables.
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
