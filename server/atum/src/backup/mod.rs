//! Backups, and the restores that prove them: docs/backup.md.
//!
//! Invariants
//! - A backup counts when its manifest is written, which is last. Whoever dies before leaves nothing that looks like one.
//! - Everything is sealed (age) before it leaves the process. The key and the secrets are in no backup; the manifest has
//!   their fingerprints, and a restore with others is refused by name.
//! - Rows are counted at one place of the log, and a drill recovers to that very place: the counts must be equal.
//! - A drill restores as a restore does ([`recover`]), and only a drill proves anything.

mod archive;
mod base;
mod census;
mod drill;
mod keep;
mod key;
pub mod kit;
mod make;
pub mod manifest;
pub mod moment;
mod pool;
mod progress;
mod prune;
pub mod record;
mod recover;
mod restore;
mod s3;
pub mod schedule;
mod segment;
mod sign_in;
mod source;
mod vault;
pub mod wal;

pub use drill::drill;
pub use key::Key;
pub use kit::Kit;
pub use make::{is_on_the_same_disk, make};
pub use manifest::Manifest;
pub use pool::copy_new;
pub use progress::Progress;
pub use restore::{Restore, Restored, clear};
pub use source::Source;
pub use vault::Vault;
