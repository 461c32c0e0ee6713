//! Facts: what happened, to what, by whom, when and from where; and the seal on them.
//!
//! Invariants
//! - An event is written in the transaction of the change it tells of. The app role may insert and read, never update
//!   or delete; the same of the batches that seal them.
//! - An event is `internal` unless every customer who may see its ticket may also see it.
//! - Whoever listens (live streams, notifications) hears of it by its commit.
//! - Every event is in exactly one batch, in the order of (transaction, id), as soon as no older transaction is open.
//!   Each batch holds the hash of the one before: what is changed, removed, inserted or reordered later is named by
//!   [`verify`]; what is cut off at the end, by a signed [`Head`] that was kept elsewhere.

mod batch;
mod canonical;
mod event;
mod head;
mod record;
mod seal;
mod verify;

pub use event::{Change, Event, Visibility};
pub use head::{Head, Signer};
pub use record::{NotifyPeople, record, record_once};
pub use seal::{Sealed, seal, seal_organization};
pub use verify::{Finding, Verification, verify};
