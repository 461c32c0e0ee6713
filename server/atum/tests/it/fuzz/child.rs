//! The server as a process of its own: its memory can be measured, its log read, and a request that ends it ends only
//! it. The test starts its own binary again and asks for the one test below, whose body is the server.

use std::{
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use atum::database::Role;
use atum_core::{App, clock::Clock, config::Config, db::Connections};
use serde::{Deserialize, Serialize};
use sqlx::{ConnectOptions, postgres::PgConnectOptions};

use crate::{
    support::{Test, app_on, server},
    up::process::{free_address, until},
};

const ENVIRONMENT: &str = "ATUM_TEST_SERVER";

#[derive(Serialize, Deserialize)]
struct Told {
    address: SocketAddr,
    directory: PathBuf,
    app: String,
    identity: String,
    jobs: String,
}

pub struct Served {
    child: Child,
    pub address: SocketAddr,
    log: PathBuf,
}

impl Served {
    /// Serves the test's database.
    pub fn start(test: &Test) -> Self {
        Self::start_with(test, &[])
    }

    /// The same with more in the process's environment.
    pub fn start_with(test: &Test, environment: &[(&str, &str)]) -> Self {
        let url = |role| server::sign_in(role, &test.database).to_url_lossy().to_string();
        let address = free_address();
        let directory = server::directory().join(&test.database);
        let log = directory.join("served.log");
        let (app, identity, jobs) = (url(Role::App), url(Role::Identity), url(Role::Jobs));
        let told = Told { address, directory, app, identity, jobs };
        let mut command = Command::new(std::env::current_exe().expect("this binary"));
        command.args(["--exact", "fuzz::child::server_process", "--ignored", "--nocapture"]);
        command.env(ENVIRONMENT, serde_json::to_string(&told).expect("JSON")).envs(environment.iter().copied());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(std::fs::File::create(&log).expect("a log"));
        let child = command.spawn().expect("a server starts");
        let served = Self { child, address, log };
        until("it listens", || std::net::TcpStream::connect(address).is_ok());
        served
    }

    /// What it complained of so far.
    pub fn complaints(&self) -> Vec<String> {
        let log = std::fs::read(&self.log).unwrap_or_default();
        let log = String::from_utf8_lossy(&log).into_owned();
        let is_complaint = |line: &&str| ["panicked", " ERROR ", " WARN "].iter().any(|mark| line.contains(mark));
        log.lines().filter(is_complaint).map(str::to_owned).collect()
    }

    /// The most memory it ever had, in MiB (proc(5), `VmHWM`).
    pub fn most_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("VmHWM");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") / 1024
    }

    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("a child").is_none()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
#[ignore = "the body of a server that another test starts as a process"]
fn server_process() {
    let Ok(told) = std::env::var(ENVIRONMENT) else { return };
    let told: Told = serde_json::from_str(&told).expect("what it is told");
    let log = tracing_subscriber::fmt().with_max_level(tracing::Level::WARN).with_ansi(false);
    log.with_writer(std::io::stderr).init();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let listener = atum::serve::bind(told.address).await.expect("the address");
        atum::serve::until_stopped(told.serving(), listener, atum::serve::Outside::default(), &[])
            .await
            .expect("serving");
    });
}

impl Told {
    /// It believes what the test says of addresses, so that they can be anybody's.
    fn serving(&self) -> App {
        let options = |url: &str| url.parse::<PgConnectOptions>().expect("an address");
        let connections =
            Connections { app: options(&self.app), identity: options(&self.identity), jobs: options(&self.jobs) };
        let clock = Clock::fixed("2026-11-20T10:00:00Z".parse().expect("a time"));
        let app = app_on(connections, self.directory.clone(), clock);
        let config = Config { trusted_proxies: vec!["127.0.0.1".parse().expect("a network")], ..(*app.config).clone() };
        App { config: Arc::new(config), ..app }
    }
}

/// An answer may take this long on a machine that does much else.
pub const LONGEST: Duration = Duration::from_secs(20);
