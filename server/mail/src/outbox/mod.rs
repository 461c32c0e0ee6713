//! What is to be sent, and how it went with each recipient.
//!
//! Invariants
//! - A mail is written down in the transaction of its cause, or of a job that was enqueued in it: with it or not at all.
//!   Its Message-ID is minted there, once; every attempt sends the same mail.
//! - Each recipient has an envelope with a state of its own. One that is refused stops no other.
//! - Whoever sends holds the envelope's lease, beats while it sends, and writes down under that lease that the final dot
//!   comes before it sends it. So an envelope whose sender died is sent again only if the dot was not sent, and is
//!   `uncertain` otherwise: not sent again before the provider's folder of sent mail proves that it did not arrive, or a
//!   person says so.
//! - Without a channel that can send, envelopes are `kept`: to be looked at, never said to be sent.
//! - A link that only the recipient may read is sealed in the row and put in when the mail goes out.

mod automatic;
mod bounce;
mod claim;
pub(crate) mod confirm;
mod deliver;
mod doubt;
mod envelope;
mod learned;
mod letter;
pub(crate) mod list;
mod mail;
mod plan;
mod record;
mod reply;
mod round;
mod route;
pub(crate) mod send_again;
pub(crate) mod show;
mod tell;
pub(crate) mod undo;
mod usable;
mod view;

pub use automatic::{Automatic, send_automatic};
pub use bounce::{Bounce, Bounced, learn_bounce};
pub use envelope::EnvelopeKind;
pub use mail::{LINK_MARK, NewMail, Recipient, insert};
pub use reply::{RepliesSender, send_reply};
pub use round::{Pace, deliver_due, run};
pub(crate) use route::own_name;
