//! What tests stand on. A test begins with [`Test::new`]: its own database, a fixed clock, the router of the binary.

mod answer;
pub mod authenticator;
pub mod authority;
mod client;
pub mod dovecot;
pub mod full;
pub mod node;
mod organization;
mod plans;
pub mod proxy;
pub mod server;
pub mod sink;

use std::sync::Arc;

use atum::database::connections;
use atum_core::{
    App,
    clock::Clock,
    config::{Config, SecretKey},
    db::{Connections, Db},
    limits::Limits,
    progress::Progress,
    wake::Wake,
};
use chrono::{DateTime, Utc};
use object_store::local::LocalFileSystem;
use sqlx::{Connection, PgConnection};
use tokio_util::sync::CancellationToken;

pub use answer::Answer;
pub use client::Client;
pub use organization::{Organization, Somebody};
pub use plans::{Plan, Plans, Scan};

pub struct Test {
    pub app: App,
    pub clock: Clock,
    /// On the shared server; empty where the test has its own.
    pub database: String,
    router: axum::Router,
}

impl Test {
    /// Friday, 20 November 2026, 10:00 UTC, unless the test sets another time.
    pub async fn new() -> Self {
        let database = server::create_database().await;
        let clock = Clock::fixed("2026-11-20T10:00:00Z".parse().expect("a time"));
        let app = app(&database, clock.clone());
        let router = atum::router::router(app.clone());
        Self { app, clock, database, router }
    }

    /// On a server of the test's own, which it may stop. Its database goes with it.
    pub fn on(server: &server::OwnServer) -> Self {
        let clock = Clock::fixed("2026-11-20T10:00:00Z".parse().expect("a time"));
        let app = app_on(connections(|role| server.sign_in(role)), server.directory().to_owned(), clock.clone());
        let router = atum::router::router(app.clone());
        Self { app, clock, database: String::new(), router }
    }

    /// The same application on other connections.
    pub fn app_through(&self, connections: Connections) -> App {
        App { db: Db::new(connections, 4, self.clock.clone()), ..self.app.clone() }
    }

    /// The same application with more or fewer connections to its database than the usual four, all of them new.
    pub fn app_with(&self, most_connections: u32) -> App {
        let connections = connections(|role| server::sign_in(role, &self.database));
        App { db: Db::new(connections, most_connections, self.clock.clone()), ..self.app.clone() }
    }

    pub fn at(&self, time: &str) -> DateTime<Utc> {
        let time = time.parse().expect("RFC 3339");
        self.clock.set(time);
        time
    }

    /// Nobody: a browser that never signed in.
    pub fn anonymous(&self) -> Client {
        Client::new(self.router.clone(), None)
    }

    /// A new organization with its default policy and calendar, Monday to Friday 9 to 17 UTC.
    pub async fn organization(&self, slug: &str) -> Organization<'_> {
        self.organization_in(slug, chrono_tz::UTC).await
    }

    pub async fn organization_in(&self, slug: &str, time_zone: chrono_tz::Tz) -> Organization<'_> {
        Organization::create(self, slug, time_zone).await
    }

    /// Runs queued jobs, and those that they enqueue, until none is left. None may have failed.
    pub async fn run_jobs(&self) -> usize {
        let done = atum_jobs::worker::drain(&self.app, &atum::worker::registry()).await.expect("jobs run");
        let failed: Vec<(String, serde_json::Value)> =
            sqlx::query_as("select kind, errors from queue.job where state <> 'completed' or errors <> '[]'")
                .fetch_all(&mut self.superuser().await)
                .await
                .expect("the queue");
        assert!(failed.is_empty(), "jobs that did not simply complete: {failed:#?}");
        done
    }

    /// Sees everything: for looking at what the roles under test cannot see.
    pub async fn superuser(&self) -> PgConnection {
        PgConnection::connect_with(&server::superuser(&self.database)).await.expect("connect")
    }

    pub(crate) fn client(&self, cookie: String) -> Client {
        Client::new(self.router.clone(), Some(cookie))
    }
}

impl Drop for Test {
    fn drop(&mut self) {
        let database = std::mem::take(&mut self.database);
        if database.is_empty() {
            return;
        }
        // Another thread, another runtime, and nobody waits for it: the server drops a database only after every backend
        // has answered, and one of them may be signing in for a task of the very runtime that this would hold up.
        // What is not dropped by the end of the run goes with the server.
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
            runtime.block_on(server::drop_database(&database));
        });
    }
}

fn app(database: &str, clock: Clock) -> App {
    let connections = connections(|role| server::sign_in(role, database));
    app_on(connections, server::directory().join(database), clock)
}

/// The application wherever its database is: also for processes that a test starts.
pub fn app_on(connections: Connections, data_dir: std::path::PathBuf, clock: Clock) -> App {
    let db = Db::new(connections, 4, clock.clone());
    let files = data_dir.join("files");
    std::fs::create_dir_all(&files).expect("a directory for files");
    App {
        wake: Wake::start(db.clone()),
        db,
        clock,
        blobs: Arc::new(LocalFileSystem::new_with_prefix(files).expect("file store")),
        stop: CancellationToken::new(),
        progress: Progress::default(),
        limits: Limits::default(),
        config: Arc::new(Config {
            data_dir,
            public_url: "http://desk.test".into(),
            upload_limit_bytes: 1 << 20,
            trusted_proxies: vec![],
            metrics_token: None,
            breached_passwords_file: None,
            mail_listen: None,
            watched_certificates: vec![],
            secret_key: SecretKey([7; 32]),
        }),
    }
}
