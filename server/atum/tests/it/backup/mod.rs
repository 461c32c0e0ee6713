//! Backups of a real installation by the built binary, and restores that must be that installation again.

mod drill;
mod killed;
mod restore;
mod stage;
