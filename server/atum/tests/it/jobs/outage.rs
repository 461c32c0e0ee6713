//! The database goes away, or a notice does.

use std::time::Duration;

use super::{
    deed::{Deed, What},
    effects, enqueue_job, let_time_pass, number_of,
    process::{Told, until},
};
use crate::support::Test;

#[tokio::test]
async fn a_lost_notice_costs_time_and_nothing_else() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let worker = Told::new(&test, "worker").start();
    let works = "select count(*) > 0 from queue.worker where kind = 'jobs'";
    until("it works", Duration::from_secs(60), async || {
        sqlx::query_scalar(works).fetch_one(&mut test.superuser().await).await.unwrap()
    })
    .await;
    let unannounced = r#"insert into queue.job (id, organization_id, kind, payload)
                         values (gen_random_uuid(), $1, 'deed', '{"what": "Write"}')"#;
    // Three times: its first look may come after the first job, its next as soon as one ended.
    for done in 1..=3 {
        sqlx::query(unannounced).bind(acme.id.0).execute(&mut test.superuser().await).await.unwrap();
        let found = || async { number_of(&test, "completed").await == done };
        until("the poll finds it", Duration::from_secs(8), found).await;
    }
    worker.stop();
}

#[tokio::test]
async fn terminated_back_ends_lose_nothing_and_double_nothing() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    const JOBS: i64 = 300;
    for _ in 0..JOBS {
        enqueue_job(&test, &acme, Deed { what: What::Write }).await;
    }
    let worker = Told { stale_ms: 1_500, beat_ms: 300, rescue_ms: 300, ..Told::new(&test, "worker") }.start();
    let terminated = std::cell::Cell::new(0);
    until("all are done", Duration::from_secs(90), async || {
        let_time_pass(&test).await;
        let done = number_of(&test, "completed").await;
        if (20..JOBS).contains(&done) && terminated.get() < 40 {
            let all = "select count(pg_terminate_backend(pid)) from pg_stat_activity
                        where datname = current_database() and pid <> pg_backend_pid()";
            let ended: i64 = sqlx::query_scalar(all).fetch_one(&mut test.superuser().await).await.unwrap();
            terminated.set(terminated.get() + ended);
        }
        done == JOBS
    })
    .await;
    assert!(terminated.get() > 0, "nothing was terminated");
    assert_eq!(effects(&test).await, JOBS, "every job had its effect once");
    worker.stop();
}

#[tokio::test]
async fn the_organization_is_forgotten_between_jobs() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    for _ in 0..20 {
        super::enqueue(&test, &acme, super::Fate::Succeed).await;
        super::enqueue(&test, &acme, super::Fate::Fail).await;
    }
    atum_jobs::worker::drain(&test.app, &super::registry()).await.unwrap();
    // All connections of the pool but the one that listens, at once.
    let mut open = vec![];
    for _ in 0..3 {
        let mut tx = test.app.db.without_tenant().await.unwrap();
        let left: Option<String> = sqlx::query_scalar("select current_setting('atum.organization_id', true)")
            .fetch_one(&mut *tx)
            .await
            .unwrap();
        assert!(left.as_deref().unwrap_or_default().is_empty(), "{left:?}");
        let rows: i64 = sqlx::query_scalar("select count(*) from desk.company").fetch_one(&mut *tx).await.unwrap();
        assert_eq!(rows, 0);
        open.push(tx);
    }
}
