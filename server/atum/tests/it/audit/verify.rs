//! What a superuser does to events and batches, and what the verification calls it.

use atum_audit::Finding;

use super::{chain, seal, tamper, verify};
use crate::support::Test;

#[tokio::test]
async fn what_nobody_touched_is_whole() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    chain(&test, &acme, 3).await;
    let found = verify(&test, &acme, &[]).await;
    assert_eq!((found.batches, found.events, found.unsealed, found.findings), (3, 6, 0, vec![]));
}

#[tokio::test]
async fn a_change_of_any_column_is_named() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let event = chain(&test, &acme, 3).await[2];
    for (column, value) in [
        ("at", "at + interval '1 microsecond'"),
        ("kind", "'else'"),
        ("visibility", "'public'"),
        ("actor_id", "gen_random_uuid()"),
        ("impersonator_id", "gen_random_uuid()"),
        ("ip", "'192.0.2.1'"),
        ("ticket_id", "gen_random_uuid()"),
        ("message_id", "gen_random_uuid()"),
        ("subject_id", "gen_random_uuid()"),
        ("changes", "'[]'"),
        ("detail", "'{\"more\": 1}'"),
    ] {
        let mutation = format!(
            "create table kept as select * from desk.event where id = '{event}';
             update desk.event set {column} = {value} where id = '{event}'"
        );
        tamper(&test, &mutation).await;
        let found = verify(&test, &acme, &[]).await.findings;
        assert_eq!(found, [Finding::EventChanged { event, batch: 2 }], "{column}");
        let back = format!(
            "delete from desk.event where id = '{event}'; insert into desk.event select * from kept; drop table kept"
        );
        tamper(&test, &back).await;
    }
    assert_eq!(verify(&test, &acme, &[]).await.findings, []);
}

#[tokio::test]
async fn every_removed_event_is_named() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let events = chain(&test, &acme, 3).await;
    tamper(&test, &format!("delete from desk.event where id in ('{}', '{}')", events[1], events[4])).await;
    let removed = [(events[1], 1), (events[4], 3)].map(|(event, batch)| Finding::EventRemoved { event, batch });
    assert_eq!(verify(&test, &acme, &[]).await.findings, removed);
}

#[tokio::test]
async fn an_inserted_event_is_named() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let events = chain(&test, &acme, 3).await;
    let event = atum_core::ids::EventId::new();
    let forgery = format!(
        "insert into desk.event (organization_id, id, transaction_id, at, kind, visibility)
         select organization_id, '{event}', transaction_id, at, 'forged', visibility from desk.event where id = '{}'",
        events[2]
    );
    tamper(&test, &forgery).await;
    // A new id is greater than those of the batch of its transaction, so it stands before the next batch's.
    assert_eq!(verify(&test, &acme, &[]).await.findings, [Finding::EventInserted { event, batch: 3 }]);
}

#[tokio::test]
async fn events_that_changed_places_are_named() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let events = chain(&test, &acme, 3).await;
    let swap = |column: &str| {
        format!(
            "with was as (select id, transaction_id from desk.event where id in ('{0}', '{1}'))
             update desk.event e set {column} = (select was.{column} from was where was.id <> e.id)
              where id in ('{0}', '{1}')",
            events[0], events[5]
        )
    };
    let reordered = [(events[0], 1), (events[5], 3)].map(|(event, batch)| Finding::EventReordered { event, batch });
    tamper(&test, &swap("transaction_id")).await;
    assert_eq!(verify(&test, &acme, &[]).await.findings, reordered, "transactions");
    tamper(&test, &swap("transaction_id")).await;
    assert_eq!(verify(&test, &acme, &[]).await.findings, [], "and back");
    // Keys are checked row by row; without this one the ids can be swapped in one statement.
    tamper(&test, &format!("alter table desk.event drop constraint event_pkey cascade; {}", swap("id"))).await;
    assert_eq!(verify(&test, &acme, &[]).await.findings, reordered, "ids");
}

#[tokio::test]
async fn a_missing_batch_and_a_changed_one_are_named() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    chain(&test, &acme, 3).await;
    for (mutation, finding) in [
        ("sealed_at = sealed_at - interval '1 day'", Finding::BatchChanged { batch: 2 }),
        ("event_count = 1", Finding::BatchChanged { batch: 2 }),
        ("last_transaction_id = last_transaction_id + 1", Finding::BatchChanged { batch: 2 }),
        ("previous_hash = hash", Finding::BatchChanged { batch: 2 }),
        ("number = 0", Finding::BatchMissing { batch: 2 }),
    ] {
        let mutation = format!(
            "create table kept as select * from desk.event_batch where number = 2;
             alter table desk.event_batch drop constraint if exists event_batch_number_check;
             update desk.event_batch set {mutation} where number = 2"
        );
        tamper(&test, &mutation).await;
        assert_eq!(verify(&test, &acme, &[]).await.findings, [finding], "{mutation}");
        let back = "delete from desk.event_batch where number in (0, 2);
                    insert into desk.event_batch select * from kept; drop table kept";
        tamper(&test, back).await;
    }
    assert_eq!(verify(&test, &acme, &[]).await.findings, []);
}

#[tokio::test]
async fn a_batch_that_was_written_anew_does_not_fit_the_next() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let events = chain(&test, &acme, 3).await;
    // The first batch is made anew, as if its event had always been so.
    let aside = format!(
        "create table batches as select * from desk.event_batch where number > 1;
         create table events as select * from desk.event where id not in ('{0}', '{1}');
         delete from desk.event_batch; delete from desk.event where id not in ('{0}', '{1}');
         update desk.event set kind = 'else' where id = '{0}'",
        events[0], events[1]
    );
    tamper(&test, &aside).await;
    seal(&test, &acme).await;
    tamper(&test, "insert into desk.event select * from events; insert into desk.event_batch select * from batches")
        .await;
    assert_eq!(verify(&test, &acme, &[]).await.findings, [Finding::BatchChanged { batch: 2 }]);
}
