use atum_jobs::worker;
use tokio_util::sync::CancellationToken;

use super::{
    Fate, Probe,
    deed::{Deed, What},
    effects, enqueue, enqueue_job, let_time_pass, number_of, only_job,
    process::{Told, until},
    registry,
};
use crate::support::Test;

const SOON: std::time::Duration = std::time::Duration::from_secs(60);

/// A worker process looks all the while.
#[tokio::test]
async fn a_job_is_gone_with_the_transaction_that_enqueued_it() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let running = Told::new(&test, "worker").start();
    for _ in 0..5 {
        let mut tx = test.app.db.write(&acme.system()).await.unwrap();
        atum_jobs::enqueue(&mut tx, Deed { what: What::Write }).await.unwrap();
        drop(tx);
        enqueue_job(&test, &acme, Deed { what: What::Write }).await;
    }
    until("the others are done", SOON, async || number_of(&test, "completed").await == 5).await;
    running.stop();
    let all: i64 =
        sqlx::query_scalar("select count(*) from queue.job").fetch_one(&mut test.superuser().await).await.unwrap();
    assert_eq!((all, effects(&test).await), (5, 5));
}

#[tokio::test]
async fn one_key_is_one_job_until_it_is_done() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    for _ in 0..3 {
        let mut tx = test.app.db.write(&acme.system()).await.unwrap();
        atum_jobs::enqueue(&mut tx, Probe { fate: Fate::Succeed, key: Some("k".into()) }).await.unwrap();
        tx.commit().await.unwrap();
    }
    assert_eq!(worker::drain(&test.app, &registry()).await.unwrap(), 1);
    let mut tx = test.app.db.write(&acme.system()).await.unwrap();
    atum_jobs::enqueue(&mut tx, Probe { fate: Fate::Succeed, key: Some("k".into()) }).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(worker::drain(&test.app, &registry()).await.unwrap(), 1);
}

#[tokio::test]
async fn what_fails_waits_longer_each_time_and_ends_among_the_dead_without_effect() {
    for fate in [Fate::Fail, Fate::Panic, Fate::Hang] {
        let test = Test::new().await;
        let acme = test.organization("acme").await;
        enqueue(&test, &acme, fate).await;
        for attempt in 1..=3 {
            assert_eq!(worker::drain(&test.app, &registry()).await.unwrap(), 1, "{fate:?}, attempt {attempt}");
            let state = if attempt == 3 { "dead" } else { "available" };
            assert_eq!(only_job(&test).await, (state.to_owned(), attempt, attempt), "{fate:?}");
            assert_eq!(worker::drain(&test.app, &registry()).await.unwrap(), 0, "it waits before the next attempt");
            let_time_pass(&test).await;
        }
        assert_eq!(effects(&test).await, 0, "{fate:?}: a failed attempt left something behind");
    }
}

#[tokio::test]
async fn a_worker_that_lost_its_lease_changes_nothing() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    enqueue(&test, &acme, Fate::Succeed).await;
    // While the attempt runs somebody else takes the job: the lease goes up, as a rescue and a new claim would do.
    let take = "create function public.steal() returns trigger language plpgsql security definer as
                $$ begin update queue.job set run_lease = run_lease + 1; return new; end $$";
    let mut superuser = test.superuser().await;
    sqlx::raw_sql(take).execute(&mut superuser).await.unwrap();
    let on = "create trigger steal after insert on desk.company for each row execute function public.steal()";
    sqlx::raw_sql(on).execute(&mut superuser).await.unwrap();
    worker::drain(&test.app, &registry()).await.unwrap();
    assert_eq!(only_job(&test).await.0, "running", "the late worker must not finish the other's attempt");
    assert_eq!(effects(&test).await, 0, "and its own writes are thrown away");
}

/// Three worker processes want the same jobs at the same time: each is claimed once.
#[tokio::test]
async fn no_two_workers_hold_one_lease() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let workers = ["one", "two", "three"].map(|label| Told::new(&test, label).start());
    for round in 1..=10 {
        let many = r#"insert into queue.job (id, organization_id, kind, payload)
                      select gen_random_uuid(), $1, 'deed', '{"what": "Write"}' from generate_series(1, 30)"#;
        let mut superuser = test.superuser().await;
        sqlx::query(many).bind(acme.id.0).execute(&mut superuser).await.unwrap();
        sqlx::query("select pg_notify('atum_jobs', '')").execute(&mut superuser).await.unwrap();
        until("all are done", SOON, async || number_of(&test, "completed").await == 30 * round).await;
    }
    for worker in workers {
        worker.stop();
    }
    let claims = "select sum(run_lease)::bigint, count(distinct worker_id) from queue.job";
    let claims: (i64, i64) = sqlx::query_as(claims).fetch_one(&mut test.superuser().await).await.unwrap();
    assert_eq!((claims.0, effects(&test).await), (300, 300), "each job was claimed once");
    assert!(claims.1 > 1, "only one worker was there to want them");
}

#[tokio::test]
async fn a_running_worker_hears_of_work_beats_and_leaves_in_good_order() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let stop = CancellationToken::new();
    let running = tokio::spawn(worker::run(test.app.clone(), registry(), stop.clone()));
    enqueue(&test, &acme, Fate::Succeed).await;
    completed(&test).await;
    let mut superuser = test.superuser().await;
    let beats = "select count(*) from queue.worker where kind = 'jobs'";
    assert_eq!(sqlx::query_scalar::<_, i64>(beats).fetch_one(&mut superuser).await.unwrap(), 1);
    stop.cancel();
    running.await.unwrap();
    assert_eq!(sqlx::query_scalar::<_, i64>(beats).fetch_one(&mut superuser).await.unwrap(), 0);
}

#[tokio::test]
async fn a_job_whose_worker_fell_silent_is_done_by_another() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    enqueue(&test, &acme, Fate::Succeed).await;
    let mut superuser = test.superuser().await;
    // As a worker leaves it that was killed two minutes ago.
    let killed = "update queue.job set state = 'running', attempt = 1, run_lease = 1,
                         heartbeat_at = now() - interval '2 minutes', deadline_at = now() + interval '1 minute'";
    sqlx::query(killed).execute(&mut superuser).await.unwrap();
    assert_eq!(worker::drain(&test.app, &registry()).await.unwrap(), 0, "nobody takes what another holds");
    let stop = CancellationToken::new();
    let running = tokio::spawn(worker::run(test.app.clone(), registry(), stop.clone()));
    completed(&test).await;
    stop.cancel();
    running.await.unwrap();
    let reason: String =
        sqlx::query_scalar("select errors -> 0 ->> 'reason' from queue.job").fetch_one(&mut superuser).await.unwrap();
    assert_eq!((only_job(&test).await, reason.as_str()), (("completed".into(), 2, 1), "its worker fell silent"));
}

/// Waits until a job is completed; one that never is fails the test.
async fn completed(test: &Test) {
    let mut superuser = test.superuser().await;
    let done = async {
        let count = "select count(*) from queue.job where state = 'completed'";
        while sqlx::query_scalar::<_, i64>(count).fetch_one(&mut superuser).await.unwrap() == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), done).await.expect("the job is done");
}

#[tokio::test]
async fn the_app_role_may_enqueue_for_its_organization_and_see_nothing() {
    let test = Test::new().await;
    let (acme, other) = (test.organization("acme").await, test.organization("other").await);
    let mut tx = test.app.db.write(&acme.system()).await.unwrap();
    let foreign =
        sqlx::query("insert into queue.job (id, organization_id, kind, payload) values ($1, $2, 'probe', '{}')")
            .bind(uuid::Uuid::now_v7())
            .bind(other.id)
            .execute(&mut *tx)
            .await;
    assert!(foreign.unwrap_err().to_string().contains("row-level security"));
    let mut tx = test.app.db.read(&acme.system()).await.unwrap();
    let seen = sqlx::query("select id from queue.job").fetch_all(&mut *tx).await;
    assert!(seen.unwrap_err().to_string().contains("permission denied"));
}
