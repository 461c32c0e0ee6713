//! Facts: what happened, to what, by whom, when and from where.
//!
//! Invariants
//! - An event is written in the transaction of the change it tells of. The app role may insert and read, never update
//!   or delete.
//! - An event is `internal` unless every customer who may see its ticket may also see it.
//! - Whoever listens (live streams, notifications) hears of it by its commit.

mod event;
mod record;

pub use event::{Change, Event, Visibility};
pub use record::{NotifyPeople, record};
