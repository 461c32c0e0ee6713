//! The mail log: what came in, and what became of it.

mod entry;
pub(crate) mod list;
pub(crate) mod process_again;
pub(crate) mod raw;
pub(crate) mod show;
