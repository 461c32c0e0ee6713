//! Workers as processes of their own, which can be stopped and killed. A test starts its own binary again and asks for
//! the one test below, whose body is a worker; so nothing of this is in the product's binary.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use atum::database::Role;
use atum_core::{App, clock::Clock, db::Connections};
use atum_jobs::Pace;
use rustix::process::{Pid, Signal, kill_process};
use serde::{Deserialize, Serialize};
use sqlx::{ConnectOptions, postgres::PgConnectOptions};
use tokio_util::sync::CancellationToken;

use super::deed;
use crate::support::{Test, app_on, server};

const ENVIRONMENT: &str = "ATUM_TEST_WORKER";

/// What a worker process is told.
#[derive(Clone, Serialize, Deserialize)]
pub struct Told {
    /// Names this worker's gates; see [`deed`].
    pub label: String,
    pub directory: PathBuf,
    pub app: String,
    pub identity: String,
    pub jobs: String,
    pub beat_ms: u64,
    pub stale_ms: u64,
    pub rescue_ms: u64,
    pub drain_ms: u64,
    /// A leader of schedules instead of a worker.
    pub leads: bool,
}

pub struct Worker(Child);

impl Told {
    /// A worker on the test's database, in whose ten times quicker pace a killed worker's job is free after 12 s.
    pub fn new(test: &Test, label: &str) -> Self {
        Self::on(|role| server::sign_in(role, &test.database), server::directory().join(&test.database), label)
    }

    pub fn on(sign_in: impl Fn(Role) -> PgConnectOptions, directory: PathBuf, label: &str) -> Self {
        let url = |role| sign_in(role).to_url_lossy().to_string();
        Self {
            label: label.to_owned(),
            directory,
            app: url(Role::App),
            identity: url(Role::Identity),
            jobs: url(Role::Jobs),
            beat_ms: 3_000,
            stale_ms: 9_000,
            rescue_ms: 2_000,
            drain_ms: 5_000,
            leads: false,
        }
    }

    pub fn start(&self) -> Worker {
        let mut command = Command::new(std::env::current_exe().expect("this binary"));
        command.args(["--exact", "jobs::process::worker_process", "--ignored", "--nocapture"]);
        command.env(ENVIRONMENT, serde_json::to_string(self).expect("JSON"));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Worker(command.spawn().expect("a worker starts"))
    }

    fn app(&self) -> App {
        let options = |url: &str| url.parse::<PgConnectOptions>().expect("an address");
        let connections =
            Connections { app: options(&self.app), identity: options(&self.identity), jobs: options(&self.jobs) };
        app_on(connections, self.directory.clone(), Clock::fixed("2026-11-20T10:00:00Z".parse().expect("a time")))
    }

    fn pace(&self) -> Pace {
        let ms = Duration::from_millis;
        Pace {
            beat: ms(self.beat_ms),
            stale: ms(self.stale_ms),
            rescue: ms(self.rescue_ms),
            drain: ms(self.drain_ms),
            sign: ms(500),
            ..Pace::default()
        }
    }
}

impl Worker {
    pub fn pid(&self) -> i32 {
        Pid::from_child(&self.0).as_raw_nonzero().get()
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.0), signal).expect("a signal");
    }

    /// kill -9
    pub fn kill(mut self) {
        self.0.kill().expect("SIGKILL");
        self.0.wait().expect("its end");
    }

    /// Waits for one that ends by itself.
    pub fn ended(mut self) {
        assert!(self.0.wait().expect("its end").success());
    }

    /// SIGTERM, and its good end.
    pub fn stop(mut self) {
        self.signal(Signal::TERM);
        let told = Instant::now();
        let end = loop {
            if let Some(end) = self.0.try_wait().expect("a child") {
                break end;
            }
            assert!(told.elapsed() < Duration::from_secs(60), "a worker that is told to stop goes on");
            std::thread::sleep(Duration::from_millis(5));
        };
        assert!(end.success(), "a worker that is told to stop ends well");
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
#[ignore = "the body of a worker that other tests start as a process"]
fn worker_process() {
    let Ok(told) = std::env::var(ENVIRONMENT) else { return };
    let told: Told = serde_json::from_str(&told).expect("what it is told");
    deed::HERE.set(deed::Here { label: told.label.clone(), directory: told.directory.clone() }).ok();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let (app, stop) = (told.app(), CancellationToken::new());
        if told.leads {
            atum_jobs::run_schedules(&app, &deed::schedules()).await.expect("a look at the schedules");
            return;
        }
        let mut terminate =
            tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).expect("a handler");
        let work = atum_jobs::worker::run_at(app, Arc::new(deed::registry()), told.pace(), stop.clone());
        let told_to_stop = async {
            terminate.recv().await;
            stop.cancel();
        };
        tokio::join!(work, told_to_stop);
    });
}

/// Waits for something that another process does, looking every few milliseconds.
pub async fn until<Look: Future<Output = bool>>(what: &str, within: Duration, mut look: impl FnMut() -> Look) {
    let begun = Instant::now();
    while !look().await {
        assert!(begun.elapsed() < within, "waited {within:?} in vain until {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// How often something is repeated, or how many there are: few in every run of the tests, all when asked for.
pub fn number(variable: &str, usual: usize) -> usize {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

pub fn lines(file: &Path) -> Vec<String> {
    std::fs::read_to_string(file).unwrap_or_default().lines().map(str::to_owned).collect()
}
