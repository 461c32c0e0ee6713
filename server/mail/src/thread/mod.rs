//! Which ticket a mail belongs to, and who may write into it.
//!
//! Invariants
//! - A token of ours carries a mac of the organization's own key: nobody else can make one.
//! - Who wrote is From and never Reply-To. A valid token from somebody who takes no part in the ticket changes nothing;
//!   a weak match from such a one opens a ticket of its own.
//! - Why a message is where it is stays with it, and what staff put elsewhere outweighs every token from then on.

pub(crate) mod admit;
mod authentic;
mod decide;
mod evidence;
mod keys;
pub mod mint;
pub(crate) mod move_message;
mod participant;
mod reference;
mod subject;

pub use authentic::{Authenticity, authenticity};
pub use decide::{Decision, Match, Nature, Place, Reason, Standing, decide};
pub use evidence::{Asked, find};
pub use keys::Keys;
pub use participant::{Kind, participate};
pub(crate) use participant::{is_address, is_own, own_addresses};
pub use reference::remember;
pub(crate) use reference::{cleaned, mention};
pub use subject::{is_forward, token as subject_token};
