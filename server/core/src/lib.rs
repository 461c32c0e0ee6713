//! What every domain stands on: ids, the clock, the one way to SQL, problems, paging. It imports no domain and stays
//! small: an edit here rebuilds everything.
//!
//! Invariants
//! - The connection pools are private to [`db`]. A tenant's rows are reached only through a [`db::TenantTx`], whose
//!   organization is set for that one transaction; a query without a tenant does not compile.
//! - Time of the business comes from [`clock::Clock`]; leases are in the database's time.
//! - Every error that leaves the process is an RFC 9457 [`problem::Problem`].

pub mod app;
mod begin;
pub mod caller;
pub mod checks;
pub mod clock;
pub mod config;
pub mod credentials;
pub mod db;
pub mod extract;
#[cfg(fuzzing)]
pub mod fuzzing;
pub mod idempotency;
pub mod ids;
pub mod limits;
pub mod lock;
pub mod network;
pub mod page;
pub mod problem;
pub mod progress;
pub mod request;
pub mod version;
pub mod wake;
pub mod words;

pub use app::App;
pub use problem::{Problem, Problems, Result};

/// A router of handlers that write their own OpenAPI.
pub type Router = utoipa_axum::router::OpenApiRouter<App>;
