use atum_jobs::worker;

use super::{
    Fate, Probe, effects, enqueue, enqueue_job, let_time_pass, number_of, only_job,
    process::{Told, until},
    registry,
};
use crate::support::Test;

const SOON: std::time::Duration = std::time::Duration::from_secs(60);

async fn spend_all_attempts(test: &Test) {
    for _ in 0..3 {
        let_time_pass(test).await;
        worker::drain(&test.app, &registry()).await.unwrap();
    }
}

#[tokio::test]
async fn a_dead_job_runs_again_with_all_its_attempts_and_its_history() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    enqueue(&test, &acme, Fate::Fail).await;
    spend_all_attempts(&test).await;
    let dead = atum_jobs::list_dead(&test.app, 10).await.unwrap();
    let [job] = &dead[..] else { panic!("{} dead letters", dead.len()) };
    assert_eq!((job.kind.as_str(), job.errors.as_array().unwrap().len()), ("probe", 3));
    // What was wrong with it is mended.
    let mended = r#"update queue.job set payload = '{"fate": "Succeed", "key": null}'"#;
    sqlx::query(mended).execute(&mut test.superuser().await).await.unwrap();
    atum_jobs::replay(&test.app, job.id).await.unwrap();
    assert_eq!(worker::drain(&test.app, &registry()).await.unwrap(), 1);
    assert_eq!(only_job(&test).await, ("completed".into(), 1, 4), "three reasons and the replay are kept");
    assert_eq!(effects(&test).await, 1);
    assert!(atum_jobs::replay(&test.app, job.id).await.is_err(), "what is done is not replayed");
}

/// The same with a worker process, in which the job panics.
#[tokio::test]
async fn a_poison_job_ends_among_the_dead_and_its_worker_goes_on() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    enqueue(&test, &acme, Fate::Panic).await;
    let worker = Told::new(&test, "worker").start();
    until("its attempts are spent", SOON, async || {
        let_time_pass(&test).await;
        number_of(&test, "dead").await == 1
    })
    .await;
    let dead = atum_jobs::list_dead(&test.app, 10).await.unwrap();
    let reasons: Vec<_> = dead[0].errors.as_array().unwrap().iter().map(|error| error["reason"].clone()).collect();
    assert_eq!(reasons, ["panicked: as it was told"; 3]);
    let mended = r#"update queue.job set payload = '{"fate": "Succeed", "key": null}'"#;
    sqlx::query(mended).execute(&mut test.superuser().await).await.unwrap();
    atum_jobs::replay(&test.app, dead[0].id).await.unwrap();
    until("it is done", SOON, async || number_of(&test, "completed").await == 1).await;
    worker.stop();
    assert_eq!((only_job(&test).await, effects(&test).await), (("completed".into(), 1, 4), 1));
}

#[tokio::test]
async fn a_dead_job_is_laid_aside_and_one_whose_key_waits_is_not_replayed() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    enqueue_job(&test, &acme, Probe { fate: Fate::Fail, key: Some("k".into()) }).await;
    spend_all_attempts(&test).await;
    let id = atum_jobs::list_dead(&test.app, 10).await.unwrap()[0].id;
    enqueue_job(&test, &acme, Probe { fate: Fate::Succeed, key: Some("k".into()) }).await;
    let refused = atum_jobs::replay(&test.app, id).await.unwrap_err();
    assert!(refused.to_string().contains("same key"), "{refused}");
    atum_jobs::discard(&test.app, id).await.unwrap();
    assert!(atum_jobs::list_dead(&test.app, 10).await.unwrap().is_empty());
    assert!(atum_jobs::discard(&test.app, id).await.is_err());
    assert_eq!(number_of(&test, "discarded").await, 1);
}

#[tokio::test]
async fn a_key_is_unique_in_its_organization_alone() {
    let test = Test::new().await;
    let (acme, globex) = (test.organization("acme").await, test.organization("globex").await);
    for organization in [&acme, &globex, &acme] {
        enqueue_job(&test, organization, Probe { fate: Fate::Succeed, key: Some("k".into()) }).await;
    }
    assert_eq!(number_of(&test, "available").await, 2);
}
