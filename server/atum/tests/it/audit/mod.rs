mod events;
mod head;
mod seal;
mod told;
mod verify;

use atum_audit::{Event, Head, Verification};
use atum_core::ids::EventId;
use serde_json::json;
use sqlx::AssertSqlSafe;

use crate::support::{Organization, Test};

/// Facts, each in a transaction of its own.
async fn happen(test: &Test, organization: &Organization<'_>, count: u32) -> Vec<EventId> {
    let mut ids = vec![];
    for index in 0..count {
        let mut tx = test.app.db.write(&organization.system()).await.unwrap();
        let event = Event::internal("probed").change("index", (), index).detail(json!({ "name": "منى" }));
        ids.push(atum_audit::record(&mut tx, event).await.unwrap());
        tx.commit().await.unwrap();
    }
    ids
}

/// Seals until nothing is left: a transaction that another test holds open holds the sealing up for its time.
async fn seal(test: &Test, organization: &Organization<'_>) {
    loop {
        assert_eq!(atum_audit::seal(&test.app).await.unwrap().failed, 0);
        if verify(test, organization, &[]).await.unsealed == 0 {
            return;
        }
        tokio::task::yield_now().await;
    }
}

/// Batches of two events each.
async fn chain(test: &Test, organization: &Organization<'_>, batches: u32) -> Vec<EventId> {
    let mut ids = vec![];
    for _ in 0..batches {
        let mut tx = test.app.db.write(&organization.system()).await.unwrap();
        for index in 0..2 {
            let event = Event::internal("probed").change("index", (), index);
            ids.push(atum_audit::record(&mut tx, event).await.unwrap());
        }
        tx.commit().await.unwrap();
        seal(test, organization).await;
    }
    ids
}

async fn verify(test: &Test, organization: &Organization<'_>, heads: &[Head]) -> Verification {
    atum_audit::verify(&test.app, organization.id, heads).await.unwrap()
}

/// As somebody who may do everything and is stopped by no key and no trigger.
async fn tamper(test: &Test, statement: &str) {
    let statement = format!("set session_replication_role = replica; {statement}");
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut test.superuser().await).await.unwrap();
}
