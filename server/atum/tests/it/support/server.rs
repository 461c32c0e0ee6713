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
use sqlx::{AssertSqlSafe, Connection, PgConnection, postgres::PgConnectOptions};
use tokio::sync::OnceCell;

struct Server {
    cluster: Cluster,
    secrets: Secrets,
    _postmaster: Postmaster,
    /// Sleeps while its standard input is open.
    _watchdog: Child,
}

static SERVER: OnceCell<Server> = OnceCell::const_new();
static DATABASES: AtomicU32 = AtomicU32::new(1);

/// A database of its own for one test: a copy of the migrated template.
pub async fn create_database() -> String {
    SERVER.get_or_init(start).await;
    let name = format!("test_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
    run(&format!("create database {name} template template_atum owner atum_owner")).await;
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

/// Where files of the run are kept; gone after it.
pub fn directory() -> &'static std::path::Path {
    running().cluster.data_dir.root()
}

fn running() -> &'static Server {
    SERVER.get().expect("a test begins with Test::new()")
}

async fn run(statement: &str) {
    let mut connection = PgConnection::connect_with(&superuser("postgres")).await.expect("connect");
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await.expect(statement);
    connection.close().await.expect("close");
}

async fn start() -> Server {
    let path = std::env::temp_dir().join(format!("atum-it-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&path);
    let data_dir = DataDir::open(&path).expect("data directory");
    let programs = Programs::find(None, &data_dir.postgresql()).expect("PostgreSQL is installed");
    let secrets = Secrets::generate();
    let cluster = Cluster {
        data_dir,
        programs,
        account: Account::choose().expect("a user for PostgreSQL"),
        durability: Durability::ThrownAway,
        superuser_password: secrets.superuser_password.clone(),
    };
    cluster.prepare().await.expect("initdb");
    let postmaster = cluster.start().await.expect("PostgreSQL starts");
    let watchdog = watch(&postmaster, &path);
    database::create(&cluster.superuser("postgres"), &secrets, "template_atum").await.expect("roles");
    let owner = cluster.sign_in(Role::Owner.name(), secrets.password(Role::Owner), "template_atum");
    database::migrate(&owner).await.expect("migrations");
    Server { cluster, secrets, _postmaster: postmaster, _watchdog: watchdog }
}

/// Statics are never dropped and a killed process runs nothing: a second process waits for this one's end, which the
/// kernel tells by closing the pipe, then ends the server and removes its files.
fn watch(postmaster: &Postmaster, path: &std::path::Path) -> Child {
    let script = r#"cat; kill -QUIT "$1"; while kill -0 "$1" 2>/dev/null; do sleep 0.1; done; rm -rf "$2""#;
    let mut command = Command::new("sh");
    command.args(["-c", script, "atum-it-watchdog", &postmaster.pid().to_string()]).arg(path);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    command.spawn().expect("sh")
}
