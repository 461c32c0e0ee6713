//! Who asks: accounts, sessions, memberships, and the people and companies of an organization.
//!
//! Invariants
//! - A role is an extractor ([`Customer`], [`Agent`], [`Manager`], [`Admin`], [`Operator`]); a handler that takes none is
//!   public. Membership in the identity plane is the authority, read at every request: what is revoked is over at once.
//! - Secrets (session tokens, invitations, device cookies) are stored as hashes only.

pub mod cookie;
pub mod session;
pub mod token;
pub mod who;

pub use who::{Admin, Agent, Anyone, Customer, Manager, Operator};
