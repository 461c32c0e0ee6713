//! The database goes away under load, stays away, and comes back.

use std::time::{Duration, Instant};

use atum::worker::{Part, start};
use atum_core::caller::Role;
use rustix::process::Signal;
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio_util::sync::CancellationToken;

use crate::{
    jobs::process::{number, until},
    support::{Answer, Client, Somebody, Test, server::OwnServer},
};

const SOON: Duration = Duration::from_secs(90);

/// `ATUM_TEST_AWAY_SECONDS` says for how long; a few in every run.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_stays_away_loses_nothing_and_doubles_nothing() {
    let mut server = OwnServer::start("away").await;
    let test = Test::on(&server);
    let acme = test.organization("acme").await;
    let mona = acme.person("Mona", Role::Manager).await;
    let stop = CancellationToken::new();
    let working = start(&test.app, &Part::ALL, &stop);
    let enough = CancellationToken::new();
    let mut asking = vec![];
    for name in ["Ann", "Bob", "Cem"] {
        let customer = acme.person(name, Role::Customer).await;
        asking.push(tokio::spawn(file_until(customer, name, enough.clone())));
    }
    until("tickets are filed", SOON, async || count(&server, "desk.ticket").await > 20).await;
    assert_eq!(mona.get("/readyz").await.status, 200);

    // Nothing was told to anybody; the machine might as well have lost its power.
    server.end(Signal::QUIT).await;
    let (away, most) =
        (Instant::now(), Duration::from_secs(u64::try_from(number("ATUM_TEST_AWAY_SECONDS", 6)).unwrap()));
    let mut looks = 0;
    while away.elapsed() < most || looks < 3 {
        looks += 1;
        looks_right(&mona).await;
    }
    server.start_again().await;
    until("it is ready again", SOON, async || mona.get("/readyz").await.status == 200).await;
    let away = away.elapsed();
    let before = count(&server, "desk.ticket").await;
    until("tickets are filed again", SOON, async || count(&server, "desk.ticket").await > before + 20).await;
    enough.cancel();
    let (mut acknowledged, mut refused) = (0, 0);
    for filed in asking {
        let filed = filed.await.unwrap();
        acknowledged += filed.acknowledged;
        refused += filed.refused;
        assert!(filed.refused > 0, "somebody noticed nothing");
    }
    // What was running as the database went is taken up again when its heartbeat is 90 seconds old.
    until("all jobs are done", SOON * 2, async || {
        run(&server, "update queue.job set run_at = now() where state = 'available' and run_at > now()").await;
        count(&server, "queue.job where state <> 'completed'").await == 0
    })
    .await;
    assert_eq!(count(&server, "desk.ticket").await, acknowledged, "each that was acknowledged, and no other");
    let subjects = "(select distinct subject from desk.ticket) t";
    assert_eq!(count(&server, subjects).await, acknowledged, "none twice");
    let told = "desk.notification where kind = 'ticket_new'";
    assert_eq!(count(&server, told).await, acknowledged, "the manager was told of each, once");
    until("every event is sealed", SOON, async || {
        let all =
            "(select (select sum(event_count) from desk.event_batch) sealed, (select count(*) from desk.event) made) e";
        count(&server, &format!("{all} where sealed = made")).await == 1
    })
    .await;
    println!("{acknowledged} tickets, {refused} refusals, {looks} looks in {away:?} without a database");
    stop.cancel();
    working.wait().await;
    server.end(Signal::INT).await;
}

/// While it is away: life, no readiness, and a refusal that says what is the matter and when to come again.
async fn looks_right(client: &Client) {
    let alive = Instant::now();
    assert_eq!(client.get("/livez").await.status, 200);
    assert!(alive.elapsed() < Duration::from_secs(1), "alive after {:?}", alive.elapsed());
    let ready = client.get("/readyz").await;
    assert_eq!((ready.status.as_u16(), ready.text()), (503, "database\n".to_owned()));
    refused(&client.get("/api/v1/tickets").await);
}

fn refused(answer: &Answer) {
    assert_eq!(answer.problem("unavailable")["status"], 503);
    assert!(answer.header("retry-after").is_some());
}

struct Filed {
    acknowledged: i64,
    refused: u32,
}

/// Files one ticket after the other, each until it is acknowledged, as a careful program does: under one key.
async fn file_until(customer: Somebody, name: &'static str, enough: CancellationToken) -> Filed {
    let mut filed = Filed { acknowledged: 0, refused: 0 };
    while !enough.is_cancelled() {
        let subject = format!("{name} {}", filed.acknowledged);
        let client = customer.header("idempotency-key", &subject);
        loop {
            let body = json!({ "subject": subject, "description": "Please help." });
            let answer = client.post("/api/v1/tickets", body).await;
            match answer.status.as_u16() {
                201 => break,
                503 => refused(&answer),
                // It was done, and the answer went down with the database.
                _ => {
                    answer.problem("answer-lost");
                    break;
                }
            }
            filed.refused += 1;
        }
        filed.acknowledged += 1;
    }
    filed
}

async fn count(server: &OwnServer, what: &str) -> i64 {
    let mut superuser = PgConnection::connect_with(&server.superuser()).await.unwrap();
    let count = AssertSqlSafe(format!("select count(*) from {what}"));
    sqlx::query_scalar(count).fetch_one(&mut superuser).await.unwrap()
}

async fn run(server: &OwnServer, statement: &str) {
    let mut superuser = PgConnection::connect_with(&server.superuser()).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut superuser).await.unwrap();
}
