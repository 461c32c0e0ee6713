//! The one binary: what it serves ([`router`]), what it works on ([`worker`]), and the commands of its operator.

pub mod audit_key;
pub mod backup;
pub mod bench;
pub mod cli;
pub mod cluster;
pub mod commands;
pub mod configuration;
pub mod connections;
pub mod database;
mod demo;
pub mod error_places;
pub mod installation;
mod layers;
pub mod owner;
mod patient;
mod redirect;
pub mod router;
pub mod scopes;
pub mod seed;
pub mod serve;
mod supervisor;
mod tls;
mod web;
pub mod worker;
