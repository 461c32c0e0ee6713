//! A mail as bytes (RFC 5322, MIME). The same letter always gives the same bytes, so that a mail that is tried again is
//! the same mail; nothing in a value can begin another header.

mod html;
mod letter;
mod tests;

pub use html::{Direction, from_text, hidden, in_page, picture};
pub use letter::{Enclosed, Letter, Mailbox, PROGRAM, Picture};
