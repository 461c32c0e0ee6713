//! What an admin decided about a channel's servers, but for the secrets. Kept as JSON in the channel's row.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MailSecurity)]
pub enum Security {
    /// From the first byte.
    Tls,
    /// Begun in the clear, and refused where the server does not offer it.
    Starttls,
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImapAuthentication {
    Password,
    Xoauth2,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SmtpAuthentication {
    None,
    Password,
    Xoauth2,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImapSettings {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub username: String,
    pub authentication: ImapAuthentication,
    /// Each is read; in the order given.
    pub folders: Vec<String>,
    /// Where the provider and other programs put what they sent for this address.
    pub sent_folder: Option<String>,
    pub after: After,
}

/// What happens to a mail in the mailbox once it is stored here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = MailAfter)]
pub struct After {
    pub action: AfterAction,
    /// Where it is moved to.
    pub folder: Option<String>,
    /// After how many days it is deleted.
    #[schema(minimum = 1, maximum = 3650)]
    pub days: Option<u16>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MailAfterAction)]
pub enum AfterAction {
    /// It stays, with the keyword `$Imported` where the server keeps keywords.
    Keep,
    Move,
    /// Only what was also processed here.
    Delete,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SmtpSettings {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub username: Option<String>,
    pub authentication: SmtpAuthentication,
}

/// Where access tokens come from (RFC 6749): by a refresh token or, without one, by the client's own credentials.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = MailOauthSettings)]
pub struct OauthSettings {
    pub token_url: String,
    pub client_id: String,
    pub scope: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DkimSettings {
    pub domain: String,
    pub selector: String,
    /// The text to publish in the DNS.
    pub public_record: String,
}
