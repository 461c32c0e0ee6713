//! Requests are given up at any moment: a browser hangs up, a proxy loses patience. Whatever they had begun is over.

use std::time::Duration;

use tokio::time::timeout;

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
        let patience = Duration::from_micros(round % 100 * 15);
        given_up += u64::from(timeout(patience, app.db.read(&acme.system())).await.is_err());
        let mut tx = app.db.without_tenant().await.unwrap();
        let state = "select coalesce(current_setting('atum.organization_id', true), ''),
                            current_setting('transaction_read_only'), clock_timestamp() - now() > interval '1 second'";
        let (organization, read_only, old): (String, String, bool) =
            sqlx::query_as(state).fetch_one(&mut *tx).await.unwrap();
        assert_eq!((organization.as_str(), read_only.as_str(), old), ("", "off", false), "round {round}");
    }
    assert!(given_up > 20, "only {given_up} were given up");
}

/// Nobody waits for the proof any more; it is made and kept all the same, for whoever asks next.
#[tokio::test]
async fn a_proof_is_made_though_whoever_asked_for_it_goes_away() {
    let test = Test::new().await;
    let tries = "select count(*) > 0 from pg_stat_activity
                  where datname = current_database() and query like 'rollback to savepoint attempt;%'";
    let begun = until("the proof is under way", SOON, async || {
        sqlx::query_scalar(tries).fetch_one(&mut test.superuser().await).await.unwrap()
    });
    let asking = test.anonymous();
    tokio::select! {
        _ = asking.get("/readyz") => panic!("the proof was over before it was seen"),
        () = begun => {}
    }
    let kept = "select count(*) from queue.isolation_report";
    until("the proof is kept", SOON, async || {
        sqlx::query_scalar::<_, i64>(kept).fetch_one(&mut test.superuser().await).await.unwrap() == 1
    })
    .await;
}
