//! The ledger of what came in. Stage one stores a mail's bytes and moves the high-water mark of its folder in one
//! transaction, and only then touches the mailbox; stage two ([`crate::process`]) works on stored rows alone.

pub mod inbound;

pub use inbound::raw;
