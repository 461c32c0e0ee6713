use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use atum_jobs::{Schedule, run_schedules};
use futures::FutureExt;

use super::{
    number_of,
    process::{Told, lines, until},
};
use crate::support::{Test, server};

static STARTED: AtomicU32 = AtomicU32::new(0);

#[tokio::test]
async fn a_tick_is_taken_once_by_however_many_look() {
    let test = Test::new().await;
    let schedules = [Schedule {
        name: "counted",
        period: Duration::from_secs(3600),
        start: |_| {
            STARTED.fetch_add(1, Ordering::SeqCst);
            async { Ok(()) }.boxed()
        },
    }];
    let look = || run_schedules(&test.app, &schedules);
    let (one, two, three) = tokio::join!(look(), look(), look());
    assert_eq!(one.unwrap() + two.unwrap() + three.unwrap(), 1);
    assert_eq!(STARTED.load(Ordering::SeqCst), 1);
    let mut superuser = test.superuser().await;
    let an_hour_later = "update queue.schedule set last_tick_at = now() - interval '61 minutes'";
    sqlx::query(an_hour_later).execute(&mut superuser).await.unwrap();
    assert_eq!(look().await.unwrap(), 1);
}

/// The leader is killed in the middle of a tick, before or after it enqueued; the next one starts the same tick again.
#[tokio::test]
async fn a_tick_whose_leader_is_killed_fires_once() {
    for label in ["early", "late"] {
        let test = Test::new().await;
        let acme = test.organization("acme").await;
        let directory = server::directory().join(&test.database);
        std::fs::write(directory.join("organization"), acme.id.to_string()).unwrap();
        let leader = Told { leads: true, ..Told::new(&test, label) }.start();
        let begun = directory.join(format!("{label}.begun"));
        until("the leader is in its tick", Duration::from_secs(60), async || !lines(&begun).is_empty()).await;
        leader.kill();
        look_as(&test, "next").await;
        assert_eq!(number_of(&test, "available").await, i64::from(label == "late"), "the tick is still taken");
        let a_minute_later = "update queue.schedule set taken_until = now() - interval '1 second'";
        sqlx::query(a_minute_later).execute(&mut test.superuser().await).await.unwrap();
        look_as(&test, "next").await;
        look_as(&test, "next").await;
        assert_eq!(number_of(&test, "available").await, 1, "{label}");
    }
}

async fn look_as(test: &Test, label: &str) {
    Told { leads: true, ..Told::new(test, label) }.start().ended();
}
