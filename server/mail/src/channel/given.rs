//! A channel as an admin writes it: the settings, and beside them secrets that are never told again.

use serde::Deserialize;
use utoipa::ToSchema;

use super::settings::{
    After, ImapAuthentication, ImapSettings, OauthSettings, Security, SmtpAuthentication, SmtpSettings,
};

#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct NewMailChannel {
    #[schema(min_length = 1, max_length = 120)]
    pub name: String,
    #[schema(example = "support@example.com", max_length = 254)]
    pub address: String,
    /// Left out: the name.
    #[schema(max_length = 120)]
    pub from_name: Option<String>,
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub signature: String,
    #[serde(default = "yes")]
    pub active: bool,
    #[schema(max_length = 253)]
    pub trusted_authserv_id: Option<String>,
    #[serde(default = "yes")]
    pub subject_token: bool,
    #[serde(default = "yes")]
    pub plus_address: bool,
    #[schema(minimum = 1, maximum = 8760)]
    pub silence_hours: Option<i64>,
    /// Null: nothing is fetched.
    pub imap: Option<NewImap>,
    /// Null: what is sent is kept, to be looked at.
    pub smtp: Option<NewSmtp>,
    pub oauth: Option<NewOauth>,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewMailImap)]
pub struct NewImap {
    #[schema(max_length = 253)]
    pub host: String,
    #[schema(minimum = 1)]
    pub port: u16,
    pub security: Security,
    #[schema(max_length = 320)]
    pub username: String,
    pub authentication: ImapAuthentication,
    /// Left out: the one that is kept stays, as long as host and user name do.
    #[schema(max_length = 4000)]
    pub password: Option<String>,
    #[schema(min_items = 1, max_items = 20)]
    pub folders: Vec<String>,
    pub sent_folder: Option<String>,
    pub after: After,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewMailSmtp)]
pub struct NewSmtp {
    #[schema(max_length = 253)]
    pub host: String,
    #[schema(minimum = 1)]
    pub port: u16,
    pub security: Security,
    #[schema(max_length = 320)]
    pub username: Option<String>,
    pub authentication: SmtpAuthentication,
    /// Left out: the one that is kept stays, as long as host and user name do.
    #[schema(max_length = 4000)]
    pub password: Option<String>,
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewMailOauth)]
pub struct NewOauth {
    #[schema(max_length = 500)]
    pub token_url: String,
    #[schema(max_length = 500)]
    pub client_id: String,
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub scope: String,
    /// Left out: the one that is kept stays, as long as address and client do. So it is with the refresh token.
    #[schema(max_length = 4000)]
    pub client_secret: Option<String>,
    #[schema(max_length = 8000)]
    pub refresh_token: Option<String>,
}

fn yes() -> bool {
    true
}

impl NewImap {
    pub fn settings(&self) -> ImapSettings {
        ImapSettings {
            host: self.host.trim().to_owned(),
            port: self.port,
            security: self.security,
            username: self.username.trim().to_owned(),
            authentication: self.authentication,
            folders: self.folders.clone(),
            sent_folder: self.sent_folder.clone(),
            after: self.after.clone(),
        }
    }
}

impl NewSmtp {
    pub fn settings(&self) -> SmtpSettings {
        SmtpSettings {
            host: self.host.trim().to_owned(),
            port: self.port,
            security: self.security,
            username: self.username.as_deref().map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned),
            authentication: self.authentication,
        }
    }
}

impl NewOauth {
    pub fn settings(&self) -> OauthSettings {
        OauthSettings {
            token_url: self.token_url.trim().to_owned(),
            client_id: self.client_id.trim().to_owned(),
            scope: self.scope.trim().to_owned(),
        }
    }
}
