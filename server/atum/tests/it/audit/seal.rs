use std::collections::BTreeMap;

use atum_audit::Event;
use atum_core::ids::EventId;
use sqlx::Row;

use super::{chain, happen, seal, tamper, verify};
use crate::support::{Organization, Test};

/// How often each event is in a batch, read from the entries' bytes.
async fn sealed(test: &Test, organization: &Organization<'_>) -> BTreeMap<EventId, usize> {
    let batches = sqlx::query("select entries from desk.event_batch where organization_id = $1")
        .bind(organization.id.0)
        .fetch_all(&mut test.superuser().await)
        .await
        .unwrap();
    let mut times = BTreeMap::new();
    for entries in batches.iter().map(|batch| batch.get::<Vec<u8>, _>("entries")) {
        for entry in entries.chunks(56) {
            let id = EventId(uuid::Uuid::from_slice(&entry[..16]).unwrap());
            *times.entry(id).or_default() += 1;
        }
    }
    times
}

#[tokio::test]
async fn each_organization_has_its_own_chain() {
    let test = Test::new().await;
    let (acme, initech) = (test.organization("acme").await, test.organization("initech").await);
    chain(&test, &acme, 2).await;
    happen(&test, &initech, 3).await;
    seal(&test, &initech).await;
    let (ours, theirs) = (verify(&test, &acme, &[]).await, verify(&test, &initech, &[]).await);
    assert_eq!((ours.batches, ours.events), (2, 4));
    assert_eq!(theirs.events, 3);
}

#[tokio::test]
async fn an_event_whose_transaction_was_overtaken_is_sealed_when_it_commits() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let mut slow = test.app.db.write(&acme.system()).await.unwrap();
    let late = atum_audit::record(&mut slow, Event::internal("late")).await.unwrap();
    let quick = happen(&test, &acme, 1).await[0];
    atum_audit::seal(&test.app).await.unwrap();
    assert!(!sealed(&test, &acme).await.contains_key(&quick), "an older transaction may still commit before it");
    slow.commit().await.unwrap();
    seal(&test, &acme).await;
    assert_eq!(sealed(&test, &acme).await, BTreeMap::from([(late, 1), (quick, 1)]));
    assert_eq!(verify(&test, &acme, &[]).await.findings, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_while_several_seal_is_sealed_exactly_once() {
    const ROUNDS: usize = 4;
    const EACH: usize = 10;
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    // Two transactions at a time, of which the older one commits last.
    let write = async || {
        let mut written = vec![];
        for _ in 0..EACH {
            let mut older = test.app.db.write(&acme.system()).await.unwrap();
            written.push(atum_audit::record(&mut older, Event::internal("older")).await.unwrap());
            written.extend(happen(&test, &acme, 1).await);
            older.commit().await.unwrap();
        }
        written
    };
    let sealing = async || {
        for _ in 0..EACH {
            assert_eq!(atum_audit::seal(&test.app).await.unwrap().failed, 0);
        }
    };
    let mut all = vec![];
    for _ in 0..ROUNDS {
        let (written, ..) = tokio::join!(write(), sealing(), sealing());
        all.extend(written);
        // Whatever else the server does meanwhile may hold up sealing; a round ends when all of it is sealed.
        seal(&test, &acme).await;
    }
    assert_eq!(sealed(&test, &acme).await, all.into_iter().map(|id| (id, 1)).collect());
    let found = verify(&test, &acme, &[]).await;
    assert!(found.batches >= ROUNDS as i64, "each round ended in a batch of its own");
    assert_eq!((found.events, found.findings), ((2 * ROUNDS * EACH) as i64, vec![]));
}

#[tokio::test]
async fn what_the_application_sealed_it_cannot_unseal() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    chain(&test, &acme, 1).await;
    for statement in ["update desk.event_batch set number = number", "delete from desk.event_batch"] {
        let mut tx = test.app.db.write(&acme.system()).await.unwrap();
        let refused = sqlx::query(statement).execute(&mut *tx).await.unwrap_err();
        assert_eq!(refused.as_database_error().unwrap().code().as_deref(), Some("42501"), "{statement}");
    }
}

#[tokio::test]
async fn a_database_that_lost_its_transaction_counter_is_told_of_not_sealed() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    chain(&test, &acme, 1).await;
    tamper(&test, "update desk.event_batch set last_transaction_id = 9000000000000000000").await;
    let refused = atum_audit::seal_organization(&test.app, acme.id).await.unwrap_err();
    assert!(refused.to_string().contains("restored without its transaction counter"), "{refused}");
}
