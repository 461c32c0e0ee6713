//! The steps to a server that mail is handed over to, without handing anything over.

use std::time::Duration;

use atum_core::App;

use super::{
    given::{NewMailChannel, NewSmtp},
    probe::{Tokens, token},
    settings::{Security, SmtpAuthentication},
};
use crate::{
    outbox,
    smtp::{self, Credentials, Patience, Server, Session},
    wire::{self, Failed, Step, StepName, Steps},
};

pub(super) async fn try_smtp(
    app: &App,
    channel: &NewMailChannel,
    smtp: &NewSmtp,
    tokens: &Tokens,
    patience: Duration,
    steps: &mut Steps,
) -> Result<(), Failed> {
    let settings = smtp.settings();
    let credentials = credentials(app, channel, smtp, tokens).await.inspect_err(|failed| {
        steps.0.push(Step { name: StepName::SignIn, ok: false, detail: failed.detail.clone(), took_ms: 0 });
    })?;
    // By itself, so that name and connection are steps of their own.
    drop(wire::connect(&settings.host, settings.port, patience, steps).await?);
    let trust = smtp::trusted_by_this_machine();
    let server = Server {
        host: settings.host,
        port: settings.port,
        security: settings.security,
        trust: trust.map_err(|error| Failed::new(StepName::Tls, format!("{error:#}")))?,
        own_name: outbox::own_name(app),
        patience: Patience { connect: patience, command: patience, data: patience, after_dot: patience },
        credentials,
    };
    open(&server, steps).await
}

/// What comes before the step that failed went well.
async fn open(server: &Server, steps: &mut Steps) -> Result<(), Failed> {
    let begun = tokio::time::Instant::now();
    let opened = Session::open(server).await;
    let took_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    let failed = opened.err().map(|failure| (step(&failure.sentence), failure.sentence));
    let encrypted =
        (server.security != Security::None).then_some((StepName::Tls, "encrypted, and the certificate verifies"));
    let signed_in = server.credentials.is_some().then_some((StepName::SignIn, "signed in"));
    let all = encrypted.into_iter().chain([(StepName::Greeting, "it greets")]).chain(signed_in);
    let upto = failed.as_ref().map(|(name, _)| *name);
    for (name, words) in all.take_while(|(name, _)| Some(*name) != upto && upto != Some(StepName::Connect)) {
        steps.0.push(Step { name, ok: true, detail: words.to_owned(), took_ms });
    }
    let Some((name, sentence)) = failed else { return Ok(()) };
    steps.0.push(Step { name, ok: false, detail: sentence.clone(), took_ms });
    Err(Failed::new(name, sentence))
}

/// Its sentences begin with the step.
fn step(sentence: &str) -> StepName {
    let begins = |word: &str| sentence.starts_with(word);
    match sentence {
        _ if begins("TLS") || begins("STARTTLS") => StepName::Tls,
        _ if begins("Signing in") => StepName::SignIn,
        _ if begins("Greeting") || begins("EHLO") || begins("HELO") => StepName::Greeting,
        _ => StepName::Connect,
    }
}

async fn credentials(
    app: &App,
    channel: &NewMailChannel,
    smtp: &NewSmtp,
    tokens: &Tokens,
) -> Result<Option<Credentials>, Failed> {
    let username = smtp.settings().username.unwrap_or_default();
    Ok(match smtp.authentication {
        SmtpAuthentication::None => None,
        SmtpAuthentication::Password => {
            let password = smtp.password.clone().filter(|password| !password.is_empty());
            let password = password.ok_or_else(|| Failed::new(StepName::SignIn, "the password is missing"))?;
            Some(Credentials::Password { username, password })
        }
        SmtpAuthentication::Xoauth2 => Some(Credentials::Token { username, token: token(app, channel, tokens).await? }),
    })
}
