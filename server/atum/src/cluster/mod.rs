//! The private PostgreSQL server of `atum up` and of the tests: found, initialized, started, watched and stopped here.
//!
//! Invariants
//! - It listens on a unix socket in a directory that only its own user may enter, and on nothing else.
//! - Where the caller is root, every one of its programs runs as an unprivileged user.
//! - A server that outlived its `atum` is taken over, never started a second time.

mod account;
mod data_dir;
mod initialize;
mod lock;
mod postmaster;
mod programs;
mod settings;
mod supervise;

pub use account::Account;
pub use data_dir::{DataDir, RESTORE_MARKER};
pub use lock::Lock;
pub use postmaster::{Postmaster, stop_left_server};
pub use programs::Programs;
pub use settings::{ARCHIVE_SETTINGS, Durability};
pub use supervise::Supervised;

use sqlx::postgres::PgConnectOptions;

/// The administrator of a private server. Only `atum` itself signs in as it.
pub const SUPERUSER: &str = "postgres";

/// Everything needed to start the server of one data directory, at any time again.
#[derive(Clone)]
pub struct Cluster {
    pub data_dir: DataDir,
    pub programs: Programs,
    pub account: Account,
    pub durability: Durability,
    pub superuser_password: String,
}

impl Cluster {
    /// How the administrator reaches `database`.
    pub fn superuser(&self, database: &str) -> PgConnectOptions {
        self.sign_in(SUPERUSER, &self.superuser_password, database)
    }

    pub fn sign_in(&self, role: &str, password: &str, database: &str) -> PgConnectOptions {
        // `new_without_pgpass`: the caller's own PostgreSQL settings are about another server.
        PgConnectOptions::new_without_pgpass()
            .socket(self.data_dir.sockets())
            .port(5432)
            .username(role)
            .password(password)
            .database(database)
    }

    /// Makes the files of a new server unless they are there, and writes its settings anew.
    pub async fn prepare(&self) -> anyhow::Result<()> {
        initialize::run(self).await?;
        settings::write(self)
    }

    /// Starts the server, or takes over the one that runs, and returns when it answers.
    pub async fn start(&self) -> anyhow::Result<Postmaster> {
        postmaster::start(self).await
    }
}
