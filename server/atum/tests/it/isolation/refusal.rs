//! The ways to break isolation, done to a server of its own: the proof turns red, and the built binary does not start.

use std::{
    net::{Ipv4Addr, TcpListener},
    path::PathBuf,
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use atum::{
    cluster::{Account, Cluster, DataDir, Durability, Lock, Postmaster, Programs},
    database::{self, DATABASE, Role, Secrets},
};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// What is done, how it is undone, and the object and rule that the proof must name.
const MUTATIONS: &[(&str, &str, &str, &str)] = &[
    (
        "alter table desk.ticket no force row level security",
        "alter table desk.ticket force row level security",
        "desk.ticket",
        "rls_not_forced",
    ),
    (
        "drop policy tenant on desk.rating",
        "create policy tenant on desk.rating to atum_app using (organization_id = (select desk.tenant())) \
         with check (organization_id = (select desk.tenant()))",
        "desk.rating",
        "no_tenant_policy",
    ),
    (
        "create policy leak on desk.message to atum_app using (true)",
        "drop policy leak on desk.message",
        "desk.message",
        "second_policy",
    ),
    (
        "grant truncate on desk.event to atum_app",
        "revoke truncate on desk.event from atum_app",
        "desk.event",
        "dangerous_grant",
    ),
    (
        "create view desk.every as select * from desk.ticket; grant select on desk.every to atum_app",
        "drop view desk.every",
        "desk.every",
        "view_of_its_owner",
    ),
    ("grant atum_owner to atum_app", "revoke atum_owner from atum_app", "atum_app", "role_is_member"),
    ("alter role atum_app bypassrls", "alter role atum_app nobypassrls", "atum_app", "role_too_strong"),
    (
        "alter table desk.ticket add constraint alone unique (id); alter table desk.event add constraint across \
         foreign key (ticket_id) references desk.ticket (id)",
        "alter table desk.event drop constraint across; alter table desk.ticket drop constraint alone",
        "desk.event",
        "foreign_key_across_tenants",
    ),
];

#[tokio::test]
async fn every_mutation_turns_the_proof_red_and_stops_the_start() {
    let installation = Installation::new().await;
    assert_eq!(installation.proof()["status"], "pass", "untouched");
    for (mutation, undo, object, rule) in MUTATIONS {
        installation.change(mutation).await;
        let report = installation.proof();
        let violations = report["violations"].as_array().expect("violations");
        let named = violations.iter().any(|violation| violation["object"] == *object && violation["rule"] == *rule);
        assert!(named, "{mutation}\n  must be named as {object}: {rule}; the proof found {violations:#?}");
        assert_eq!(report["status"], "fail", "{mutation}");
        let said = installation.refusal(mutation);
        assert!(said.contains("refusing to start: isolation of organizations"), "{mutation}: {said}");
        assert!(said.contains(object), "{mutation}\n  must be named at the start: {said}");
        installation.change(undo).await;
    }
    assert_eq!(installation.proof()["violations"], Value::Array(vec![]), "all of it was undone");
}

/// A data directory and its server, which this test may break: no other uses its roles.
struct Installation {
    path: PathBuf,
    cluster: Cluster,
    postmaster: Option<Postmaster>,
    /// While the test holds it, the binary uses the server that runs.
    _lock: Lock,
}

impl Installation {
    async fn new() -> Self {
        let path = std::env::temp_dir().join(format!("atum-refusal-{}", std::process::id()));
        let data_dir = DataDir::open(&path).expect("a data directory");
        let secrets = Secrets::keep(&data_dir.secrets()).expect("secrets");
        let cluster = Cluster {
            programs: Programs::find(None, &data_dir.postgresql()).expect("PostgreSQL is installed"),
            account: Account::choose().expect("a user for PostgreSQL"),
            durability: Durability::ThrownAway,
            superuser_password: secrets.superuser_password.clone(),
            data_dir,
        };
        cluster.prepare().await.expect("initdb");
        let lock = Lock::take(&cluster.data_dir).expect("the lock");
        let postmaster = Some(cluster.start().await.expect("PostgreSQL starts"));
        let installation = Self { path, cluster, postmaster, _lock: lock };
        let cluster = &installation.cluster;
        database::create(&cluster.superuser("postgres"), &secrets, DATABASE).await.expect("roles");
        let owner = cluster.sign_in(Role::Owner.name(), secrets.password(Role::Owner), DATABASE);
        database::migrate(&owner).await.expect("migrations");
        installation
    }

    async fn change(&self, statement: &str) {
        let superuser = self.cluster.superuser(DATABASE);
        let mut connection = PgConnection::connect_with(&superuser).await.expect("connect");
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await.expect(statement);
        connection.close().await.expect("close");
    }

    fn proof(&self) -> Value {
        let output = self.run(&["doctor", "isolation", "--json"]);
        let report: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("no report: {}", String::from_utf8_lossy(&output.stderr)));
        assert_eq!(output.status.success(), report["status"] == "pass", "its exit code tells what it found");
        report
    }

    /// What the server says instead of starting.
    fn refusal(&self, mutation: &str) -> String {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port").local_addr().expect("an address");
        let output = self.run(&["serve", "--listen", &free.to_string()]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "{mutation}\n  and it started: {said}");
        said
    }

    /// Runs the binary to its end; one that would go on serving is ended, and fails the test by what it said.
    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_atum"));
        command.args(arguments).arg("--data-dir").arg(&self.path);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("atum runs");
        let begun = Instant::now();
        while child.try_wait().expect("a child").is_none() {
            if begun.elapsed() > Duration::from_secs(30) {
                let _ = child.kill();
                let output = child.wait_with_output().expect("its end");
                panic!("{arguments:?} goes on: {}", String::from_utf8_lossy(&output.stderr));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        child.wait_with_output().expect("its output")
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        if let Some(pid) =
            self.postmaster.take().and_then(|postmaster| rustix::process::Pid::from_raw(postmaster.pid()))
        {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::QUIT);
        }
        let _ = std::fs::remove_dir_all(&self.path);
    }
}
