//! A PostgreSQL server that somebody else runs.

use atum::{
    cluster::{Account, Cluster, DataDir, Durability, Postmaster, Programs, SUPERUSER},
    database::Secrets,
};
use rustix::process::{Pid, Signal, kill_process};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::process::{Directory, Up, free_address};

#[tokio::test]
async fn a_dba_runs_what_is_printed_and_then_it_starts() {
    let server = Server::start().await;
    server.run("create role weak login password 'weak'").await;
    let directory = Directory::new();
    let address = server.address("weak", "weak");
    let said = directory.refused(&["migrate", "--database-url", &address]);
    assert!(said.contains("its user weak may create neither roles nor the database"), "{said}");

    let script = &said[said.find("create role atum_owner").expect("the script")..];
    for statement in script.split_inclusive(";\n").filter(|statement| statement.ends_with(";\n")) {
        server.run(statement).await;
    }
    let up = Up::start_with(&directory, &["--database-url", &address]);
    assert_eq!(up.interrupt(), Some(0));
    assert!(!directory.0.join("postgresql").exists(), "no server of its own was made");
}

#[tokio::test]
async fn an_administrators_address_is_enough() {
    let server = Server::start().await;
    server.run("create role dba login createrole createdb password 'dba'").await;
    let directory = Directory::new();
    let address = server.address("dba", "dba");
    let up = Up::start_with(&directory, &["--database-url", &address]);
    assert_eq!(up.interrupt(), Some(0));

    let other = Directory::new();
    let said = other.refused(&["up", "--listen", &free_address().to_string(), "--database-url", &address]);
    assert!(said.contains("another installation uses them"), "{said}");
}

#[test]
fn a_server_that_is_away_is_named() {
    let nowhere = "postgres://atum:x@127.0.0.1:9/atum";
    let said = Directory::new().refused(&["migrate", "--database-url", nowhere]);
    assert!(said.contains("the database server 127.0.0.1:9 cannot be used"), "{said}");
}

pub struct Server {
    pub cluster: Cluster,
    _directory: Directory,
    postmaster: Postmaster,
}

impl Server {
    pub async fn start() -> Self {
        let directory = Directory::new();
        let data_dir = DataDir::open(&directory.0).unwrap();
        let cluster = Cluster {
            programs: Programs::find(None, &data_dir.postgresql()).unwrap(),
            data_dir,
            account: Account::choose().unwrap(),
            durability: Durability::ThrownAway,
            superuser_password: Secrets::generate().superuser_password,
        };
        cluster.prepare().await.unwrap();
        let postmaster = cluster.start().await.unwrap();
        Self { cluster, _directory: directory, postmaster }
    }

    pub fn address(&self, user: &str, password: &str) -> String {
        let sockets = self.cluster.data_dir.sockets().display();
        format!("postgres://{user}:{password}@localhost/helpdesk?host={sockets}")
    }

    pub async fn run(&self, statement: &str) {
        let mut superuser = PgConnection::connect_with(&self.cluster.superuser(SUPERUSER)).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut superuser).await.unwrap();
        superuser.close().await.unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(pid) = Pid::from_raw(self.postmaster.pid()) {
            let _ = kill_process(pid, Signal::QUIT);
        }
    }
}
