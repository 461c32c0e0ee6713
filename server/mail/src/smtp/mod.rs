//! The hand-over of a mail to a server (RFC 5321), one recipient a transaction, so that each has an end of its own.
//!
//! The line that matters is the final dot. Before it nothing was handed over, whatever happens; after it only the server
//! knows. So whoever sends is asked once more, and may still refuse, right before the dot ([`Session::hand_over`]), and a
//! line that is lost after it is [`Outcome::Uncertain`], never a failure.

mod address;
mod authenticate;
mod dkim;
mod extensions;
mod line;
mod outcome;
mod reply;
mod session;
mod tls;
mod transparency;

pub use address::{Address, NotAnAddress};
pub use authenticate::Credentials;
pub use dkim::{DkimKey, Signer};
pub use outcome::{Failure, Outcome};
pub use reply::{Enhanced, Reply};
pub use session::{Patience, Server, Session};
pub use tls::trusted_by_this_machine;
