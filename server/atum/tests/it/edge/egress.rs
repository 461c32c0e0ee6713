//! To whom the server connects by itself: nobody but the database and the mail server that were configured. The test
//! starts itself again in a network where there is nothing but loopback, and runs the real binary there under strace,
//! which tells every connection that is tried, whether or not it would have come about.

use std::{
    collections::BTreeSet,
    io::ErrorKind,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use atum_core::caller::Role;
use serde_json::json;

use crate::{
    support::{Client, Test, node::Node, server, sink::Sink},
    tickets::{accept, file, live::Listening, say},
    up::process::{free_address, until},
};

/// Set for the inner run: whether it is in a network of its own.
const ALONE: &str = "ATUM_TEST_ALONE";

#[test]
fn the_server_connects_to_nobody_but_who_is_configured() {
    let namespace = namespace();
    if namespace.is_none() {
        eprintln!("no network namespace may be made here: what is tried is watched, and not also blocked");
    }
    let alone = if namespace.is_some() { "yes" } else { "no" };
    let mut command = namespace.unwrap_or_else(|| Command::new("env"));
    command.arg(std::env::current_exe().unwrap());
    command.args(["--exact", "edge::egress::a_tickets_way_with_nobody_around", "--ignored", "--nocapture"]);
    let run = command.env(ALONE, alone).stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&run.stdout) + String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success() && said.contains("1 passed"), "{said}");
}

/// A command line that runs the rest of it where there is loopback and nothing else, if that may be made here.
fn namespace() -> Option<Command> {
    let own_user: &[&str] =
        if rustix::process::geteuid().is_root() { &[] } else { &["--user", "--map-current-user", "--keep-caps"] };
    let arranged = || {
        let mut command = Command::new("unshare");
        command.args(own_user).args(["--net", "sh", "-c", "ip link set lo up && exec \"$0\" \"$@\""]);
        command
    };
    let tried = arranged().arg("true").stderr(Stdio::null()).status();
    tried.is_ok_and(|status| status.success()).then(arranged)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by the test above, in a network of its own"]
async fn a_tickets_way_with_nobody_around() {
    let Ok(alone) = std::env::var(ALONE) else { return };
    if alone == "yes" {
        let outside = std::net::TcpStream::connect("192.0.2.1:443").map(|_| ()).map_err(|error| error.kind());
        assert_eq!(outside, Err(ErrorKind::NetworkUnreachable), "the network is not cut off");
    }
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (admin, customer) = (acme.sign_in(Role::Admin).await, acme.person("Ann Miller", Role::Customer).await);
    let sink = Sink::start().await;
    let trace = server::directory().join("connections");
    let node = traced(&test, &trace);
    let there = |client: &Client| client.served_at(node.address);
    let (admin, customer) = (there(&admin), there(&customer));
    let mut listening = Listening::open(&admin).await;
    assert_eq!(test.anonymous().served_at(node.address).get("/").await.header("content-encoding"), None);
    let smtp = json!({ "host": "127.0.0.1", "port": sink.port, "security": "none", "authentication": "none" });
    let channel = json!({ "name": "Support", "address": "support@acme.test", "from_name": "Acme", "smtp": smtp });
    admin.post("/api/v1/mail-channels", channel).await.expect(201);

    let ticket = file(&customer, "Printer").await;
    listening.until("ticket_created").await;
    accept(&admin, &ticket).await;
    let body = "<p>See <img src=\"https://tracker.example/pixel.png\"> https://example.com/manual</p>";
    say(&admin, &ticket, json!({ "body": body })).await;
    admin.upload("/api/v1/files?name=a.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>").await.expect(201);
    tokio::task::spawn_blocking({
        let sink = sink.clone();
        move || until("the reply is mailed", || sink.taken().iter().any(|mail| mail.raw.contains("example.com/manual")))
    })
    .await
    .unwrap();
    tokio::time::timeout(Duration::from_secs(10), admin.get("/api/v1/health")).await.unwrap();

    let seen = ended(node, &trace);
    assert!(seen.local.iter().any(|path| path.starts_with(server::sockets())), "strace saw nothing: {seen:?}");
    let mail = SocketAddr::from((Ipv4Addr::LOCALHOST, sink.port));
    assert_eq!(seen.network, BTreeSet::from([mail]));
    // The name service's daemon and the system's log are this machine's own.
    let foreign = |path: &&PathBuf| {
        !path.starts_with(server::sockets()) && !path.starts_with("/run") && !path.starts_with("/var/run")
    };
    assert_eq!(seen.local.iter().find(foreign), None);
}

/// `atum serve` with its workers, every connection it tries written down.
fn traced(test: &Test, trace: &Path) -> Node {
    let address = free_address();
    let mut command = Command::new("strace");
    // -D: the program is the child and strace watches from aside, so that signals reach the program.
    command.args(["-D", "-f", "-qq", "--seccomp-bpf", "-e", "trace=connect,sendto,sendmsg,sendmmsg,exit_group", "-o"]);
    command.arg(trace).arg(env!("CARGO_BIN_EXE_atum"));
    Node::arrange(&mut command, test, "serve");
    command.args(["--listen", &address.to_string()]);
    Node::start(command, address)
}

#[derive(Debug, Default)]
struct Seen {
    network: BTreeSet<SocketAddr>,
    local: BTreeSet<PathBuf>,
}

/// Stops the server in good order and reads what strace wrote.
fn ended(mut node: Node, trace: &Path) -> Seen {
    let pid = rustix::process::Pid::from_child(&node.child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    node.child.wait().unwrap();
    until("strace has written its last line", || {
        std::fs::read_to_string(trace).is_ok_and(|text| text.contains("exit_group("))
    });
    let mut seen = Seen::default();
    for line in std::fs::read_to_string(trace).unwrap().lines() {
        if let Some(address) = address(line) {
            seen.network.insert(address);
        } else if let Some(path) = between(line, "sun_path=\"", "\"") {
            seen.local.insert(path.into());
        }
    }
    seen
}

/// `sin_port=htons(25), sin_addr=inet_addr("127.0.0.1")`, and its like for IPv6.
fn address(line: &str) -> Option<SocketAddr> {
    let port = between(line, "_port=htons(", ")")?.parse().ok()?;
    let ip = between(line, "inet_addr(\"", "\"").or_else(|| between(line, "inet_pton(AF_INET6, \"", "\""))?;
    Some(SocketAddr::new(ip.parse::<IpAddr>().ok()?, port))
}

fn between<'a>(line: &'a str, before: &str, after: &str) -> Option<&'a str> {
    line.split_once(before)?.1.split_once(after).map(|(found, _)| found)
}

#[test]
fn what_strace_writes_is_read() {
    let v4 = r#"7 connect(9, {sa_family=AF_INET, sin_port=htons(25), sin_addr=inet_addr("192.0.2.1")}, 16) = -1 ENETUNREACH"#;
    assert_eq!(address(v4), Some("192.0.2.1:25".parse().unwrap()));
    let v6 = r#"7 connect(9, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "2001:db8::1", &sin6_addr), sin6_scope_id=0}, 28) = 0"#;
    assert_eq!(address(v6), Some("[2001:db8::1]:443".parse().unwrap()));
    assert_eq!(
        address(r#"7 connect(9, {sa_family=AF_UNIX, sun_path="/run/postgresql/.s.PGSQL.5432"}, 110) = 0"#),
        None
    );
}
