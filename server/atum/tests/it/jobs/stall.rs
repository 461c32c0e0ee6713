//! Workers that are killed, stopped, told to end or stuck.

use std::{path::PathBuf, time::Duration};

use rustix::process::Signal;
use serde_json::Value;

use super::{
    deed::{Deed, What},
    effects, enqueue_job, let_time_pass, number_of, only_job,
    process::{Told, Worker, lines, number, until},
};
use crate::support::{Test, server};

const SOON: Duration = Duration::from_secs(60);

fn file(test: &Test, name: &str) -> PathBuf {
    server::directory().join(&test.database).join(name)
}

fn open_gate(test: &Test, label: &str, outcome: &str) {
    std::fs::write(file(test, &format!("{label}.gate")), format!("{outcome}\n")).unwrap();
}

async fn begun(test: &Test, label: &str) {
    let path = file(test, &format!("{label}.begun"));
    until(&format!("{label} begins"), SOON, async || !lines(&path).is_empty()).await;
}

/// In the usual pace (`ATUM_TEST_USUAL_PACE=1`) within 120 s; in every run ten times as fast.
#[tokio::test]
async fn a_killed_workers_job_runs_again_in_time() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let usual = number("ATUM_TEST_USUAL_PACE", 0) == 1;
    let (factor, limit) = if usual { (10, 120) } else { (1, 12) };
    let told = |label: &str| {
        let told = Told::new(&test, label);
        let (beat_ms, stale_ms, rescue_ms) = (told.beat_ms * factor, told.stale_ms * factor, told.rescue_ms * factor);
        Told { beat_ms, stale_ms, rescue_ms, ..told }
    };
    enqueue_job(&test, &acme, Deed { what: What::Wait }).await;
    let (first, second) = (told("first").start(), told("second"));
    begun(&test, "first").await;
    first.kill();
    let killed = std::time::Instant::now();
    open_gate(&test, "second", "succeed");
    let second = second.start();
    until("another does it", Duration::from_secs(limit), async || number_of(&test, "completed").await == 1).await;
    println!("killed; done again after {:.1} s", killed.elapsed().as_secs_f64());
    assert_eq!((only_job(&test).await, effects(&test).await), (("completed".into(), 2, 1), 1));
    second.stop();
}

/// A worker is stopped in the middle of its job for longer than its lease; another takes the job. Gives both.
async fn stalled(test: &Test, beat_ms: u64) -> (Worker, Worker) {
    let acme = test.organization("acme").await;
    enqueue_job(test, &acme, Deed { what: What::Wait }).await;
    let stalled = Told { beat_ms, ..Told::new(test, "stalled") }.start();
    begun(test, "stalled").await;
    stalled.signal(Signal::STOP);
    let other = Told { stale_ms: 1_000, rescue_ms: 200, beat_ms: 200, ..Told::new(test, "other") }.start();
    begun(test, "other").await;
    (stalled, other)
}

/// What the stalled worker counted, once it did.
async fn counted(test: &Test, worker: &Worker, what: &str) {
    let tally = "select detail from queue.worker where pid = $1";
    until(&format!("{what} is counted"), SOON, async || {
        let detail: Option<Value> =
            sqlx::query_scalar(tally).bind(worker.pid()).fetch_optional(&mut test.superuser().await).await.unwrap();
        detail.is_some_and(|detail| detail[what] == 1)
    })
    .await;
}

const NEVER_MS: u64 = 3_600_000;

#[tokio::test]
async fn a_late_finish_is_refused_and_counted() {
    let test = Test::new().await;
    let (stalled, other) = stalled(&test, NEVER_MS).await;
    open_gate(&test, "stalled", "succeed");
    stalled.signal(Signal::CONT);
    counted(&test, &stalled, "late_finish").await;
    assert_eq!((only_job(&test).await, effects(&test).await), (("running".into(), 2, 1), 0));
    open_gate(&test, "other", "succeed");
    until("the other ends it", SOON, async || number_of(&test, "completed").await == 1).await;
    assert_eq!(effects(&test).await, 1);
    stalled.stop();
    other.stop();
}

#[tokio::test]
async fn a_late_failure_is_refused_and_counted() {
    let test = Test::new().await;
    let (stalled, other) = stalled(&test, NEVER_MS).await;
    open_gate(&test, "stalled", "fail");
    stalled.signal(Signal::CONT);
    counted(&test, &stalled, "late_failure").await;
    assert_eq!(only_job(&test).await, ("running".into(), 2, 1), "the other's attempt goes on");
    open_gate(&test, "other", "succeed");
    until("the other ends it", SOON, async || number_of(&test, "completed").await == 1).await;
    stalled.stop();
    other.stop();
}

#[tokio::test]
async fn a_late_heartbeat_is_refused_and_counted() {
    let test = Test::new().await;
    let (stalled, other) = stalled(&test, 200).await;
    stalled.signal(Signal::CONT);
    counted(&test, &stalled, "late_heartbeat").await;
    assert_eq!(only_job(&test).await, ("running".into(), 2, 1));
    open_gate(&test, "other", "succeed");
    until("the other ends it", SOON, async || number_of(&test, "completed").await == 1).await;
    assert_eq!(effects(&test).await, 1);
    stalled.stop();
    other.stop();
}

#[tokio::test]
async fn the_rescuer_never_reopens_a_job_that_is_finished_while_it_looks() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    enqueue_job(&test, &acme, Deed { what: What::Write }).await;
    let mut superuser = test.superuser().await;
    let silent = "update queue.job set state = 'running', attempt = 1, run_lease = 1,
                         heartbeat_at = now() - interval '1 hour', deadline_at = now() + interval '1 hour'";
    sqlx::query(silent).execute(&mut superuser).await.unwrap();
    // Its worker awakes and finishes; the rescuer looks before that is committed and has to wait for the row.
    sqlx::raw_sql("begin; update queue.job set state = 'completed', finished_at = now()")
        .execute(&mut superuser)
        .await
        .unwrap();
    let worker = Told::new(&test, "rescuer").start();
    let waiting = "select count(*) > 0 from pg_stat_activity
                    where datname = current_database() and wait_event_type = 'Lock' and query like '%fell silent%'";
    until("the rescuer waits for the row", SOON, async || {
        sqlx::query_scalar(waiting).fetch_one(&mut test.superuser().await).await.unwrap()
    })
    .await;
    sqlx::raw_sql("commit").execute(&mut superuser).await.unwrap();
    until("the rescuer has gone on", SOON, async || {
        !sqlx::query_scalar::<_, bool>(waiting).fetch_one(&mut test.superuser().await).await.unwrap()
    })
    .await;
    worker.stop();
    assert_eq!(only_job(&test).await, ("completed".into(), 1, 0));
}

#[tokio::test]
async fn a_worker_told_to_stop_lets_jobs_finish_and_hands_back_what_does_not() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    enqueue_job(&test, &acme, Deed { what: What::Wait }).await;
    let first = Told { drain_ms: 300, ..Told::new(&test, "first") }.start();
    begun(&test, "first").await;
    first.stop();
    assert_eq!(only_job(&test).await, ("available".into(), 0, 0), "no attempt was spent");

    let second = Told { drain_ms: 30_000, ..Told::new(&test, "second") }.start();
    begun(&test, "second").await;
    second.signal(Signal::TERM);
    open_gate(&test, "second", "succeed");
    second.stop();
    assert_eq!((only_job(&test).await, effects(&test).await), (("completed".into(), 1, 0), 1));
}

/// `ATUM_TEST_KILLS` says how often; ten times in every run.
#[tokio::test]
async fn whatever_is_killed_while_sending_everything_is_sent_once() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let kills = number("ATUM_TEST_KILLS", 100);
    let outbox = file(&test, "outbox");
    let told = Told { beat_ms: 300, stale_ms: 1_000, rescue_ms: 300, ..Told::new(&test, "sends") };
    for kill in 0..kills {
        for _ in 0..5 {
            enqueue_job(&test, &acme, Deed { what: What::Send }).await;
        }
        let before = lines(&outbox).len();
        let worker = told.start();
        until("something is being sent", SOON, async || lines(&outbox).len() > before).await;
        // At another moment of the sending each time.
        tokio::time::sleep(Duration::from_millis(kill as u64 % 15)).await;
        worker.kill();
    }
    let last = told.start();
    until("all is sent", SOON, async || {
        let_time_pass(&test).await;
        number_of(&test, "completed").await == kills as i64 * 5
    })
    .await;
    last.stop();
    let mut sent = lines(&outbox);
    assert_eq!(sent.len(), kills * 5);
    sent.sort();
    sent.dedup();
    assert_eq!(sent.len(), kills * 5, "something was sent twice");
    let open = "select count(*) from queue.effect where done_at is null";
    assert_eq!(sqlx::query_scalar::<_, i64>(open).fetch_one(&mut test.superuser().await).await.unwrap(), 0);
    let found = "select count(*) from queue.effect where detail = 'found in the outbox'";
    let found: i64 = sqlx::query_scalar(found).fetch_one(&mut test.superuser().await).await.unwrap();
    println!("{kills} kills, {} sent once each, {found} of them found to be sent already", sent.len());
}
