//! What ties a mail to its ticket: tokens that go out with ours and come back with the answer. A token carries a mac of
//! the organization's own key: nobody else can make one.

mod keys;
pub mod mint;

pub use keys::Keys;
