mod away;
mod connections;
mod health;
pub mod jobs;
mod metrics;
mod monitoring;
mod rls_health;
mod security_headers;
mod sweep;
