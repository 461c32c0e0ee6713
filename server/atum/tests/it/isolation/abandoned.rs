//! Requests are given up at any moment: a browser hangs up, a proxy loses patience. Whatever they had begun is over.

use std::time::Duration;

use crate::{jobs::process::until, support::Test};

const SOON: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_transaction_that_is_given_up_while_it_begins_is_nobody_elses() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    // Everybody gets the same connection.
    let app = test.app_with(1);
    let mut given_up = 0;
    for round in 0..400 {
        given_up += u64::from(!begins_within(round % 12, app.db.read(&acme.system())).await);
        let mut tx = app.db.without_tenant().await.unwrap();
        let state = "select coalesce(current_setting('atum.organization_id', true), ''),
                            current_setting('transaction_read_only'), clock_timestamp() - now() > interval '1 second'";
        let (organization, read_only, old): (String, String, bool) =
            sqlx::query_as(state).fetch_one(&mut *tx).await.unwrap();
        assert_eq!((organization.as_str(), read_only.as_str(), old), ("", "off", false), "round {round}");
    }
    assert!(given_up > 20, "only {given_up} were given up");
}

/// Whether something is over after so many looks at it. If not, it is given up where it is.
async fn begins_within<T>(looks: u64, beginning: impl Future<Output = T>) -> bool {
    let mut beginning = std::pin::pin!(beginning);
    for _ in 0..=looks {
        if futures::poll!(beginning.as_mut()).is_ready() {
            return true;
        }
        tokio::task::yield_now().await;
    }
    false
}

/// Nobody waits for the proof any more; it is made and kept all the same, for whoever asks next.
#[tokio::test]
async fn a_proof_is_made_though_whoever_asked_for_it_goes_away() {
    let test = Test::new().await;
    // A table that nobody may look at holds the proof up, so that there is a middle to go away in.
    let mut holder = test.superuser().await;
    sqlx::raw_sql("begin; lock table desk.ticket in access exclusive mode").execute(&mut holder).await.unwrap();
    let waits = "select count(*) > 0 from pg_stat_activity
                  where datname = current_database() and wait_event_type = 'Lock' and usename like 'atum%'";
    let begun = until("the proof is under way", SOON, async || {
        sqlx::query_scalar(waits).fetch_one(&mut test.superuser().await).await.unwrap()
    });
    let asking = test.anonymous();
    tokio::select! {
        _ = asking.get("/readyz") => panic!("the proof was over before it was seen"),
        () = begun => {}
    }
    sqlx::raw_sql("rollback").execute(&mut holder).await.unwrap();
    let kept = "select count(*) from queue.isolation_report";
    until("the proof is kept", SOON, async || {
        sqlx::query_scalar::<_, i64>(kept).fetch_one(&mut test.superuser().await).await.unwrap() == 1
    })
    .await;
}
