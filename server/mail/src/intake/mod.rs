//! The ledger of what came in. Stage one stores a mail's bytes and moves the high-water mark of its folder in one
//! transaction ([`store`]), and only then touches the mailbox ([`tell`]); stage two ([`crate::process`]) works on stored
//! rows alone.
//!
//! Invariants
//! - A mail that was ever seen is a row: stored and waiting, or with an outcome that people see.
//! - The mark never moves over a mail that is not stored, unless the server said that it is gone. Once a day all of a
//!   folder is compared with the ledger ([`reconcile`]).
//! - One process fetches a channel at a time, by an advisory lock. Where two did all the same, rows are unique by place and
//!   by identity, and stored under one more lock.

mod fetcher;
mod identity;
pub mod inbound;
pub mod listener;
pub(crate) mod log;
mod look;
mod reconcile;
mod state;
mod store;
mod supervisor;
mod tell;

pub use fetcher::Pace;
pub use inbound::raw;
pub use supervisor::run;
