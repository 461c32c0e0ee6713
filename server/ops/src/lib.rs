//! Running the installation: the proof of isolation, health, metrics, the headers every answer carries, and what
//! happened, for admins to read.
//!
//! Invariants
//! - The process serves only after [`proof::prove`] found nothing; readiness is lost when a later proof,
//!   in whichever process, finds something.
//! - What names tables or counts work is for operators, the machine itself, or whoever has the token.
//! - Who runs the installation sees of organizations' work ids, kinds and times, and no word.
//! - Metrics carry no id, no name and no path: only route templates and kinds.

mod audit;
pub mod components;
#[cfg(fuzzing)]
pub mod fuzzing;
mod health;
mod jobs;
mod latest;
mod logged_errors;
pub mod metrics;
mod monitoring;
mod probes;
pub mod proof;
mod rls_health;
mod security_headers;
mod sweep;
mod token;

use atum_core::Router;
use axum::{Extension, routing::get};
use utoipa_axum::routes;

pub use components::{Component, HealthStatus, MIGRATIONS, components};
pub use jobs::MAIL_KINDS;
pub use latest::{prove_and_keep, prove_isolation};
pub use logged_errors::{keep_logged_errors, note_logged_error};
pub use metrics::count_request;
pub use security_headers::security_headers;
pub use sweep::sweep;

/// What programs read is described in the API; the other routes are for whoever runs the installation.
pub fn router() -> Router {
    metrics::start();
    Router::new()
        .merge(audit::router())
        .merge(jobs::router())
        .merge(monitoring::router())
        .routes(routes!(health::get_health))
        .routes(routes!(rls_health::get_rls_health))
        .route("/livez", get(probes::get_liveness))
        .route("/readyz", get(probes::get_readiness))
        .route("/metrics", get(metrics::get_metrics))
        .layer(Extension(latest::Latest::default()))
}

pub fn jobs(registry: &mut atum_jobs::Registry) {
    registry.add::<sweep::ForgetsKeys>();
}
