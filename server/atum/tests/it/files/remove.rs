use atum_core::caller::Role;
use chrono::TimeDelta;

use super::{path, png, sent, stored, uploaded};
use crate::support::Test;

async fn remove(test: &Test) {
    let schedule = atum_files::remove_unattached_files();
    (schedule.start)(test.app.clone()).await.expect("jobs for every organization");
    test.run_jobs().await;
}

#[tokio::test]
async fn an_upload_that_nobody_sent_is_gone_after_a_day_with_its_bytes() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let customer = acme.sign_in(Role::Customer).await;
    let unsent = uploaded(&customer, "unsent.png", png(9, 9)).await;
    customer.get(&format!("{}/thumbnail", path(&unsent))).await;
    let delivered = uploaded(&customer, "sent.txt", "sent").await;
    sent(&test, &acme, customer.person_id, "public", &delivered).await;
    test.clock.set(test.clock.now() + TimeDelta::hours(24));
    remove(&test).await;
    assert_eq!(stored(&test).len(), 3, "not yet: {:?}", stored(&test));
    test.clock.set(test.clock.now() + TimeDelta::seconds(1));
    remove(&test).await;
    let kept = format!("{}/{}", acme.id, delivered["sha256"].as_str().unwrap());
    assert_eq!(stored(&test), [kept]);
    customer.get(&path(&unsent)).await.problem("not-found");
    assert_eq!(customer.get(&path(&delivered)).await.text(), "sent");
}

#[tokio::test]
async fn bytes_that_another_row_has_stay() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let customer = acme.sign_in(Role::Customer).await;
    let unsent = uploaded(&customer, "old.txt", "the same").await;
    test.clock.set(test.clock.now() + TimeDelta::hours(25));
    let again = uploaded(&customer, "new.txt", "the same").await;
    remove(&test).await;
    customer.get(&path(&unsent)).await.problem("not-found");
    assert_eq!(customer.get(&path(&again)).await.text(), "the same");
}

/// The row is gone and the job waits; before it runs, the same bytes come again.
#[tokio::test]
async fn an_upload_between_the_removal_of_row_and_bytes_keeps_the_bytes() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let customer = acme.sign_in(Role::Customer).await;
    uploaded(&customer, "old.txt", "the same").await;
    sqlx::query("delete from desk.file").execute(&mut test.superuser().await).await.unwrap();
    let again = uploaded(&customer, "new.txt", "the same").await;
    let job =
        "insert into queue.job (id, organization_id, kind, payload) values (gen_random_uuid(), $1, 'remove_blob', $2)";
    let payload = serde_json::json!({ "sha256": again["sha256"] });
    sqlx::query(job).bind(acme.id.0).bind(payload).execute(&mut test.superuser().await).await.unwrap();
    assert_eq!(test.run_jobs().await, 1);
    assert_eq!(customer.get(&path(&again)).await.text(), "the same");
}
