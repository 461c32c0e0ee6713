//! One channel's fetcher: connects, looks, waits, looks again; after a failure it waits longer each time.

use std::time::Duration;

use atum_core::{App, Result};
use tokio_util::sync::CancellationToken;

use super::{look, state::Of};
use crate::{
    channel::{self, Channel, ImapSettings, credential, oauth::Freshness},
    imap::Mailbox,
    wire::{Failed, StepName, Steps},
};

/// How long things take. Tests take less.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Between two looks, whatever IDLE says.
    pub poll: Duration,
    /// How long a server may be silent where it should answer.
    pub patience: Duration,
    /// After a first failure; doubled at each further one.
    pub first_pause: Duration,
    pub longest_pause: Duration,
    /// Between two looks at which channels there are.
    pub supervise: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            poll: Duration::from_secs(60),
            patience: Duration::from_secs(30),
            first_pause: Duration::from_secs(5),
            longest_pause: Duration::from_secs(15 * 60),
            supervise: Duration::from_secs(2),
        }
    }
}

pub(super) async fn run(app: &App, of: Of, pace: Pace, stop: &CancellationToken) {
    let mut pause = pace.first_pause;
    loop {
        let mut succeeded = false;
        let failed = tokio::select! {
            failed = session(app, of, pace, &mut succeeded) => failed,
            () = stop.cancelled() => return,
        };
        if succeeded {
            pause = pace.first_pause;
        }
        metrics::counter!("atum_mail_fetch_failures_total", "step" => step(failed.step)).increment(1);
        tracing::warn!(channel = %of.channel_id, "mail is not fetched: {failed}");
        let told = tell(app, of, &failed, pause).await;
        if let Err(problem) = told {
            tracing::warn!(channel = %of.channel_id, "the channel's state cannot be written: {problem}");
        }
        // What only a person can mend is tried again now and then all the same: providers err too.
        let wait = if failed.lasting { pace.longest_pause } else { pause };
        tokio::select! { () = tokio::time::sleep(wait) => {}, () = stop.cancelled() => return }
        pause = (pause * 2).min(pace.longest_pause);
    }
}

async fn tell(app: &App, of: Of, failed: &Failed, pause: Duration) -> Result<()> {
    if failed.lasting {
        return of.stopped(app, &failed.detail).await;
    }
    of.retrying(app, &failed.detail, app.clock.now() + pause).await
}

/// Ends only when something fails.
async fn session(app: &App, of: Of, pace: Pace, succeeded: &mut bool) -> Failed {
    match fetch_on(app, of, pace, succeeded).await {
        Ok(never) => match never {},
        Err(failed) => failed,
    }
}

async fn fetch_on(app: &App, of: Of, pace: Pace, succeeded: &mut bool) -> Result<std::convert::Infallible, Failed> {
    let (channel, settings) = settings(app, of).await?;
    of.connecting(app).await.map_err(look::ours)?;
    let mut mailbox = open(app, of, &channel, &settings, pace).await?;
    loop {
        if let Some(folder) = &settings.sent_folder {
            look::look_at_sent(app, of, &mut mailbox, folder).await?;
        }
        // The first folder last: it is the one that IDLE watches.
        for folder in settings.folders.iter().rev() {
            look::look(app, of, &mut mailbox, &settings, folder).await?;
        }
        of.ok(app).await.map_err(look::ours)?;
        *succeeded = true;
        if mailbox.can_idle {
            mailbox = mailbox.wait(pace.poll).await?;
        } else {
            tokio::time::sleep(pace.poll).await;
        }
    }
}

async fn settings(app: &App, of: Of) -> Result<(Channel, ImapSettings), Failed> {
    let channel = async {
        let mut tx = app.db.read(&of.system()).await?;
        channel::find(&mut tx, of.channel_id).await
    };
    let channel = channel.await.map_err(look::ours)?;
    let settings = channel.imap.clone();
    let settings = settings.ok_or_else(|| Failed::lasting(StepName::Connect, "there is no mailbox to fetch from"))?;
    Ok((channel, settings))
}

/// A token that is refused may have been withdrawn: a new one is asked for, once.
async fn open(app: &App, of: Of, channel: &Channel, settings: &ImapSettings, pace: Pace) -> Result<Mailbox, Failed> {
    let credential = credential::imap(app, of.organization_id, channel, Freshness::Kept).await?;
    let first = Mailbox::open(settings, &credential, pace.patience, &mut Steps::default()).await;
    let refused = first.as_ref().is_err_and(|failed| failed.step == StepName::SignIn);
    if !(refused && matches!(credential, crate::imap::Credential::Token(_))) {
        return first;
    }
    let credential = credential::imap(app, of.organization_id, channel, Freshness::New).await?;
    Mailbox::open(settings, &credential, pace.patience, &mut Steps::default()).await
}

fn step(step: StepName) -> &'static str {
    match step {
        StepName::Resolve => "resolve",
        StepName::Connect => "connect",
        StepName::Tls => "tls",
        StepName::Greeting => "greeting",
        StepName::SignIn => "sign_in",
        StepName::Folder => "folder",
        StepName::Recipient => "recipient",
    }
}
