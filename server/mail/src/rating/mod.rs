//! The link of a mail by which whoever asked rates the answer, with or without an account. It is signed for one ticket and
//! one requester: once the ticket is somebody else's it is good for nothing.

mod link;
pub(crate) mod rate;
pub(crate) mod show;

pub(crate) use link::mint;
