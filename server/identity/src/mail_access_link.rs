//! Asks for a link to be mailed to whom it lets in; `mail` does it. The queue holds it sealed.

use atum_core::{
    App, Result,
    caller::{Reason, System},
    ids::{OrganizationId, PersonId},
};
use atum_jobs::Job;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{invitation::InvitationLink, seal};

/// What the link is for, in the words of its mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccessPurpose {
    Invitation,
    PasswordReset,
}

/// A link as it stands in its mail.
pub struct AccessLink {
    pub url: String,
    pub expires_at: DateTime<Utc>,
    pub purpose: AccessPurpose,
}

#[derive(Serialize, Deserialize)]
pub struct MailAccessLink {
    pub person_id: PersonId,
    purpose: AccessPurpose,
    expires_at: DateTime<Utc>,
    /// In hexadecimal digits.
    sealed: String,
}

impl Job for MailAccessLink {
    const KIND: &'static str = "mail_access_link";
    const PRIORITY: i16 = 1;
}

impl MailAccessLink {
    pub fn open(&self, app: &App) -> Result<AccessLink> {
        let sealed = hex::decode(&self.sealed).map_err(anyhow::Error::from)?;
        let url = seal::open(&app.config.secret_key, &sealed, &place(self.person_id))?;
        let url = String::from_utf8(url).map_err(anyhow::Error::from)?;
        Ok(AccessLink { url, expires_at: self.expires_at, purpose: self.purpose })
    }
}

/// After the link was made, which is in the other plane: lost to a crash between, another link is made.
pub(crate) async fn ask(
    app: &App,
    organization_id: OrganizationId,
    person_id: PersonId,
    purpose: AccessPurpose,
    link: &InvitationLink,
) -> Result<()> {
    let sealed = seal::seal(&app.config.secret_key, link.url.as_bytes(), &place(person_id))?;
    let mut tx = app.db.write(&System { organization_id, reason: Reason::SignIn }).await?;
    let job = MailAccessLink { person_id, purpose, expires_at: link.expires_at, sealed: hex::encode(sealed) };
    atum_jobs::enqueue(&mut tx, job).await?;
    tx.commit().await
}

fn place(person_id: PersonId) -> Vec<u8> {
    [b"access link ", &person_id.0.as_bytes()[..]].concat()
}
