//! sd_notify(3): ready when it is, alive while its work proceeds, and a word when it stops.

use rustix::process::Signal;
use sqlx::{Connection, PgConnection};

use super::manager::Managed;
use crate::{
    support::{Test, server, server::OwnServer},
    up::process::{free_address, get},
};

const PING: &str = "WATCHDOG=1";

fn pings(said: &[String]) -> usize {
    said.iter().filter(|words| words.contains(PING)).count()
}

#[tokio::test]
async fn it_is_ready_when_isolation_is_proved_and_alive_while_the_database_answers() {
    let mut server = OwnServer::start("supervised").await;
    let address = free_address();
    let start = || {
        let arguments = ["serve", "--no-workers", "--listen", &address.to_string()];
        Managed::start(server.secrets(), &server.url(), &arguments)
    };
    let leak = "create table desk.leak (organization_id uuid not null); grant select on desk.leak to atum_app";
    run(&server, leak).await;
    let mut refuses = start();
    assert_eq!(refuses.ended(), Some(1), "{}", refuses.log());
    assert!(refuses.log().contains("isolation of organizations does not hold"), "{}", refuses.log());
    let said = refuses.until_silent();
    assert!(said.iter().any(|words| words == "STATUS=proving that organizations are isolated"), "{said:?}");
    assert!(!said.iter().any(|words| words.contains("READY=1") || words.contains(PING)), "{said:?}");
    run(&server, "drop table desk.leak").await;

    let mut process = start();
    process.until("READY=1");
    assert_eq!(status_of(address, "/readyz"), 200, "ready means ready");
    assert!(!process.keeps_secrets(), "what was given is kept nowhere else");
    for _ in 0..3 {
        process.until(PING);
    }

    server.end(Signal::QUIT).await;
    process.until("STATUS=the database does not answer");
    assert_eq!(pings(&process.while_patient()), 0, "no database, no work");
    assert_eq!((status_of(address, "/livez"), status_of(address, "/readyz")), (200, 503));
    server.start_again().await;
    process.until(PING);
    process.until("STATUS=serving");

    process.signal(Signal::STOP);
    process.until_silent();
    assert_eq!(pings(&process.while_patient()), 0, "who hangs says nothing");
    process.signal(Signal::CONT);
    process.until(PING);

    process.signal(Signal::TERM);
    process.until("STOPPING=1");
    process.until("EXTEND_TIMEOUT_USEC=15000000");
    assert_eq!(process.ended(), Some(0));
    server.end(Signal::INT).await;
}

#[tokio::test]
async fn a_worker_whose_claims_hang_does_not_pass_for_alive() {
    let test = Test::new().await;
    let process = Managed::start(server::secrets(), &server::url(&test.database), &["worker", "--only", "jobs"]);
    process.until("READY=1");
    process.until(PING);
    let mut superuser = test.superuser().await;
    sqlx::raw_sql("begin; lock table queue.job").execute(&mut superuser).await.unwrap();
    process.until("STATUS=does not come round: claim");
    let answers = PgConnection::connect_with(&server::superuser(&test.database)).await;
    assert!(answers.is_ok(), "the database itself is there");
    assert_eq!(pings(&process.while_patient()), 0, "who claims nothing does no work");
    sqlx::raw_sql("rollback").execute(&mut superuser).await.unwrap();
    process.until(PING);
    process.until("STATUS=working on jobs");
}

fn status_of(address: std::net::SocketAddr, path: &str) -> u16 {
    let answer = get(address, path).expect("an answer");
    answer.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status")
}

async fn run(server: &OwnServer, statements: &str) {
    let mut superuser = PgConnection::connect_with(&server.superuser()).await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(statements.to_owned())).execute(&mut superuser).await.unwrap();
}
