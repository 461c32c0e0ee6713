use std::time::{Duration, Instant};

use super::{
    deed::{Deed, What},
    enqueue_job,
    process::{Told, number, until},
};
use crate::support::Test;

/// `ATUM_TEST_FLOOD` says how many jobs; ten thousand in every run.
#[tokio::test]
async fn one_organizations_flood_does_not_hold_up_another() {
    let test = Test::new().await;
    let (flooding, patient) = (test.organization("flooding").await, test.organization("patient").await);
    let flood = i64::try_from(number("ATUM_TEST_FLOOD", 10_000)).unwrap();
    let mut superuser = test.superuser().await;
    let jobs = r#"insert into queue.job (id, organization_id, kind, payload)
                  select gen_random_uuid(), $1, 'deed', '{"what": "Write"}' from generate_series(1, $2)"#;
    sqlx::query(jobs).bind(flooding.id.0).bind(flood).execute(&mut superuser).await.unwrap();
    let worker = Told::new(&test, "worker").start();
    let done_of = "select count(*) from queue.job where organization_id = $1 and state = 'completed'";
    let done = async |organization: uuid::Uuid| {
        let count = sqlx::query_scalar::<_, i64>(done_of).bind(organization);
        count.fetch_one(&mut test.superuser().await).await.unwrap()
    };
    until("the flood is being worked on", Duration::from_secs(60), async || done(flooding.id.0).await > 20).await;
    let mut slowest = Duration::ZERO;
    for round in 1..=5 {
        let begun = Instant::now();
        enqueue_job(&test, &patient, Deed { what: What::Write }).await;
        until("the other's job is done", Duration::from_secs(30), async || done(patient.id.0).await == round).await;
        slowest = slowest.max(begun.elapsed());
        // One worker has ten places and gives at most eight of them to one organization.
        let running = "select count(*) from queue.job where organization_id = $1 and state = 'running'";
        let running: i64 = sqlx::query_scalar(running).bind(flooding.id.0).fetch_one(&mut superuser).await.unwrap();
        assert!(running <= 8, "{running} jobs of the flood run at once");
    }
    assert!(done(flooding.id.0).await < flood, "the flood was over before it could hold anything up");
    println!("behind {flood} jobs of another, the slowest of 5 took {} ms", slowest.as_millis());
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
    drop(worker);
}
