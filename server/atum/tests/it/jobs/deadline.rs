use std::time::Duration;

use super::{
    deed::{BriefDeed, Deed, What},
    effects, enqueue_job, number_of, only_job,
    process::{Told, until},
};
use crate::support::Test;

const SOON: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_hung_job_that_beats_meets_its_deadline() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    enqueue_job(&test, &acme, BriefDeed { what: What::Hang }).await;
    let worker = Told { beat_ms: 100, stale_ms: 1_000, ..Told::new(&test, "hangs") }.start();
    let failed = "select count(*) > 0 from queue.job where state = 'available'
                     and errors -> 0 ->> 'reason' = 'ran past its deadline'";
    until("its two seconds are over", SOON, async || {
        sqlx::query_scalar(failed).fetch_one(&mut test.superuser().await).await.unwrap()
    })
    .await;
    worker.stop();
    assert_eq!((only_job(&test).await, effects(&test).await), (("available".into(), 1, 1), 0));
}

/// Its worker shows that it lives and is stuck all the same, where no deadline of its own reaches it: the beat is one of
/// an hour from now.
#[tokio::test]
async fn a_job_past_its_deadline_is_freed_though_its_worker_beats() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    enqueue_job(&test, &acme, Deed { what: What::Write }).await;
    let stuck = "update queue.job set state = 'running', attempt = 1, run_lease = 1,
                        heartbeat_at = now() + interval '1 hour', deadline_at = now() - interval '1 second'";
    sqlx::query(stuck).execute(&mut test.superuser().await).await.unwrap();
    let worker = Told::new(&test, "other").start();
    until("another does it", SOON, async || number_of(&test, "completed").await == 1).await;
    worker.stop();
    assert_eq!((only_job(&test).await, effects(&test).await), (("completed".into(), 2, 1), 1));
    let reason = "select errors -> 0 ->> 'reason' from queue.job";
    let reason: String = sqlx::query_scalar(reason).fetch_one(&mut test.superuser().await).await.unwrap();
    assert_eq!(reason, "ran past its deadline");
}
