//! Every test that needs a database: real PostgreSQL, the real router, the runtime's own roles.
//!
//! One binary, so that one private server serves the whole run. Tests mirror the domains: `tickets/accept.rs` tests
//! what `server/tickets/src/accept.rs` does.

#![expect(clippy::unwrap_used, reason = "a test that meets the unexpected fails where it met it")]

mod support;

mod audit;
mod backup;
mod edge;
mod files;
mod fuzz;
mod identity;
mod isolation;
mod jobs;
mod mail;
mod migrations;
mod openapi;
mod ops;
mod package;
mod plans;
mod problems;
mod roles;
mod sla;
mod speed;
mod supervisor;
mod tickets;
mod up;
