//! A private Dovecot for the whole run. Any user name with the password "secret" is let in and has a mailbox of its own,
//! so that every test has its own user; a token is let in while the test says that it is valid.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{LazyLock, Mutex, OnceLock},
    time::{Duration, Instant},
};

pub const PASSWORD: &str = "secret";

pub struct Dovecot {
    directory: PathBuf,
    pub port: u16,
    /// TLS from the first byte, with a certificate that nobody signed.
    pub tls_port: u16,
    /// Sleeps while its standard input is open.
    _watchdog: Option<Child>,
}

/// Which token is whose.
static TOKENS: LazyLock<Mutex<HashMap<String, String>>> = LazyLock::new(Mutex::default);

pub fn dovecot() -> &'static Dovecot {
    static SERVER: OnceLock<Dovecot> = OnceLock::new();
    SERVER.get_or_init(|| Dovecot::start("shared"))
}

/// From now on this token signs this user in.
pub fn admit_token(token: &str, user: &str) {
    TOKENS.lock().expect("tokens").insert(token.to_owned(), user.to_owned());
}

pub fn withdraw_token(token: &str) {
    TOKENS.lock().expect("tokens").remove(token);
}

impl Dovecot {
    pub fn start(name: &str) -> Self {
        let directory = std::env::temp_dir().join(format!("atum-it-dovecot-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&directory);
        for part in ["run", "state", "log", "mail"] {
            std::fs::create_dir_all(directory.join(part)).expect("a directory");
        }
        let (port, tls_port) = (free_port(), free_port());
        make_certificate(&directory);
        std::fs::write(directory.join("oauth2.conf"), oauth_configuration(introspection())).expect("a file");
        std::fs::write(directory.join("dovecot.conf"), configuration(&directory, port, tls_port)).expect("a file");
        give_to_mail_user(&directory);
        let watchdog = watch(&directory);
        let server = Self { directory, port, tls_port, _watchdog: Some(watchdog) };
        server.begin();
        server
    }

    /// Starts it, and returns when it greets.
    pub fn begin(&self) {
        let mut command = Command::new("dovecot");
        command.arg("-c").arg(self.directory.join("dovecot.conf"));
        // It goes on in the background, with whatever it was given to write to.
        let words = self.directory.join("log/start.log");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(std::fs::File::create(&words).expect("a file"));
        let begun = command.status().expect("dovecot is installed (apt-get install dovecot-imapd)");
        assert!(begun.success(), "dovecot: {}", std::fs::read_to_string(&words).unwrap_or_default());
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(started.elapsed() < Duration::from_secs(20), "dovecot does not listen");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Ends it without a good-bye.
    pub fn kill(&self) {
        let pid = std::fs::read_to_string(self.directory.join("run/master.pid")).expect("a pid");
        let pid = rustix::process::Pid::from_raw(pid.trim().parse().expect("a number")).expect("a pid");
        rustix::process::kill_process(pid, rustix::process::Signal::KILL).expect("a signal");
        while TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// What signed the certificate: itself.
    pub fn certificate(&self) -> PathBuf {
        self.directory.join("certificate.pem")
    }

    /// Where a user's mails lie.
    pub fn mails_of(&self, user: &str) -> PathBuf {
        self.directory.join("mail").join(user)
    }

    pub fn sign_in(&self, user: &str) -> Mailbox {
        Mailbox::sign_in(self.port, user)
    }
}

/// A client like that of a colleague who works in the same mailbox.
pub struct Mailbox {
    reader: BufReader<TcpStream>,
    tag: u32,
}

impl Mailbox {
    fn sign_in(port: u16, user: &str) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("dovecot");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a limit");
        let mut mailbox = Self { reader: BufReader::new(stream), tag: 0 };
        mailbox.line();
        mailbox.run(&format!("LOGIN {user} {PASSWORD}"));
        mailbox
    }

    /// All that is answered, up to OK.
    #[track_caller]
    pub fn run(&mut self, command: &str) -> String {
        self.write(command.as_bytes());
        self.answer(command)
    }

    pub fn append(&mut self, folder: &str, raw: &[u8]) {
        self.write(format!("APPEND \"{folder}\" {{{}}}", raw.len()).as_bytes());
        assert!(self.line().starts_with('+'), "it asks for the mail");
        self.reader.get_mut().write_all(raw).expect("written");
        self.reader.get_mut().write_all(b"\r\n").expect("written");
        self.answer("APPEND");
    }

    /// Every mail's UID and flags, and the folder's UIDVALIDITY.
    pub fn look(&mut self, folder: &str) -> (u32, Vec<(u32, String)>) {
        let selected = self.run(&format!("SELECT \"{folder}\""));
        let (_, rest) = selected.split_once("UIDVALIDITY ").expect("a UIDVALIDITY");
        let validity = rest.split(']').next().and_then(|text| text.parse().ok()).expect("a number");
        let fetched = self.run("UID FETCH 1:* (UID FLAGS)");
        let mails = fetched.lines().filter(|line| line.contains(" FETCH (")).map(|line| {
            let uid = line.split_once("UID ").and_then(|(_, rest)| rest.split(' ').next()).expect("a UID");
            (uid.parse().expect("a number"), line.to_owned())
        });
        (validity, mails.collect())
    }

    fn write(&mut self, command: &[u8]) {
        self.tag += 1;
        let line = [format!("t{} ", self.tag).as_bytes(), command, b"\r\n"].concat();
        self.reader.get_mut().write_all(&line).expect("written");
    }

    #[track_caller]
    fn answer(&mut self, command: &str) -> String {
        let (tag, mut said) = (format!("t{} ", self.tag), String::new());
        loop {
            let line = self.line();
            if let Some(end) = line.strip_prefix(&tag) {
                assert!(end.starts_with("OK"), "{command}: {end}");
                return said;
            }
            said.push_str(&line);
        }
    }

    fn line(&mut self) -> String {
        let mut line = vec![];
        self.reader.read_until(b'\n', &mut line).expect("an answer");
        String::from_utf8_lossy(&line).into_owned()
    }
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).expect("a port").local_addr().expect("an address").port()
}

fn make_certificate(directory: &Path) {
    let made = Command::new("openssl")
        .args(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=atum-test-mail"
                .split(' '),
        )
        .args(["-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE"])
        .arg("-keyout")
        .arg(directory.join("key.pem"))
        .arg("-out")
        .arg(directory.join("certificate.pem"))
        .output()
        .expect("openssl");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

/// Asked by Dovecot about tokens (RFC 7662); gives where it is asked.
fn introspection() -> u16 {
    static PORT: OnceLock<u16> = OnceLock::new();
    *PORT.get_or_init(|| {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        std::thread::spawn(move || listener.incoming().flatten().for_each(introspect));
        port
    })
}

fn introspect(mut stream: TcpStream) {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
    let mut buffer = [0; 8192];
    let read = stream.read(&mut buffer).unwrap_or(0);
    let request = String::from_utf8_lossy(&buffer[..read]).into_owned();
    let token = request.split_once("token=").and_then(|(_, rest)| rest.split([' ', '&']).next()).unwrap_or_default();
    let user = TOKENS.lock().expect("tokens").get(token).cloned();
    let body = match user {
        Some(user) => format!("{{\"active\":true,\"username\":\"{user}\"}}"),
        None => "{\"active\":false}".to_owned(),
    };
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n", body.len());
    let _ = stream.write_all(format!("{head}Connection: close\r\n\r\n{body}").as_bytes());
}

fn oauth_configuration(port: u16) -> String {
    format!(
        "introspection_mode = get\nintrospection_url = http://127.0.0.1:{port}/introspect?token=\n\
         username_attribute = username\nactive_attribute = active\nactive_value = true\n"
    )
}

/// As root Dovecot's own users do its work; otherwise everybody is whoever runs the tests.
fn configuration(directory: &Path, port: u16, tls_port: u16) -> String {
    let root = rustix::process::geteuid().is_root();
    let (uid, gid) =
        if root { (65534, 65534) } else { (rustix::process::geteuid().as_raw(), rustix::process::getegid().as_raw()) };
    let name = |program: &[&str]| {
        let output = Command::new(program[0]).args(&program[1..]).output().expect("id");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    };
    let (login, internal, group) = match root {
        true => ("dovenull".to_owned(), "dovecot".to_owned(), "dovecot".to_owned()),
        false => (name(&["id", "-un"]), name(&["id", "-un"]), name(&["id", "-gn"])),
    };
    include_str!("dovecot.conf")
        .replace("DIRECTORY", &directory.display().to_string())
        .replace("TLS_PORT", &tls_port.to_string())
        .replace("PORT", &port.to_string())
        .replace("LOGIN_USER", &login)
        .replace("INTERNAL_USER", &internal)
        .replace("INTERNAL_GROUP", &group)
        .replace("MAIL_UID", &uid.to_string())
        .replace("MAIL_GID", &gid.to_string())
}

fn give_to_mail_user(directory: &Path) {
    if rustix::process::geteuid().is_root() {
        let given = Command::new("chown").arg("65534:65534").arg(directory.join("mail")).status().expect("chown");
        assert!(given.success());
    }
}

/// As in `server.rs`: it ends with this process, however that ends.
fn watch(directory: &Path) -> Child {
    let script = r#"cat; kill -9 "$(cat "$1/run/master.pid")"; rm -rf "$1""#;
    let mut command = Command::new("sh");
    command.args(["-c", script, "atum-it-dovecot-watchdog"]).arg(directory);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    command.spawn().expect("sh")
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        if let Some(mut watchdog) = self._watchdog.take() {
            drop(watchdog.stdin.take());
            let _ = watchdog.wait();
        }
    }
}
