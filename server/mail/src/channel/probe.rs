//! Tries a channel as it was written, without keeping anything: which step fails, and why.

use std::time::Duration;

use atum_core::{
    App, Problems, Result,
    db::TenantTx,
    extract::{Json, Query},
    ids::{MailChannelId, OrganizationId},
};
use atum_identity::Admin;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    checked,
    entity::{self, Channel},
    given::{NewImap, NewMailChannel},
    oauth::{self, Freshness},
    probe_smtp::try_smtp,
    secret::{Secret, secret},
    settings::{AfterAction, ImapAuthentication},
};
use crate::{
    imap::{Credential, Mailbox},
    wire::{Failed, Step, StepName, Steps},
};

/// Somebody waits for it.
const PATIENCE: Duration = Duration::from_secs(8);

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TestOf {
    /// Secrets that are left out are those that are kept for this channel, as long as they are shown to the same server.
    channel_id: Option<MailChannelId>,
}

/// The steps that were tried, in order; what comes after one that failed is not tried.
#[derive(Serialize, ToSchema)]
pub(crate) struct MailChannelTested {
    imap: Vec<Step>,
    smtp: Vec<Step>,
}

/// Connects and signs in, and opens each folder.
#[utoipa::path(post, path = "/api/v1/mail-channels/test", tag = "mail", params(TestOf),
    responses((status = 200, body = MailChannelTested), Problems))]
pub(crate) async fn test_mail_channel(
    State(app): State<App>,
    admin: Admin,
    Query(of): Query<TestOf>,
    Json(mut channel): Json<NewMailChannel>,
) -> Result<Json<MailChannelTested>> {
    checked::check(&channel)?;
    let mut tokens = Tokens::Given;
    if let Some(id) = of.channel_id {
        let mut tx = app.db.read(&admin).await?;
        let old = entity::find(&mut tx, id).await?;
        if has_its_tokens(&old, &channel) {
            tokens = Tokens::Kept(admin.organization_id, id);
        }
        borrow_secrets(&app, &mut tx, &old, &mut channel).await?;
    }
    let mut imap = Steps::default();
    if let Some(settings) = &channel.imap {
        // The steps tell it.
        let _ = try_imap(&app, &channel, settings, &tokens, &mut imap).await;
    }
    let mut smtp = Steps::default();
    if let Some(settings) = &channel.smtp {
        let _ = try_smtp(&app, &channel, settings, &tokens, PATIENCE, &mut smtp).await;
    }
    Ok(Json(MailChannelTested { imap: imap.0, smtp: smtp.0 }))
}

/// Where access tokens come from. A refresh token that is kept may be good once: it is used where its successor is kept.
pub(super) enum Tokens {
    Given,
    Kept(OrganizationId, MailChannelId),
}

fn has_its_tokens(old: &Channel, new: &NewMailChannel) -> bool {
    let (Some(old), Some(new)) = (&old.oauth, &new.oauth) else { return false };
    *old == new.settings() && new.client_secret.is_none() && new.refresh_token.is_none()
}

/// Takes the secrets that were left out from those that are kept, for the same server and user alone.
async fn borrow_secrets<Mode>(
    app: &App,
    tx: &mut TenantTx<Mode>,
    old: &Channel,
    new: &mut NewMailChannel,
) -> Result<()> {
    if let (Some(old_imap), Some(imap)) = (&old.imap, &mut new.imap)
        && imap.password.is_none()
        && (old_imap.host.as_str(), old_imap.username.as_str()) == (imap.host.trim(), imap.username.trim())
    {
        imap.password = secret(app, tx, old.id, Secret::ImapPassword).await?;
    }
    if let (Some(old_smtp), Some(smtp)) = (&old.smtp, &mut new.smtp) {
        let given = smtp.settings();
        if smtp.password.is_none() && (&old_smtp.host, &old_smtp.username) == (&given.host, &given.username) {
            smtp.password = secret(app, tx, old.id, Secret::SmtpPassword).await?;
        }
    }
    Ok(())
}

async fn try_imap(
    app: &App,
    channel: &NewMailChannel,
    imap: &NewImap,
    tokens: &Tokens,
    steps: &mut Steps,
) -> Result<(), Failed> {
    let settings = imap.settings();
    let credential = match credential(app, channel, imap, tokens).await {
        Ok(credential) => credential,
        Err(failed) => {
            steps.0.push(Step { name: StepName::SignIn, ok: false, detail: failed.detail.clone(), took_ms: 0 });
            return Err(failed);
        }
    };
    let mut mailbox = Mailbox::open(&settings, &credential, PATIENCE, steps).await?;
    let moved_to = settings.after.folder.as_ref().filter(|_| settings.after.action == AfterAction::Move);
    for folder in &settings.folders {
        let opened = async { mailbox.select(folder).await.map(|_| ((), format!("\"{folder}\" opens"))) };
        steps.take(StepName::Folder, PATIENCE, opened).await?;
    }
    for folder in settings.sent_folder.iter().chain(moved_to) {
        let opened = async { mailbox.select(folder).await.map(|_| ((), format!("\"{folder}\" opens"))) };
        steps.take(StepName::Folder, PATIENCE, opened).await?;
    }
    Ok(())
}

async fn credential(
    app: &App,
    channel: &NewMailChannel,
    imap: &NewImap,
    tokens: &Tokens,
) -> Result<Credential, Failed> {
    if imap.authentication == ImapAuthentication::Password {
        let password = imap.password.clone().filter(|password| !password.is_empty());
        return password
            .map(Credential::Password)
            .ok_or_else(|| Failed::new(StepName::SignIn, "the password is missing"));
    }
    token(app, channel, tokens).await.map(Credential::Token)
}

pub(super) async fn token(app: &App, channel: &NewMailChannel, tokens: &Tokens) -> Result<String, Failed> {
    if let Tokens::Kept(organization_id, id) = tokens {
        return oauth::access_token(app, *organization_id, *id, Freshness::Kept).await;
    }
    let Some(oauth) = &channel.oauth else {
        return Err(Failed::new(StepName::SignIn, "no address gives tokens for this channel"));
    };
    let secret = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let (client_secret, refresh_token) = (secret(&oauth.client_secret), secret(&oauth.refresh_token));
    oauth::ask(app, &oauth.settings(), client_secret.as_deref(), refresh_token.as_deref())
        .await
        .map(|given| given.access_token)
}
