//! One private PostgreSQL for the whole run, with a template database that is migrated once. It ends with this
//! process, however that ends.

use std::{
    os::unix::process::CommandExt,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

use atum::{
    cluster::{Account, Cluster, DataDir, Durability, Postmaster, Programs},
    database::{self, Role, Secrets},
};
use rustix::process::{Pid, Signal, kill_process};
use sqlx::{AssertSqlSafe, Connection, PgConnection, postgres::PgConnectOptions};
use tokio::sync::OnceCell;

/// What is migrated once: the template of every test's database.
const DATABASE: &str = "template_atum";

struct Server {
    cluster: Cluster,
    secrets: Secrets,
    postmaster: Postmaster,
    /// Sleeps while its standard input is open.
    _watchdog: Child,
}

/// A server for one test alone, which stops it and starts it again. Its database has the shared one's schema, and what
/// was committed survives every end of it.
pub struct OwnServer(Server);

impl OwnServer {
    pub async fn start(name: &str) -> Self {
        Self(start(format!("{}-{name}", std::process::id()), Durability::Kept).await)
    }

    pub fn sign_in(&self, role: Role) -> PgConnectOptions {
        self.0.cluster.sign_in(role.name(), self.0.secrets.password(role), DATABASE)
    }

    pub fn superuser(&self) -> PgConnectOptions {
        self.0.cluster.superuser(DATABASE)
    }

    pub fn secrets(&self) -> &Secrets {
        &self.0.secrets
    }

    /// For a process of its own, which has the secrets too.
    pub fn url(&self) -> String {
        url_of(&self.0, DATABASE)
    }

    pub fn directory(&self) -> &std::path::Path {
        self.0.cluster.data_dir.root()
    }

    /// Ends the server by this signal: SIGINT is the fast way, SIGQUIT the one without any good-bye.
    pub async fn end(&mut self, signal: Signal) {
        let pid = Pid::from_raw(self.0.postmaster.pid()).expect("a process");
        kill_process(pid, signal).expect("a signal");
        self.0.postmaster.ended().await;
    }

    pub async fn start_again(&mut self) {
        self.0.postmaster = self.0.cluster.start().await.expect("PostgreSQL starts again");
    }
}

static SERVER: OnceCell<Server> = OnceCell::const_new();
static DATABASES: AtomicU32 = AtomicU32::new(1);

/// A database of its own for one test: a copy of the migrated template.
pub async fn create_database() -> String {
    let shared = || start(std::process::id().to_string(), Durability::ThrownAway);
    SERVER.get_or_init(shared).await;
    let name = format!("test_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
    run(&format!("create database {name} template {DATABASE} owner atum_owner")).await;
    name
}

/// A database in which nothing is migrated yet.
pub async fn create_empty_database() -> String {
    let name = format!("empty_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
    run(&format!("create database {name} owner atum_owner")).await;
    name
}

pub async fn drop_database(name: &str) {
    run(&format!("drop database {name} with (force)")).await;
}

pub fn sign_in(role: Role, database: &str) -> PgConnectOptions {
    let server = running();
    server.cluster.sign_in(role.name(), server.secrets.password(role), database)
}

pub fn superuser(database: &str) -> PgConnectOptions {
    running().cluster.superuser(database)
}

pub fn secrets() -> &'static Secrets {
    &running().secrets
}

/// For a process of its own, which has the secrets too.
pub fn url(database: &str) -> String {
    url_of(running(), database)
}

fn url_of(server: &Server, database: &str) -> String {
    format!("postgres:///{database}?host={}", server.cluster.data_dir.sockets().display())
}

/// Where the server writes its log.
pub fn logs() -> std::path::PathBuf {
    running().cluster.data_dir.logs()
}

/// Where files of the run are kept; gone after it.
pub fn directory() -> &'static std::path::Path {
    running().cluster.data_dir.root()
}

/// Where the server's socket is.
pub fn sockets() -> std::path::PathBuf {
    running().cluster.data_dir.sockets().to_owned()
}

fn running() -> &'static Server {
    SERVER.get().expect("a test begins with Test::new()")
}

async fn run(statement: &str) {
    let mut connection = PgConnection::connect_with(&superuser("postgres")).await.expect("connect");
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await.expect(statement);
    connection.close().await.expect("close");
}

async fn start(name: String, durability: Durability) -> Server {
    let path = std::env::temp_dir().join(format!("atum-it-{name}"));
    let _ = std::fs::remove_dir_all(&path);
    let data_dir = DataDir::open(&path).expect("data directory");
    let programs = Programs::find(None, &data_dir.postgresql()).expect("PostgreSQL is installed");
    let secrets = Secrets::generate();
    let cluster = Cluster {
        data_dir,
        programs,
        account: Account::choose().expect("a user for PostgreSQL"),
        durability,
        superuser_password: secrets.superuser_password.clone(),
    };
    cluster.prepare().await.expect("initdb");
    let postmaster = cluster.start().await.expect("PostgreSQL starts");
    let watchdog = watch(&path);
    database::create(&cluster.superuser("postgres"), &secrets, DATABASE).await.expect("roles");
    let owner = cluster.sign_in(Role::Owner.name(), secrets.password(Role::Owner), DATABASE);
    database::migrate(&owner).await.expect("migrations");
    Server { cluster, secrets, postmaster, _watchdog: watchdog }
}

/// Statics are never dropped and a killed process runs nothing: a second process waits for this one's end, which the
/// kernel tells by closing the pipe, then ends the server that runs there and removes its files.
fn watch(path: &std::path::Path) -> Child {
    let script = r#"cat; pid=$(head -n 1 "$1/postgresql/postmaster.pid") && kill -QUIT "$pid"
                    while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done; rm -rf "$1""#;
    let mut command = Command::new("sh");
    command.args(["-c", script, "atum-it-watchdog"]).arg(path);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    command.spawn().expect("sh")
}
