//! A fetcher as a process of its own, which can be killed: this binary again, asked for the one test below.

use std::{
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use atum::database::Role;
use atum_core::{clock::Clock, db::Connections};
use serde::{Deserialize, Serialize};
use sqlx::{ConnectOptions, postgres::PgConnectOptions};
use tokio_util::sync::CancellationToken;

use super::pace;
use crate::support::{Test, app_on, server};

const ENVIRONMENT: &str = "ATUM_TEST_FETCHER";

#[derive(Serialize, Deserialize)]
struct Told {
    directory: PathBuf,
    app: String,
    identity: String,
    jobs: String,
    /// Where it takes mail that is handed over.
    listen: Option<SocketAddr>,
}

pub struct Fetcher(Child);

impl Fetcher {
    pub fn start(test: &Test) -> Self {
        Self::start_as(test, None, None)
    }

    /// One that also takes mail that is handed over; gives its port.
    pub fn start_listening(test: &Test) -> (Self, u16) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        drop(listener);
        (Self::start_as(test, None, Some(address)), address.port())
    }

    /// One that believes this certificate.
    pub fn start_trusting(test: &Test, certificate: PathBuf) -> Self {
        Self::start_as(test, Some(certificate), None)
    }

    fn start_as(test: &Test, certificate: Option<PathBuf>, listen: Option<SocketAddr>) -> Self {
        let url = |role| server::sign_in(role, &test.database).to_url_lossy().to_string();
        let told = Told {
            directory: server::directory().join(&test.database),
            app: url(Role::App),
            identity: url(Role::Identity),
            jobs: url(Role::Jobs),
            listen,
        };
        let mut command = Command::new(std::env::current_exe().expect("this binary"));
        command.args(["--exact", "mail::intake::process::fetcher_process", "--ignored", "--nocapture"]);
        command.env(ENVIRONMENT, serde_json::to_string(&told).expect("JSON"));
        command.envs(certificate.map(|file| ("SSL_CERT_FILE", file)));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Self(command.spawn().expect("a fetcher starts"))
    }

    /// kill -9
    pub fn kill(mut self) {
        self.0.kill().expect("SIGKILL");
        self.0.wait().expect("its end");
    }
}

impl Drop for Fetcher {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
#[ignore = "the body of a fetcher that other tests start as a process"]
fn fetcher_process() {
    let Ok(told) = std::env::var(ENVIRONMENT) else { return };
    let told: Told = serde_json::from_str(&told).expect("what it is told");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let options = |url: &str| url.parse::<PgConnectOptions>().expect("an address");
        let connections =
            Connections { app: options(&told.app), identity: options(&told.identity), jobs: options(&told.jobs) };
        let clock = Clock::fixed("2026-11-20T10:00:00Z".parse().expect("a time"));
        let app = app_on(connections, told.directory, clock);
        let stop = CancellationToken::new();
        let listening = async {
            if let Some(address) = told.listen {
                atum_mail::intake::listener::listen(app.clone(), address, stop.clone()).await;
            }
        };
        tokio::join!(listening, atum_mail::intake::run(app.clone(), pace(), stop.clone()));
    });
}
