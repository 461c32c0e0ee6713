//! IMAP as the fetcher needs it (RFC 3501, 6851 MOVE, 4315 UIDPLUS, 2177 IDLE). Only bytes, sizes and UIDs are asked for,
//! never what a server makes of a mail: one that it cannot read does not stand in the way of the others.

mod ask;
mod folder;
mod idle;
mod open;
mod utf7;
mod words;

use std::time::Duration;

use async_imap::Session;

pub use folder::{Fetched, Selected, What};
pub use open::Credential;

use crate::wire::Wire;

/// A mailbox that we are signed in to.
#[derive(Debug)]
pub struct Mailbox {
    session: Session<Box<dyn Wire>>,
    pub can_idle: bool,
    can_move: bool,
    can_expunge_one: bool,
    /// How long the server may be silent.
    patience: Duration,
}
