use std::time::Duration;

use async_imap::{
    Authenticator, Client,
    imap_proto::{Response, Status},
};

use super::{Mailbox, words};
use crate::{
    channel::{ImapSettings, Security},
    wire::{self, Failed, StepName, Steps, Wire},
};

/// What the server is shown.
#[derive(Clone)]
pub enum Credential {
    Password(String),
    /// An access token (XOAUTH2).
    Token(String),
}

impl Mailbox {
    /// Connects and signs in.
    pub async fn open(
        settings: &ImapSettings,
        credential: &Credential,
        patience: Duration,
        steps: &mut Steps,
    ) -> Result<Self, Failed> {
        let client = greet(settings, patience, steps).await?;
        steps.take(StepName::SignIn, patience, sign_in(client, settings, credential, patience)).await
    }
}

async fn greet(
    settings: &ImapSettings,
    patience: Duration,
    steps: &mut Steps,
) -> Result<Client<Box<dyn Wire>>, Failed> {
    let host = settings.host.as_str();
    let stream = wire::connect(host, settings.port, patience, steps).await?;
    let wire: Box<dyn Wire> = match settings.security {
        Security::Tls => wire::encrypt(stream, host, patience, steps).await?,
        Security::Starttls | Security::None => Box::new(stream),
    };
    let client = steps.take(StepName::Greeting, patience, hear(wire, host)).await?;
    if settings.security != Security::Starttls {
        return Ok(client);
    }
    let bare = steps.take(StepName::Tls, patience, begin_tls(client, host)).await?;
    // That it could begin is no step of its own: the handshake tells the rest.
    steps.0.pop();
    // Nothing that came before the encryption is believed, so the capabilities are asked for afterwards.
    Ok(Client::new(wire::encrypt(bare, host, patience, steps).await?))
}

async fn hear(wire: Box<dyn Wire>, host: &str) -> Result<(Client<Box<dyn Wire>>, String), Failed> {
    let failed = |words: String| Failed::new(StepName::Greeting, words);
    let mut client = Client::new(wire);
    let greeting =
        client.read_response().await.map_err(|_| failed(format!("{host} answers with something that is not IMAP")))?;
    let greeting =
        greeting.ok_or_else(|| failed(format!("{host} breaks off without a word: is it a port for TLS?")))?;
    let told = match greeting.parsed() {
        Response::Data { status: Status::Ok | Status::PreAuth, outcome } => {
            outcome.information.as_deref().unwrap_or("it greets").to_owned()
        }
        Response::Data { outcome, .. } => {
            let why = outcome.information.as_deref().unwrap_or("without a reason");
            return Err(failed(format!("{host} sends us away: {why}")));
        }
        _ => return Err(failed(format!("{host} answers with something that is not IMAP"))),
    };
    drop(greeting);
    Ok((client, told))
}

async fn begin_tls(mut client: Client<Box<dyn Wire>>, host: &str) -> Result<(Box<dyn Wire>, String), Failed> {
    let begun = client.run_command_and_check_ok("STARTTLS", None).await;
    begun.map_err(|error| {
        Failed::new(StepName::Tls, format!("{host} does not begin TLS when asked to: {}", words::of(&error)))
    })?;
    Ok((client.into_inner(), String::new()))
}

async fn sign_in(
    client: Client<Box<dyn Wire>>,
    settings: &ImapSettings,
    credential: &Credential,
    patience: Duration,
) -> Result<(Mailbox, String), Failed> {
    let user = settings.username.as_str();
    let session = match credential {
        Credential::Token(token) => {
            let text = format!("user={user}\x01auth=Bearer {token}\x01\x01");
            client.authenticate("XOAUTH2", Once(Some(text))).await
        }
        // LOGIN's texts are ASCII; base64 carries any.
        Credential::Password(password) if !(user.is_ascii() && password.is_ascii()) => {
            client.authenticate("PLAIN", Once(Some(format!("\0{user}\0{password}")))).await
        }
        Credential::Password(password) => client.login(user, password).await,
    };
    let mut session = session.map_err(|(error, _)| {
        Failed::new(StepName::SignIn, format!("{} does not let {user} in: {}", settings.host, words::of(&error)))
    })?;
    let can = session.capabilities().await.map_err(|error| Failed::new(StepName::SignIn, words::of(&error)))?;
    let mailbox = Mailbox {
        can_idle: can.has_str("IDLE"),
        can_move: can.has_str("MOVE"),
        can_expunge_one: can.has_str("UIDPLUS"),
        session,
        patience,
    };
    Ok((mailbox, format!("signed in as {user}")))
}

/// Answers the first challenge. A refusal comes as a second one, which wants an empty answer.
struct Once(Option<String>);

impl Authenticator for Once {
    type Response = String;

    fn process(&mut self, _: &[u8]) -> String {
        self.0.take().unwrap_or_default()
    }
}
