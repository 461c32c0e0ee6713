//! A mail server that does what a test wrote down: it takes mail, refuses it, drops the line, is slow. It keeps all that
//! it took over, and what was said on each connection.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
    time::Duration,
};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::{ClientConfig, RootCertStore, ServerConfig, pki_types::PrivateKeyDer};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::Notify,
};
use tokio_rustls::TlsAcceptor;

/// What happens on one connection. The usual: everything is taken.
#[derive(Clone, Default)]
pub struct Script {
    /// In place of the usual replies, such as "550 5.7.1 no".
    pub greeting: Option<String>,
    pub mail: Option<String>,
    pub data: Option<String>,
    /// For these recipients alone.
    pub recipients: HashMap<String, String>,
    pub after_dot: AfterDot,
    /// User name and password that AUTH wants, or the token of XOAUTH2.
    pub password: Option<(String, String)>,
    pub token: Option<String>,
    /// Offers STARTTLS.
    pub starttls: bool,
    /// Waits so long before each reply.
    pub slow: Option<Duration>,
}

#[derive(Clone, Default)]
pub enum AfterDot {
    #[default]
    Take,
    Say(String),
    /// Takes the mail and closes without a word.
    TakeAndDrop,
    /// Closes without a word; the mail is gone.
    Drop,
    /// Tells that the dot came, and takes the mail when told to go on.
    Wait(Arc<Notify>, Arc<Notify>),
}

/// What was taken over: one row for each recipient, since our mails have one.
#[derive(Debug, Clone)]
pub struct Taken {
    pub from: String,
    pub to: String,
    pub raw: String,
    pub encrypted: bool,
}

#[derive(Default)]
struct State {
    scripts: VecDeque<Script>,
    usual: Script,
    taken: Vec<Taken>,
    said: Vec<String>,
    connections: usize,
}

#[derive(Clone)]
pub struct Sink {
    pub port: u16,
    state: Arc<Mutex<State>>,
    certificate: Arc<Certificate>,
}

/// An authority that ends with the test, and what it vouched for.
struct Certificate {
    server: Arc<ServerConfig>,
    trust: Arc<ClientConfig>,
}

impl Sink {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let sink = Self { port, state: Arc::default(), certificate: Arc::new(certificate()) };
        let serving = sink.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let _ = socket.set_nodelay(true);
                tokio::spawn(serving.clone().serve(socket));
            }
        });
        sink
    }

    /// For the next connection that has none yet.
    pub fn next(&self, script: Script) {
        self.with(|state| state.scripts.push_back(script));
    }

    /// For all connections that have none of their own.
    pub fn usually(&self, script: Script) {
        self.with(|state| state.usual = script);
    }

    pub fn taken(&self) -> Vec<Taken> {
        self.with(|state| state.taken.clone())
    }

    /// Every line that a client sent outside of a mail.
    pub fn said(&self) -> Vec<String> {
        self.with(|state| state.said.clone())
    }

    pub fn connections(&self) -> usize {
        self.with(|state| state.connections)
    }

    /// Trusts this sink's certificate, which is for "localhost".
    pub fn trust(&self) -> Arc<ClientConfig> {
        self.certificate.trust.clone()
    }

    fn with<Answer>(&self, look: impl FnOnce(&mut State) -> Answer) -> Answer {
        look(&mut self.state.lock().expect("the sink"))
    }

    async fn serve(self, socket: TcpStream) {
        let script = self.with(|state| {
            state.connections += 1;
            state.scripts.pop_front().unwrap_or_else(|| state.usual.clone())
        });
        let mut clear = Talk { sink: &self, script: &script, line: BufReader::new(socket), encrypted: false };
        let greeting = script.greeting.clone().unwrap_or_else(|| "220 sink ESMTP".into());
        if clear.say(&greeting).await.is_none() || clear.converse().await != Some(Next::Encrypt) {
            return;
        }
        let socket = clear.line.into_inner();
        let Ok(socket) = TlsAcceptor::from(self.certificate.server.clone()).accept(socket).await else { return };
        Talk { sink: &self, script: &script, line: BufReader::new(socket), encrypted: true }.converse().await;
    }
}

#[derive(PartialEq)]
enum Next {
    Encrypt,
    End,
}

struct Talk<'a, Socket> {
    sink: &'a Sink,
    script: &'a Script,
    line: BufReader<Socket>,
    encrypted: bool,
}

impl<Socket: AsyncRead + AsyncWrite + Unpin> Talk<'_, Socket> {
    /// `None`: the line is gone.
    async fn converse(&mut self) -> Option<Next> {
        let (mut from, mut to) = (String::new(), String::new());
        loop {
            let line = self.hear().await?;
            let command = line.to_ascii_uppercase();
            self.sink.with(|state| state.said.push(line.clone()));
            if command.starts_with("EHLO") {
                let mut offers = String::from("250-sink\r\n");
                if self.script.starttls && !self.encrypted {
                    offers.push_str("250-STARTTLS\r\n");
                }
                if self.script.password.is_some() || self.script.token.is_some() {
                    offers.push_str("250-AUTH PLAIN LOGIN XOAUTH2\r\n");
                }
                self.say(&format!("{offers}250 SIZE 30000000")).await?;
            } else if command == "STARTTLS" {
                self.say("220 go ahead").await?;
                return Some(Next::Encrypt);
            } else if command.starts_with("AUTH ") {
                let reply = if self.signs_in(&line) { "235 2.7.0 welcome" } else { "535 5.7.8 wrong name or password" };
                self.say(reply).await?;
            } else if command.starts_with("MAIL FROM:") {
                from = path(&line);
                self.say(self.script.mail.as_deref().unwrap_or("250 2.1.0 ok")).await?;
            } else if command.starts_with("RCPT TO:") {
                to = path(&line);
                let reply = self.script.recipients.get(&to).map_or("250 2.1.5 ok", String::as_str);
                self.say(reply).await?;
            } else if command == "DATA" {
                let reply = self.script.data.clone().unwrap_or_else(|| "354 go on".into());
                self.say(&reply).await?;
                if reply.starts_with('3') {
                    let raw = self.body().await?;
                    let taken = Taken { from: from.clone(), to: to.clone(), raw, encrypted: self.encrypted };
                    self.end(taken).await?;
                }
            } else if command == "QUIT" {
                self.say("221 bye").await?;
                return Some(Next::End);
            } else {
                self.say("250 2.0.0 ok").await?;
            }
        }
    }

    async fn end(&mut self, taken: Taken) -> Option<()> {
        let count = |taken| {
            self.sink.with(|state| {
                state.taken.push(taken);
                state.taken.len()
            })
        };
        match &self.script.after_dot {
            AfterDot::Take => {
                let number = count(taken);
                self.say(&format!("250 2.0.0 Ok: queued as S{number}")).await
            }
            AfterDot::Say(reply) => self.say(reply).await,
            AfterDot::TakeAndDrop => {
                count(taken);
                None
            }
            AfterDot::Drop => None,
            AfterDot::Wait(came, go_on) => {
                came.notify_one();
                go_on.notified().await;
                let number = count(taken);
                self.say(&format!("250 2.0.0 Ok: queued as S{number}")).await
            }
        }
    }

    fn signs_in(&self, line: &str) -> bool {
        use base64::{Engine, engine::general_purpose::STANDARD};
        let mut words = line.split(' ').skip(1);
        let (mechanism, secret) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let secret = STANDARD.decode(secret).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
        match mechanism {
            "PLAIN" => self.script.password.as_ref().is_some_and(|(user, word)| secret == format!("\0{user}\0{word}")),
            "XOAUTH2" => {
                self.script.token.as_ref().is_some_and(|token| secret.contains(&format!("auth=Bearer {token}\x01")))
            }
            _ => false,
        }
    }

    /// Up to the final dot, with doubled dots undone.
    async fn body(&mut self) -> Option<String> {
        let mut raw = String::new();
        loop {
            let line = self.hear().await?;
            if line == "." {
                return Some(raw);
            }
            raw.push_str(line.strip_prefix('.').unwrap_or(&line));
            raw.push_str("\r\n");
        }
    }

    async fn hear(&mut self) -> Option<String> {
        let mut line = vec![];
        self.line.read_until(b'\n', &mut line).await.ok()?;
        let line = String::from_utf8(line).ok()?;
        Some(line.strip_suffix("\r\n")?.to_owned())
    }

    async fn say(&mut self, reply: &str) -> Option<()> {
        if let Some(slow) = self.script.slow {
            tokio::time::sleep(slow).await;
        }
        self.line.get_mut().write_all(format!("{reply}\r\n").as_bytes()).await.ok()?;
        self.line.get_mut().flush().await.ok()
    }
}

fn path(line: &str) -> String {
    line.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(path, _)| path.to_owned()).unwrap_or_default()
}

fn certificate() -> Certificate {
    let mut authority = CertificateParams::new(vec![]).expect("parameters");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().expect("a key")).expect("an authority");
    let key = KeyPair::generate().expect("a key");
    let own = CertificateParams::new(vec!["localhost".into()]).expect("parameters");
    let own = own.signed_by(&key, &authority).expect("a certificate");
    let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
    let server = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![own.der().clone()], key);
    let mut roots = RootCertStore::empty();
    roots.add(authority.as_ref().der().clone()).expect("an authority");
    let trust = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    Certificate { server: Arc::new(server.expect("a server")), trust: Arc::new(trust) }
}
