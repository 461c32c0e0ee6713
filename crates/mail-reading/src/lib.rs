//! What a raw mail says: the reading that intake, `atum mail explain` and the tests share. Pure: bytes in, facts out.
//!
//! Invariants
//! - Any bytes are a mail: nothing here fails or panics. What cannot be understood is kept as an attachment or as text, and
//!   the raw mail is always there beside the reading.
//! - What is declared is not believed where it cannot be: a charset that cannot decode its text is guessed, a transfer
//!   encoding is read with its faults, a container without parts is no attachment.
//! - An image that the HTML refers to is inline; every other part is an attachment, whatever its disposition says.
//!
//! Sources: RFC 5322 (format), 2045 to 2047 and 2231 (MIME), 3464 (delivery reports), 3834 (automatic answers), 5965
//! (complaints).

mod attachment;
mod automatic;
mod bounce;
mod charset;
mod encoding;
mod explain;
mod header;
mod invitation;
mod mailbox;
mod mime;
mod name;
mod prose;
mod read;
mod reading;
mod reason;
mod repair;
mod report;
mod signed;
mod storable;
pub mod tnef;
mod uuencode;

pub use attachment::Attachment;
pub use automatic::Verdict;
pub use bounce::{Bounce, Recipient};
pub use explain::Explanation;
pub use invitation::{Invitation, invitation};
pub use mailbox::Mailbox;
pub use read::read;
pub use reading::{Kind, Reading};
