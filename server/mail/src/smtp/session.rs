use std::{sync::Arc, time::Duration};

use rustls::{ClientConfig, pki_types::ServerName};
use tokio::{net::TcpStream, time};
use tokio_rustls::TlsConnector;

use crate::channel::Security;

use super::{
    address::Address,
    authenticate::{self, Credentials},
    extensions::Extensions,
    line::{Connection, Line},
    outcome::{Failure, Outcome},
    transparency,
};

/// Where mail is handed over.
#[derive(Clone)]
pub struct Server {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub credentials: Option<Credentials>,
    /// What a server's certificate must go back to.
    pub trust: Arc<ClientConfig>,
    /// How we call ourselves.
    pub own_name: String,
    pub patience: Patience,
}

/// How long a server may take. RFC 5321, section 4.5.3.2, wants ten minutes after the final dot, where giving up early
/// makes mail come twice.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    pub connect: Duration,
    pub command: Duration,
    pub data: Duration,
    pub after_dot: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { connect: seconds(30), command: seconds(120), data: seconds(300), after_dot: seconds(600) }
    }
}

/// A connection over which one mail after the other can be handed over.
pub struct Session {
    line: Line,
    offered: Extensions,
    patience: Patience,
}

impl Session {
    /// Connects, greets, encrypts and signs in. The failure names the step.
    pub async fn open(server: &Server) -> Result<Self, Failure> {
        let patience = server.patience;
        let socket = connect(server).await?;
        let mut line = match server.security {
            Security::Tls => Line::new(encrypt(server, Box::new(socket)).await?),
            Security::Starttls | Security::None => Line::new(Box::new(socket)),
        };
        let greeting = line.reply(patience.command).await.map_err(|failure| named("Greeting", failure))?;
        if greeting.code != 220 {
            return Err(Failure::said("Greeting", greeting));
        }
        let mut offered = hello(&mut line, server).await?;
        if server.security == Security::Starttls {
            line = start_tls(line, server, &offered).await?;
            // What was offered in the clear counts for nothing (RFC 3207, section 4.2).
            offered = hello(&mut line, server).await?;
        }
        if let Some(credentials) = &server.credentials {
            authenticate::sign_in(&mut line, &offered, credentials, patience.command).await?;
        }
        Ok(Self { line, offered, patience })
    }

    /// Hands one mail over for one recipient. `sender` is `None` for what must never be answered (RFC 5321, section
    /// 4.5.5). Right before the final dot `may_end` is asked; it says no where somebody else has the mail by now.
    pub async fn hand_over<MayEnd>(
        &mut self,
        sender: Option<&Address>,
        recipient: &Address,
        raw: &[u8],
        may_end: impl FnOnce() -> MayEnd + Send,
    ) -> Outcome
    where
        MayEnd: Future<Output = anyhow::Result<bool>> + Send,
    {
        let begun = self.begin(sender, recipient, raw).await;
        if let Err(outcome) = begun {
            return outcome;
        }
        match may_end().await {
            Ok(true) => {}
            // The mail is not complete without the dot: a server throws it away with the connection.
            Ok(false) => return Outcome::Withdrawn,
            Err(error) => return Outcome::Deferred(Failure::lost(format!("not sent: {error:#}"))),
        }
        if let Err(failure) = self.line.send(b".\r\n", self.patience.data).await {
            return Outcome::Uncertain(failure);
        }
        match self.line.reply(self.patience.after_dot).await {
            Ok(reply) if reply.is_positive() => Outcome::Accepted(reply),
            Ok(reply) => Outcome::of("The mail", reply),
            Err(failure) => Outcome::Uncertain(failure),
        }
    }

    /// Everything up to the final dot.
    async fn begin(&mut self, sender: Option<&Address>, recipient: &Address, raw: &[u8]) -> Result<(), Outcome> {
        self.refuse_impossible(recipient, raw)?;
        let utf8 = recipient.needs_utf8() || sender.is_some_and(Address::needs_utf8);
        let sender_path = sender.map(Address::in_command).unwrap_or_default();
        let parameter = if utf8 { " SMTPUTF8" } else { "" };
        let size = self.offered.largest.map(|_| format!(" SIZE={}", raw.len())).unwrap_or_default();
        self.command("The sender", &format!("MAIL FROM:<{sender_path}>{size}{parameter}"), 250..=259).await?;
        let recipient = recipient.in_command();
        self.command("The recipient", &format!("RCPT TO:<{recipient}>"), 250..=259).await?;
        self.command("DATA", "DATA", 354..=354).await?;
        let body = transparency::stuffed(raw);
        self.line.send(&body, self.patience.data).await.map_err(Outcome::Deferred)
    }

    fn refuse_impossible(&self, recipient: &Address, raw: &[u8]) -> Result<(), Outcome> {
        if recipient.needs_utf8() && !self.offered.utf8 {
            let sentence = format!("The server cannot take an address like {recipient} (no SMTPUTF8)");
            return Err(Outcome::Refused(Failure::plain(sentence)));
        }
        let (bytes, largest) = (raw.len() as u64, self.offered.largest.unwrap_or(u64::MAX));
        if bytes > largest {
            let sentence = format!("The mail has {bytes} bytes, the server takes {largest} at most");
            return Err(Outcome::Refused(Failure::plain(sentence)));
        }
        Ok(())
    }

    async fn command(&mut self, at: &str, command: &str, hoped: std::ops::RangeInclusive<u16>) -> Result<(), Outcome> {
        let reply = self.line.ask(command, self.patience.command).await;
        let reply = reply.map_err(|failure| Outcome::Deferred(named(at, failure)))?;
        if hoped.contains(&reply.code) { Ok(()) } else { Err(Outcome::of(at, reply)) }
    }

    /// Makes ready for the next mail after one that was not taken. False: the connection is of no more use.
    pub async fn reset(&mut self) -> bool {
        self.line.ask("RSET", self.patience.command).await.is_ok_and(|reply| reply.is_positive())
    }

    /// Says good-bye and does not wait for an answer.
    pub async fn quit(mut self) {
        let _ = self.line.send(b"QUIT\r\n", Duration::from_secs(1)).await;
    }
}

async fn connect(server: &Server) -> Result<TcpStream, Failure> {
    let place = format!("{}:{}", server.host, server.port);
    let connecting = TcpStream::connect((server.host.as_str(), server.port));
    match time::timeout(server.patience.connect, connecting).await {
        Ok(Ok(socket)) => {
            let _ = socket.set_nodelay(true);
            Ok(socket)
        }
        Ok(Err(error)) => Err(Failure::lost(format!("{place} cannot be reached: {error}"))),
        Err(_) => Err(Failure::lost(format!("{place} does not answer"))),
    }
}

async fn encrypt(server: &Server, connection: Box<dyn Connection>) -> Result<Box<dyn Connection>, Failure> {
    let wrong = |cause: String| Failure::lost(format!("TLS with {}: {cause}", server.host));
    let name = ServerName::try_from(server.host.clone()).map_err(|_| wrong("is no name of a server".into()))?;
    let handshake = TlsConnector::from(server.trust.clone()).connect(name, connection);
    match time::timeout(server.patience.connect, handshake).await {
        Ok(Ok(stream)) => Ok(Box::new(stream)),
        Ok(Err(error)) => Err(wrong(error.to_string())),
        Err(_) => Err(wrong("the server does not answer".into())),
    }
}

async fn start_tls(mut line: Line, server: &Server, offered: &Extensions) -> Result<Line, Failure> {
    if !offered.starttls {
        return Err(Failure::lost("STARTTLS: the server does not offer it"));
    }
    let reply = line.ask("STARTTLS", server.patience.command).await?;
    if reply.code != 220 {
        return Err(Failure::said("STARTTLS", reply));
    }
    Ok(Line::new(encrypt(server, line.into_inner()?).await?))
}

async fn hello(line: &mut Line, server: &Server) -> Result<Extensions, Failure> {
    let within = server.patience.command;
    let reply =
        line.ask(&format!("EHLO {}", server.own_name), within).await.map_err(|failure| named("EHLO", failure))?;
    if reply.is_positive() {
        return Ok(Extensions::of(&reply));
    }
    // A server from before 1995.
    let reply = line.ask(&format!("HELO {}", server.own_name), within).await?;
    if reply.is_positive() { Ok(Extensions::default()) } else { Err(Failure::said("HELO", reply)) }
}

fn named(at: &str, failure: Failure) -> Failure {
    Failure { sentence: format!("{at}: {}", failure.sentence), ..failure }
}
