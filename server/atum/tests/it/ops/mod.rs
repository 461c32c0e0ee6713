mod away;
mod connections;
mod health;
mod metrics;
mod rls_health;
mod security_headers;
mod sweep;
