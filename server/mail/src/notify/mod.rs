//! What people are told by mail: of one event at once, or of a day's in a summary. Whom and how `tickets` decides, by each
//! person's settings.

mod at_once;
mod digest;
mod words;

pub use at_once::Notifies;
pub use digest::{run, send_due};
