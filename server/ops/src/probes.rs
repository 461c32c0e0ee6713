//! What a supervisor or a load balancer asks.

use atum_core::App;
use axum::{Extension, extract::State, http::StatusCode};

use crate::{latest::Latest, proof::Status};

/// The process answers; nothing else is asked of it. A database that is away is no reason to restart it.
pub(crate) async fn get_liveness() -> &'static str {
    "alive\n"
}

/// The process can do its work: the database is there and isolation is proved. Otherwise 503, with the reason in a word.
pub(crate) async fn get_readiness(
    State(app): State<App>,
    Extension(latest): Extension<Latest>,
) -> (StatusCode, &'static str) {
    if !database_answers(&app).await {
        return (StatusCode::SERVICE_UNAVAILABLE, "database\n");
    }
    match latest.fresh(&app).await {
        Ok(report) if report.status == Status::Pass => (StatusCode::OK, "ready\n"),
        Ok(_) => (StatusCode::SERVICE_UNAVAILABLE, "isolation\n"),
        Err(error) => {
            tracing::warn!("isolation could not be proved: {error:#}");
            (StatusCode::SERVICE_UNAVAILABLE, "isolation\n")
        }
    }
}

async fn database_answers(app: &App) -> bool {
    let Ok(mut tx) = app.db.without_tenant().await else { return false };
    sqlx::query!("select 1 as one").fetch_one(&mut *tx).await.is_ok()
}
