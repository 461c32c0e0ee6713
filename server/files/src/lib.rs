//! Files that people attach to messages. The row in desk.file says whose a file is; the bytes lie in the blob store
//! under `<organization>/<sha256>`, the same content once an organization.

mod file;

pub use file::{File, attach, of_messages};
