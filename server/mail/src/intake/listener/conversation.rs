//! One connection, from its greeting to its end.

use std::{io, net::SocketAddr, time::Duration};

use atum_core::App;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::{
    deliver::{self, Delivery, Recipient},
    words::{self, Command, Protocol},
};
use crate::intake::look::LARGEST_BYTES;

/// RFC 5321, section 4.5.3.2.
const LONGEST_SILENCE: Duration = Duration::from_secs(5 * 60);
const LONGEST_LINE: u64 = 4096;
const MOST_RECIPIENTS: usize = 100;

struct Conversation<'a> {
    app: &'a App,
    stream: BufReader<TcpStream>,
    peer: SocketAddr,
    protocol: Protocol,
    name: String,
    sender: Option<String>,
    recipients: Vec<Recipient>,
}

pub(super) async fn hold(app: &App, stream: TcpStream, peer: SocketAddr, stop: &CancellationToken) -> io::Result<()> {
    let mut conversation = Conversation {
        app,
        stream: BufReader::new(stream),
        peer,
        protocol: Protocol::Smtp,
        name: String::new(),
        sender: None,
        recipients: vec![],
    };
    conversation.say("220 Atum Desk takes mail").await?;
    loop {
        // Told to stop it leaves between two commands: a mail that is coming in is taken.
        let line = tokio::select! {
            line = conversation.line() => line?,
            () = stop.cancelled() => return conversation.say("421 4.3.2 closing for a while").await,
        };
        let Some(line) = line else { return Ok(()) };
        if !conversation.answer(words::read(&line)).await? {
            return Ok(());
        }
    }
}

impl Conversation<'_> {
    /// False: it was the last.
    async fn answer(&mut self, command: Command) -> io::Result<bool> {
        match command {
            Command::Hello(protocol, name) => self.greet(protocol, name).await?,
            Command::Mail(sender) => self.mail(sender).await?,
            Command::Recipient(address) => self.recipient(address).await?,
            Command::Data => return self.data().await,
            Command::Reset => {
                self.reset();
                self.say("250 2.0.0 forgotten").await?;
            }
            Command::Nothing => self.say("250 2.0.0 so be it").await?,
            Command::Verify => self.say("252 2.1.5 send it and see").await?,
            Command::Quit => {
                self.say("221 2.0.0 good-bye").await?;
                return Ok(false);
            }
            Command::Garbled => self.say("501 5.5.4 that cannot be read").await?,
            Command::Unknown => self.say("502 5.5.1 there is no such command here").await?,
        }
        Ok(true)
    }

    async fn greet(&mut self, protocol: Protocol, name: String) -> io::Result<()> {
        self.reset();
        (self.protocol, self.name) = (protocol, name);
        let extensions = format!(
            "250-atum\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250 SIZE {LARGEST_BYTES}"
        );
        self.say(&extensions).await
    }

    async fn mail(&mut self, sender: String) -> io::Result<()> {
        if self.sender.is_some() {
            return self.say("503 5.5.1 one mail at a time").await;
        }
        self.sender = Some(sender);
        self.say("250 2.1.0 go on").await
    }

    async fn recipient(&mut self, address: String) -> io::Result<()> {
        if self.sender.is_none() {
            return self.say("503 5.5.1 MAIL comes first").await;
        }
        if self.recipients.len() >= MOST_RECIPIENTS {
            return self.say("452 4.5.3 that is enough recipients").await;
        }
        match deliver::recipient(self.app, address).await {
            Ok(Some(recipient)) => {
                self.recipients.push(recipient);
                self.say("250 2.1.5 go on").await
            }
            Ok(None) => self.say("550 5.1.1 nobody has this address here").await,
            Err(problem) => {
                tracing::warn!("a recipient cannot be looked up: {problem}");
                self.say("451 4.3.0 try again later").await
            }
        }
    }

    async fn data(&mut self) -> io::Result<bool> {
        if self.recipients.is_empty() {
            self.say("503 5.5.1 RCPT comes first").await?;
            return Ok(true);
        }
        self.say("354 end it with a dot").await?;
        let Some(raw) = self.body().await? else { return Ok(false) };
        let answers = match raw {
            Body::Whole(raw) => self.deliver(&raw).await,
            Body::TooLarge => vec!["552 5.3.4 that is too large".to_owned(); self.recipients.len()],
        };
        // SMTP has one answer: the worst. Whoever has it already knows it by its identity when it comes again.
        let answers = match self.protocol {
            Protocol::Lmtp => answers,
            Protocol::Smtp => answers.into_iter().max().into_iter().collect(),
        };
        self.reset();
        for answer in answers {
            self.say(&answer).await?;
        }
        Ok(true)
    }

    /// Only what is durable is taken.
    async fn deliver(&self, raw: &[u8]) -> Vec<String> {
        let delivery = Delivery {
            sender: self.sender.as_deref().unwrap_or_default(),
            recipients: &self.recipients,
            name: &self.name,
            peer: self.peer,
            protocol: self.protocol,
        };
        let kept = deliver::keep(self.app, &delivery, raw).await;
        let answer = |kept| if kept { "250 2.0.0 it is here" } else { "451 4.3.0 it cannot be kept now" };
        kept.into_iter().map(|kept| answer(kept).to_owned()).collect()
    }

    /// `None`: the other side broke off, and the mail is still its.
    async fn body(&mut self) -> io::Result<Option<Body>> {
        let (mut raw, mut too_large) = (vec![], false);
        loop {
            let mut line = vec![];
            // A longer line comes in pieces.
            let mut piece = (&mut self.stream).take(1 << 20);
            timeout(LONGEST_SILENCE, piece.read_until(b'\n', &mut line)).await??;
            match line.as_slice() {
                [] => return Ok(None),
                b".\r\n" | b".\n" if raw.is_empty() || raw.ends_with(b"\n") => break,
                _ => {}
            }
            // RFC 5321, section 4.5.2.
            let begins_line = raw.is_empty() || raw.ends_with(b"\n");
            let text = if begins_line && line[0] == b'.' { &line[1..] } else { &line[..] };
            if text.is_empty() {
                continue;
            }
            too_large |= (raw.len() + text.len()) as u64 > LARGEST_BYTES;
            if too_large {
                raw = text[text.len() - 1..].to_vec();
            } else {
                raw.extend_from_slice(text);
            }
        }
        Ok(Some(if too_large { Body::TooLarge } else { Body::Whole(raw) }))
    }

    async fn line(&mut self) -> io::Result<Option<String>> {
        let mut line = vec![];
        let mut piece = (&mut self.stream).take(LONGEST_LINE);
        let read = timeout(LONGEST_SILENCE, piece.read_until(b'\n', &mut line)).await??;
        let whole = line.ends_with(b"\n");
        if read > 0 && !whole {
            return Err(io::Error::other("a line without an end"));
        }
        Ok(whole.then(|| String::from_utf8_lossy(&line).trim_end().to_owned()))
    }

    async fn say(&mut self, line: &str) -> io::Result<()> {
        let stream = self.stream.get_mut();
        timeout(LONGEST_SILENCE, stream.write_all(format!("{line}\r\n").as_bytes())).await?
    }

    fn reset(&mut self) {
        self.sender = None;
        self.recipients.clear();
    }
}

enum Body {
    Whole(Vec<u8>),
    TooLarge,
}
