use atum_core::caller::Role;
use serde_json::json;

use crate::support::{Organization, Test};

async fn count(test: &Test, of: &str) -> i64 {
    let count = sqlx::AssertSqlSafe(format!("select count(*) from {of}"));
    sqlx::query_scalar(count).fetch_one(&mut test.superuser().await).await.unwrap()
}

async fn do_as_superuser(test: &Test, statement: &str) {
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut test.superuser().await).await.unwrap();
}

/// One round of the schedules, and the jobs that it enqueued.
async fn a_day_passes(test: &Test) {
    atum_jobs::run_schedules(&test.app, &[atum_ops::sweep()]).await.unwrap();
    test.run_jobs().await;
    do_as_superuser(test, "update queue.schedule set last_tick_at = now() - interval '25 hours'").await;
}

#[tokio::test]
async fn ended_sessions_and_invitations_go_after_thirty_days_and_no_others() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let staying = acme.sign_in(Role::Admin).await;
    for _ in 0..3 {
        acme.sign_in(Role::Agent).await;
    }
    invite(&acme, &staying).await;
    do_as_superuser(
        &test,
        "with other as (select s.id, row_number() over (order by s.id) as n from identity.session s
                          join identity.membership m using (account_id) where m.role = 'agent')
         update identity.session s set
                revoked_at = case n when 1 then s.created_at end,
                expires_at = case n when 2 then s.created_at else s.expires_at end,
                last_seen_at = case n when 3 then s.created_at - interval '7 days' else s.last_seen_at end
           from other where other.id = s.id",
    )
    .await;
    do_as_superuser(&test, "update identity.invitation set used_at = created_at").await;
    test.at("2026-12-20T09:00:00Z");
    a_day_passes(&test).await;
    let left = async || (count(&test, "identity.session").await, count(&test, "identity.invitation").await);
    assert_eq!(left().await, (5, 1), "thirty days are not over");
    test.at("2026-12-20T11:00:00Z");
    a_day_passes(&test).await;
    assert_eq!(left().await, (1, 0), "the one that came to its end an hour ago is still there");
    let whose: uuid::Uuid = sqlx::query_scalar("select account_id from identity.session")
        .fetch_one(&mut test.superuser().await)
        .await
        .unwrap();
    assert_eq!(whose, staying.account_id.0);
}

/// A customer, signed out again, who is invited.
async fn invite(acme: &Organization<'_>, admin: &crate::support::Client) {
    let customer = acme.sign_in(Role::Customer).await;
    customer.delete("/api/v1/session").await.expect(204);
    admin.post(&format!("/api/v1/people/{}/invitation", customer.person_id), json!({})).await.expect(200);
}

#[tokio::test]
async fn keys_of_requests_are_forgotten_after_a_day_a_thousand_at_once() {
    let test = Test::new().await;
    let (acme, other) = (test.organization("acme").await, test.organization("other").await);
    for organization in [&acme, &other] {
        let person = organization.sign_in(Role::Customer).await;
        let keys = format!(
            "insert into desk.idempotency_key (organization_id, person_id, key, request, created_at)
             select '{}', '{}', n::text, 'POST /', now() - make_interval(hours => case when n <= 2500 then 25 else 23 end)
               from generate_series(1, 2510) n",
            organization.id, person.person_id
        );
        do_as_superuser(&test, &keys).await;
    }
    a_day_passes(&test).await;
    assert_eq!(count(&test, "desk.idempotency_key").await, 20, "only the younger ones are left, of each organization");
    let rounds = count(&test, "queue.job where kind = 'forget_idempotency_keys' and state = 'completed'").await;
    assert_eq!(rounds, 6, "2,500 of each of two organizations are three transactions each");
    do_as_superuser(&test, "update desk.idempotency_key set created_at = now() - interval '25 hours'").await;
    a_day_passes(&test).await;
    assert_eq!(count(&test, "desk.idempotency_key").await, 0);
}
