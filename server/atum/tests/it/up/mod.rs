//! `atum up` as a person starts it: the built binary, its own PostgreSQL, real signals.

mod doctor;
pub mod external;
pub mod process;
mod recovery;
mod refusal;
mod stop;
