//! One channel's mail, handed over one after the other on one connection.

use std::sync::Arc;

use anyhow::Context;
use atum_core::{
    App,
    ids::{MailChannelId, OrganizationId},
};
use rustls::ClientConfig;
use tokio::time;

use super::{
    claim::{self, Claimed, system},
    doubt,
    letter::{self, Reader},
    record::record,
    round::Pace,
    route, usable,
};
use crate::{
    channel::{self, Channel, Secret, SmtpAuthentication, oauth::Freshness},
    smtp::{Address, Credentials, DkimKey, Failure, Outcome, Server, Session, Signer},
};

/// Hands over all that is due of a channel; gives how many attempts were made.
pub(super) async fn drain(
    app: &App,
    pace: &Pace,
    organization_id: OrganizationId,
    channel_id: MailChannelId,
) -> anyhow::Result<usize> {
    claim::rescue(app, organization_id, channel_id).await?;
    doubt::settle(app, organization_id, channel_id).await?;
    let sender = Sender { app, pace, organization_id, channel_id };
    let (mut session, mut attempts) = (None, 0);
    while let Some(held) = claim::claim(app, organization_id, channel_id, pace.lease).await? {
        attempts += 1;
        if !sender.send(&held, &mut session).await? {
            claim::put_off(app, organization_id, channel_id).await?;
            break;
        }
    }
    if let Some(session) = session {
        session.quit().await;
    }
    Ok(attempts)
}

struct Sender<'a> {
    app: &'a App,
    pace: &'a Pace,
    organization_id: OrganizationId,
    channel_id: MailChannelId,
}

impl Sender<'_> {
    /// False: the server cannot be reached, or not signed in to.
    async fn send(&self, held: &Claimed, session: &mut Option<Session>) -> anyhow::Result<bool> {
        let attempt = self.attempt(held, session);
        let (outcome, reached) = tokio::select! {
            done = attempt => done,
            // Whoever has the envelope now writes its end.
            () = self.beat_until_lost(held) => return Ok(true),
        };
        record(self.app, self.organization_id, held, &outcome).await?;
        Ok(reached)
    }

    async fn attempt(&self, held: &Claimed, session: &mut Option<Session>) -> (Outcome, bool) {
        let prepared = match self.prepare(held).await {
            Ok(prepared) => prepared,
            Err(error) => return (Outcome::Deferred(failure(format!("The mail cannot be made: {error:#}"))), true),
        };
        let mut open = match session.take() {
            Some(open) => open,
            None => match self.open_and_tell().await {
                Ok(open) => open,
                Err(failure) => return (Outcome::Deferred(failure), false),
            },
        };
        let Ok(recipient) = held.recipient.parse() else {
            *session = Some(open);
            return (Outcome::Refused(failure(format!("{} is no e-mail address", held.recipient))), true);
        };
        let return_path: Option<Address> = held.return_path.parse().ok();
        let may_end = || async { Ok(claim::dot(self.app, self.organization_id, held).await?) };
        let outcome = open.hand_over(return_path.as_ref(), &recipient, &prepared, may_end).await;
        if keeps_connection(&outcome) && (matches!(outcome, Outcome::Accepted(_)) || open.reset().await) {
            *session = Some(open);
        }
        (outcome, true)
    }

    /// The bytes that go out.
    async fn prepare(&self, held: &Claimed) -> anyhow::Result<Vec<u8>> {
        let mut tx = self.app.db.read(&system(self.organization_id)).await?;
        let (mut letter, files) = letter::read(self.app, &mut tx, held.mail_id, Reader::Recipient).await?;
        let channel = channel::find(&mut tx, self.channel_id).await.context("the channel was removed")?;
        let key = channel::secret(self.app, &mut tx, self.channel_id, Secret::DkimKey).await?;
        drop(tx);
        letter::enclose(self.app, self.organization_id, &mut letter, files).await?;
        let raw = letter.raw();
        let Some((settings, key)) = channel.dkim.zip(key) else { return Ok(raw) };
        let key = DkimKey::from_kept(&key).context("the key for signing (DKIM)")?;
        let signer = Signer { domain: settings.domain, selector: settings.selector, key };
        signer.signed(&raw, letter.date.timestamp())
    }

    /// The channel's row says what is wrong with its server, as long as it is.
    async fn open_and_tell(&self) -> Result<Session, Failure> {
        let (app, organization_id, channel_id) = (self.app, self.organization_id, self.channel_id);
        let opened = self.open().await;
        let told = match &opened {
            Ok(_) => usable::usable(app, organization_id, channel_id).await,
            Err(failure) => usable::unusable(app, organization_id, channel_id, &failure.sentence).await,
        };
        if let Err(problem) = told {
            tracing::warn!(channel = %channel_id, "the channel's state cannot be written: {problem}");
        }
        opened
    }

    async fn open(&self) -> Result<Session, Failure> {
        let server = self.server().await.map_err(|error| failure(format!("{error:#}")))?;
        Session::open(&server).await
    }

    async fn server(&self) -> anyhow::Result<Server> {
        let mut tx = self.app.db.write(&system(self.organization_id)).await?;
        let channel = channel::find(&mut tx, self.channel_id).await?;
        let settings = channel.smtp.clone().context("The channel has no server to send by any more")?;
        let password = channel::secret(self.app, &mut tx, self.channel_id, Secret::SmtpPassword).await?;
        drop(tx);
        let username = settings.username.clone().unwrap_or_default();
        let credentials = match settings.authentication {
            SmtpAuthentication::None => None,
            SmtpAuthentication::Password => {
                let password = password.context("Signing in: the channel has no password")?;
                Some(Credentials::Password { username, password })
            }
            SmtpAuthentication::Xoauth2 => Some(Credentials::Token { username, token: self.token(&channel).await? }),
        };
        Ok(Server {
            host: settings.host,
            port: settings.port,
            security: settings.security,
            credentials,
            trust: self.trust()?,
            own_name: route::own_name(self.app),
            patience: self.pace.patience,
        })
    }

    async fn token(&self, channel: &Channel) -> anyhow::Result<String> {
        let (app, organization_id) = (self.app, self.organization_id);
        let token = channel::oauth::access_token(app, organization_id, channel.id, Freshness::Kept).await;
        token.map_err(|failed| anyhow::anyhow!("Signing in: {failed}"))
    }

    fn trust(&self) -> anyhow::Result<Arc<ClientConfig>> {
        self.pace.trust.clone().map_or_else(crate::smtp::trusted_by_this_machine, Ok)
    }

    /// Ends only when the lease is lost.
    async fn beat_until_lost(&self, held: &Claimed) {
        loop {
            time::sleep(self.pace.lease / 3).await;
            if let Ok(false) = claim::beat(self.app, self.organization_id, held, self.pace.lease).await {
                return;
            }
        }
    }
}

fn keeps_connection(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Accepted(_) => true,
        Outcome::Deferred(failure) | Outcome::Refused(failure) => !failure.connection_lost,
        // In the middle of a mail the connection cannot be used for another.
        Outcome::Uncertain(_) | Outcome::Withdrawn => false,
    }
}

fn failure(sentence: String) -> Failure {
    Failure { sentence, reply: None, connection_lost: false }
}
