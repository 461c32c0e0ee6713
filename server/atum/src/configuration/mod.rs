//! The configuration of an installed machine, `/etc/atum/atum.conf`: the environment's keys in a file, one a line. The units
//! take it as their environment; whoever types a command gets the same values as defaults. Nothing is told twice: the file,
//! its comments and docs/configuration.md are made of the commands' own flags.

mod file;
mod keys;
mod page;
mod shipped;

pub use file::{File, set};
pub use keys::{Key, keys};
pub use page::page;
pub use shipped::{INSTALLED, shipped};
