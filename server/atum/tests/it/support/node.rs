//! The real binary, serving a test's database as one of perhaps several nodes of the same installation.

use std::{
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::SystemTime,
};

use super::{Test, server};
use crate::up::process::{free_address, until};

pub struct Node {
    pub child: Child,
    pub address: SocketAddr,
    log: PathBuf,
}

impl Node {
    /// `atum serve` with these arguments beside those that it needs, without workers.
    pub fn serve(test: &Test, arguments: &[&str]) -> Self {
        let address = free_address();
        let mut command = Self::command(test, "serve");
        command.args(["--listen", &address.to_string(), "--no-workers"]).args(arguments);
        Self::start(command, address)
    }

    /// A command of the binary on this installation. Its clock stands where the test's does, and goes on from there.
    pub fn command(test: &Test, name: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_atum"));
        Self::arrange(&mut command, test, name);
        command
    }

    /// The same, for a command line that begins with another program.
    pub fn arrange(command: &mut Command, test: &Test, name: &str) {
        let directory = directory(test);
        let database = format!("postgres://atum_app@localhost/{}?host={}", test.database, server::sockets().display());
        command.arg(name).arg("--data-dir").arg(&directory).args(["--database-url", &database]);
        command.env("ATUM_CLOCK_FILE", directory.join("clock")).env("ATUM_LOG", "info");
    }

    pub fn start(mut command: Command, address: SocketAddr) -> Self {
        let log = server::directory().join(format!("node-{}.log", address.port()));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(std::fs::File::create(&log).expect("a log"));
        let mut node = Self { child: command.spawn().expect("atum starts"), address, log };
        until("it serves", || {
            assert!(node.child.try_wait().expect("a child").is_none(), "atum ended: {}", node.log());
            node.log().contains("\"message\":\"serving ")
        });
        node
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The installation's data directory: made when it is first asked for, removed with the shared server's.
fn directory(test: &Test) -> PathBuf {
    let directory = server::directory().join(&test.database);
    let secrets = directory.join("secrets.json");
    if !secrets.exists() {
        std::fs::create_dir_all(&directory).expect("a directory");
        std::fs::write(&secrets, serde_json::to_vec(server::secrets()).expect("JSON")).expect("the secrets");
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("a time");
        let ahead = test.clock.now().timestamp() - i64::try_from(now.as_secs()).expect("seconds");
        std::fs::write(directory.join("clock"), ahead.to_string()).expect("the clock");
    }
    directory
}
