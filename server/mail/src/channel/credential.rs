//! What a channel's IMAP server is shown.

use atum_core::{
    App,
    caller::{Reason, System},
    ids::OrganizationId,
};

use super::{
    entity::Channel,
    oauth::{self, Freshness},
    secret::{Secret, secret},
    settings::ImapAuthentication,
};
use crate::{
    imap::Credential,
    wire::{Failed, StepName},
};

pub(crate) async fn imap(
    app: &App,
    organization_id: OrganizationId,
    channel: &Channel,
    freshness: Freshness,
) -> Result<Credential, Failed> {
    let by_token = channel.imap.as_ref().is_some_and(|imap| imap.authentication == ImapAuthentication::Xoauth2);
    if by_token {
        return Ok(Credential::Token(oauth::access_token(app, organization_id, channel.id, freshness).await?));
    }
    let password = async {
        let mut tx = app.db.read(&System { organization_id, reason: Reason::Job }).await?;
        secret(app, &mut tx, channel.id, Secret::ImapPassword).await
    };
    let password = password.await.map_err(|problem| Failed::new(StepName::SignIn, problem.to_string()))?;
    password.map(Credential::Password).ok_or_else(|| Failed::lasting(StepName::SignIn, "the password is missing"))
}
