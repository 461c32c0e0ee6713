//! The one binary: what it serves ([`router`]), what it works on ([`worker`]), and the commands of its operator.

pub mod cluster;
pub mod database;
mod layers;
pub mod router;
mod web;
pub mod worker;
