//! A service manager as the process sees it: a socket that hears what it is told, and a directory with its secrets.

use std::{
    os::unix::net::UnixDatagram,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use atum::database::Secrets;
use rustix::process::{Pid, Signal, kill_process};

/// After so long without a word, systemd would kill the process.
pub const PATIENCE: Duration = Duration::from_secs(4);

/// A process that was started as systemd starts one.
pub struct Managed {
    child: Child,
    socket: UnixDatagram,
    directory: PathBuf,
}

impl Managed {
    /// `atum …` with the secrets as credentials, and nothing of them in its data directory, environment or arguments.
    pub fn start(secrets: &Secrets, database_url: &str, arguments: &[&str]) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let directory = std::env::temp_dir().join(format!("atum-managed-{}-{count}", std::process::id()));
        let credentials = directory.join("credentials");
        std::fs::create_dir_all(&credentials).expect("a directory");
        let secrets = serde_json::to_string(secrets).expect("JSON");
        std::fs::write(credentials.join("secrets.json"), secrets).expect("a credential");
        std::fs::write(credentials.join("database-url"), database_url).expect("a credential");
        let socket = UnixDatagram::bind(directory.join("notify")).expect("a socket");
        let mut command = Command::new(env!("CARGO_BIN_EXE_atum"));
        command.args(arguments).arg("--data-dir").arg(directory.join("data"));
        command.env("NOTIFY_SOCKET", directory.join("notify")).env("CREDENTIALS_DIRECTORY", credentials);
        command.env("WATCHDOG_USEC", PATIENCE.as_micros().to_string());
        let log = std::fs::File::create(directory.join("log")).expect("a log");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let child = command.spawn().expect("atum starts");
        Self { child, socket, directory }
    }

    /// The next that it says; `None`: it was silent for so long.
    pub fn next(&self, within: Duration) -> Option<String> {
        let mut words = [0; 4096];
        self.socket.set_read_timeout(Some(within)).expect("a time limit");
        let length = self.socket.recv(&mut words).ok()?;
        Some(String::from_utf8_lossy(&words[..length]).into_owned())
    }

    /// Waits until it says this, and gives all that it said until then.
    #[track_caller]
    pub fn until(&self, words: &str) -> Vec<String> {
        let (begun, mut said) = (Instant::now(), vec![]);
        while begun.elapsed() < Duration::from_secs(90) {
            let Some(next) = self.next(Duration::from_secs(1)) else { continue };
            let found = next.contains(words);
            said.push(next);
            if found {
                return said;
            }
        }
        panic!("it never said {words:?}; it said {said:?}; its log:\n{}", self.log());
    }

    /// All that it has said.
    pub fn until_silent(&self) -> Vec<String> {
        std::iter::from_fn(|| self.next(Duration::from_millis(300))).collect()
    }

    /// All that it says for longer than systemd would wait.
    pub fn while_patient(&self) -> Vec<String> {
        let (begun, mut said) = (Instant::now(), vec![]);
        while begun.elapsed() < PATIENCE + Duration::from_millis(500) {
            said.extend(self.next(Duration::from_millis(100)));
        }
        said
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("a signal");
    }

    /// Its exit code, once it ended.
    pub fn ended(&mut self) -> Option<i32> {
        self.child.wait().expect("its end").code()
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.directory.join("log")).unwrap_or_default()
    }

    pub fn keeps_secrets(&self) -> bool {
        self.directory.join("data/secrets.json").exists()
    }
}

impl Drop for Managed {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}
