//! Reports on mails of ours: which mail they tell of, and what comes of it.
//!
//! Invariants
//! - A report is matched by what only our own mail can have brought about: the return path of one envelope (VERP), our
//!   Message-ID in the part that came back. Only then by the address that failed, among what was sent there lately.
//! - What never arrived is said: the envelope tells it, an address where nothing will ever arrive is parked, and a ticket
//!   whose last answer was lost comes back to who works on it.

mod apply;
mod matching;

pub(crate) use apply::apply;
pub(crate) use matching::{About, Report, report};
