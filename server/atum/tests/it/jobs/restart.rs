//! PostgreSQL itself ends and begins again under the workers.

use std::{cell::Cell, time::Duration};

use atum::database::connections;
use atum_core::{
    App,
    caller::{Reason, System},
    clock::Clock,
    ids::OrganizationId,
};
use rustix::process::Signal;
use sqlx::{Connection, PgConnection};
use tokio_util::sync::CancellationToken;

use super::{
    deed::{Deed, What},
    process::{Told, lines, number, until},
};
use crate::support::{app_on, server::OwnServer};

const SOON: Duration = Duration::from_secs(90);

/// `ATUM_TEST_RESTARTS` says how often; four times in every run, and before each of them back ends are terminated.
#[tokio::test]
async fn a_database_that_is_restarted_loses_nothing_and_doubles_nothing() {
    let mut server = OwnServer::start("restart").await;
    let clock = Clock::fixed("2026-11-20T10:00:00Z".parse().unwrap());
    let app = app_on(connections(|role| server.sign_in(role)), server.directory().to_owned(), clock);
    let acme = atum_identity::create_organization(&app, "acme", "Acme").await.unwrap();
    let told = |label: &str| {
        let usual = Told::on(|role| server.sign_in(role), server.directory().to_owned(), label);
        Told { beat_ms: 500, stale_ms: 3_000, rescue_ms: 500, ..usual }
    };
    let workers = [told("one").start(), told("two").start()];
    let enough = CancellationToken::new();
    let enqueuing = tokio::spawn(enqueue_until(app.clone(), acme, enough.clone()));

    let terminated = Cell::new(0);
    for restart in 0..number("ATUM_TEST_RESTARTS", 4) {
        for _ in 0..3 {
            let done = count(&server, "state = 'completed'").await;
            until("the workers go on", SOON, async || count(&server, "state = 'completed'").await > done + 10).await;
            terminated.set(terminated.get() + terminate_some(&server).await);
        }
        until("jobs run", SOON, async || count(&server, "state = 'running'").await > 1).await;
        // Nothing was told to anybody; what is committed is replayed when it starts.
        server.end(if restart % 2 == 0 { Signal::QUIT } else { Signal::INT }).await;
        server.start_again().await;
    }
    enough.cancel();
    let acknowledged = enqueuing.await.unwrap();
    until("all is done", SOON, async || {
        let mut superuser = PgConnection::connect_with(&server.superuser()).await.unwrap();
        let due = "update queue.job set run_at = now() where state = 'available' and run_at > now()";
        sqlx::query(due).execute(&mut superuser).await.unwrap();
        count(&server, "state <> 'completed'").await == 0
    })
    .await;
    // These very processes: nobody started them again.
    for worker in workers {
        worker.stop();
    }
    let done = count(&server, "true").await;
    assert!(done >= acknowledged, "{acknowledged} jobs were acknowledged, {done} are there");
    assert!(terminated.get() > 0, "no back end was terminated");
    assert_eq!(scalar(&server, "select count(*) from desk.company").await, done, "every job left one row");
    let sendings = count(&server, "payload ->> 'what' = 'Send'").await;
    let ledger = "select count(*) from queue.effect where done_at is not null";
    assert_eq!(scalar(&server, ledger).await, sendings, "the ledger has every effect");
    let mut sent = lines(&server.directory().join("outbox"));
    let times = sent.len();
    sent.sort();
    sent.dedup();
    assert_eq!((i64::try_from(times).unwrap(), sent.len()), (sendings, times), "something was sent twice or never");
    let attempts = scalar(&server, "select sum(attempt)::bigint from queue.job").await;
    println!("{done} jobs in {attempts} attempts, {times} sent once each, {} back ends terminated", terminated.get());
    server.end(Signal::INT).await;
}

/// Enqueues rows and sendings by turns; gives how many were acknowledged. Which of the others are there nobody knows.
async fn enqueue_until(app: App, organization_id: OrganizationId, enough: CancellationToken) -> i64 {
    let mut acknowledged = 0;
    for what in [What::Write, What::Send].into_iter().cycle() {
        let enqueued = async {
            let mut tx = app.db.write(&System { organization_id, reason: Reason::Job }).await?;
            atum_jobs::enqueue(&mut tx, Deed { what }).await?;
            tx.commit().await
        };
        acknowledged += i64::from(enqueued.await.is_ok());
        if tokio::time::timeout(Duration::from_millis(10), enough.cancelled()).await.is_ok() {
            break;
        }
    }
    acknowledged
}

async fn terminate_some(server: &OwnServer) -> i64 {
    let some = "select count(pg_terminate_backend(pid)) from pg_stat_activity
                 where datname = current_database() and pid <> pg_backend_pid() and random() < 0.5";
    scalar(server, some).await
}

async fn count(server: &OwnServer, condition: &str) -> i64 {
    scalar(server, &format!("select count(*) from queue.job where {condition}")).await
}

async fn scalar(server: &OwnServer, question: &str) -> i64 {
    let mut superuser = PgConnection::connect_with(&server.superuser()).await.unwrap();
    sqlx::query_scalar(sqlx::AssertSqlSafe(question)).fetch_one(&mut superuser).await.unwrap()
}
