//! A channel: one address of the organization, where its mail is fetched and where it is handed over.
//!
//! A channel that was removed is kept for what came in by it, without its secrets.

mod checked;
pub(crate) mod create;
pub(crate) mod credential;
pub(crate) mod dkim;
mod entity;
mod given;
pub(crate) mod list;
pub mod oauth;
pub(crate) mod probe;
mod probe_smtp;
pub(crate) mod remove;
pub mod secret;
mod settings;
pub(crate) mod show;
pub(crate) mod update;
mod view;

pub use entity::{Channel, ChannelState, StateName, default, find};
pub use secret::{Secret, secret};
pub use settings::{
    After, AfterAction, DkimSettings, ImapAuthentication, ImapSettings, OauthSettings, Security, SmtpAuthentication,
    SmtpSettings,
};
pub use view::MailChannel;
