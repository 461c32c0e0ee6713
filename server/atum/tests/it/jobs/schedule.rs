use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use atum_jobs::{Schedule, run_schedules};
use futures::FutureExt;

use crate::support::Test;

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
