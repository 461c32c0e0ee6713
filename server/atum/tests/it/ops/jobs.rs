use atum_core::caller::Role;
use serde_json::{Value, json};

use crate::{
    jobs::{Fate, Probe, enqueue, enqueue_job, let_time_pass, registry},
    support::{Client, Organization, Somebody, Test},
};

const JOBS: &str = "/api/v1/internal/jobs";

pub async fn operator(test: &Test) -> Somebody {
    let somebody = test.organization("operators").await.sign_in(Role::Agent).await;
    let promote = sqlx::query("update identity.account set operator = true where id = $1").bind(somebody.account_id.0);
    promote.execute(&mut test.superuser().await).await.expect("an operator");
    somebody
}

/// Jobs that failed as often as they may.
pub async fn dead(test: &Test, organization: &Organization<'_>, number: usize) {
    for _ in 0..number {
        enqueue(test, organization, Fate::Fail).await;
    }
    for _ in 0..3 {
        let_time_pass(test).await;
        atum_jobs::worker::drain(&test.app, &registry()).await.unwrap();
    }
}

async fn items(client: &Client, query: &str) -> Vec<Value> {
    client.get(&format!("{JOBS}{query}")).await.expect(200)["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_dead_letter_is_read_run_again_and_laid_aside() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let admin = acme.sign_in(Role::Admin).await;
    dead(&test, &acme, 1).await;
    let listed = items(&admin, "").await;
    let [job] = &listed[..] else { panic!("{listed:?}") };
    assert_eq!((&job["kind"], &job["state"], &job["attempt"]), (&json!("probe"), &json!("dead"), &json!(3)));
    assert_eq!((&job["queue"], &job["last_reason"]), (&json!("jobs"), &json!("as it was told")));
    let path = format!("{JOBS}/{}", job["id"].as_str().unwrap());
    let detail = admin.get(&path).await.expect(200);
    let reasons: Vec<_> = detail["attempts"].as_array().unwrap().iter().map(|attempt| &attempt["reason"]).collect();
    assert_eq!(reasons, ["as it was told"; 3]);

    assert_eq!(admin.post(&format!("{path}/replay"), json!({})).await.status, 204);
    admin.post(&format!("{path}/replay"), json!({})).await.problem("not-found");
    assert_eq!((items(&admin, "").await.len(), items(&admin, "?state=available").await.len()), (0, 1));
    assert!(admin.get(&path).await.expect(200)["attempts"][3]["replayed_at"].is_string());
    dead(&test, &acme, 0).await;
    assert_eq!(admin.post(&format!("{path}/discard"), json!({})).await.status, 204);
    assert_eq!(items(&admin, "?state=discarded").await.len(), 1);

    let told = admin.get("/api/v1/audit/events?kind=jobs_replayed").await.expect(200);
    let event = &told["items"][0];
    assert_eq!(
        (&event["detail"], &event["actor"]["id"]),
        (&json!({ "jobs": { "probe": 1 } }), &json!(admin.person_id))
    );
}

#[tokio::test]
async fn many_are_changed_at_once_and_one_that_is_refused_keeps_no_other() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let admin = acme.sign_in(Role::Admin).await;
    enqueue_job(&test, &acme, Probe { fate: Fate::Fail, key: Some("k".into()) }).await;
    dead(&test, &acme, 2).await;
    enqueue_job(&test, &acme, Probe { fate: Fate::Fail, key: Some("k".into()) }).await;
    let ids: Vec<Value> = items(&admin, "").await.iter().map(|job| job["id"].clone()).collect();
    let changed = admin.post(&format!("{JOBS}/replay"), json!({ "job_ids": ids })).await.expect(200);
    assert_eq!((&changed["done"], changed["refused"].as_array().unwrap().len()), (&json!(2), 1), "{changed}");
    assert!(changed["refused"][0]["detail"].as_str().unwrap().contains("same key"), "{changed}");
    let changed = admin.post(&format!("{JOBS}/discard"), json!({ "kind": "probe" })).await.expect(200);
    assert_eq!((&changed["done"], &changed["more"]), (&json!(1), &json!(false)));
    assert_eq!(items(&admin, "").await.len(), 0);
    admin.post(&format!("{JOBS}/replay"), json!({})).await.problem("validation");
    admin.post(&format!("{JOBS}/replay"), json!({ "job_ids": [uuid::Uuid::now_v7()] })).await.problem("not-found");
}

#[tokio::test]
async fn an_admin_sees_the_own_jobs_and_an_operator_all_without_a_word() {
    let test = Test::new().await;
    let (acme, other) = (test.organization("acme").await, test.organization("other").await);
    for organization in [&acme, &other] {
        let said = Some(format!("salary of amira@{}.test", organization.slug));
        enqueue_job(&test, organization, Probe { fate: Fate::Fail, key: said }).await;
    }
    dead(&test, &acme, 0).await;
    let said =
        r#"update queue.job set errors = '[{"attempt": 1, "reason": "550 <amira@acme.test> has no \"salary\""}]'"#;
    sqlx::query(said).execute(&mut test.superuser().await).await.unwrap();
    let (admin, operator) = (acme.sign_in(Role::Admin).await, operator(&test).await);
    assert_eq!((items(&admin, "").await.len(), items(&operator, "").await.len()), (1, 2));
    let foreign = items(&operator, "").await.into_iter().find(|job| job["organization"] == "other").expect("other's");
    let path = format!("{JOBS}/{}", foreign["id"].as_str().unwrap());
    for call in ["replay", "discard"] {
        admin.post(&format!("{path}/{call}"), json!({})).await.problem("not-found");
    }
    admin.get(&path).await.problem("not-found");
    let detail = operator.get(&path).await;
    assert_eq!(detail.expect(200)["payload"], json!({ "fate": null, "key": null }));
    assert_eq!(detail.json()["last_reason"], "550 …@… has no \"…\"");
    assert!(!detail.text().contains("salary") && !detail.text().contains("amira"), "{}", detail.text());

    assert_eq!(operator.post(&format!("{path}/replay"), json!({})).await.status, 204);
    let told = other.sign_in(Role::Admin).await.get("/api/v1/audit/events?kind=jobs_replayed").await.expect(200);
    assert_eq!(told["items"][0]["detail"]["by"], "operator");
    for role in [Role::Customer, Role::Agent, Role::Manager] {
        acme.sign_in(role).await.get(JOBS).await.problem("forbidden");
    }
    test.anonymous().get(JOBS).await.problem("unauthenticated");
}

#[tokio::test]
async fn pages_go_on_where_the_last_one_ended_in_every_state() {
    let test = Test::new().await;
    let (acme, other) = (test.organization("acme").await, test.organization("other").await);
    // Of two organizations, two priorities, in batches and singly, some ending at the same time.
    let jobs =
        "insert into queue.job (id, organization_id, kind, payload, state, priority, batched, run_at, finished_at,
                                      heartbeat_at, deadline_at)
        select gen_random_uuid(), case when n % 3 = 0 then $1 else $2 end, 'probe', '{}', state, 1 + n % 2, n % 5 < 2,
               now() - n / 4 * interval '1 s', case when state in ('completed', 'dead', 'discarded')
                                                    then now() - n / 4 * interval '1 s' end,
               now(), case when state = 'running' then now() + n / 4 * interval '1 s' end
          from generate_series(1, 40) n, unnest(array['available', 'running', 'completed', 'dead', 'discarded']) state";
    sqlx::query(jobs).bind(acme.id.0).bind(other.id.0).execute(&mut test.superuser().await).await.unwrap();
    let (admin, operator) = (acme.sign_in(Role::Admin).await, operator(&test).await);
    for state in ["available", "running", "completed", "dead", "discarded"] {
        for (client, number) in [(&*admin, 13), (&*operator, 40)] {
            let (mut ids, mut cursor) = (vec![], String::new());
            loop {
                let page = client.get(&format!("{JOBS}?state={state}&limit=7{cursor}")).await.expect(200);
                ids.extend(page["items"].as_array().unwrap().iter().map(|job| job["id"].as_str().unwrap().to_owned()));
                assert!(ids.len() <= number, "{state} comes round again");
                let Some(next) = page["next_cursor"].as_str() else { break };
                cursor = format!("&cursor={next}");
            }
            let listed = ids.len();
            ids.sort();
            ids.dedup();
            assert_eq!((listed, ids.len()), (number, number), "{state}");
        }
    }
    assert_eq!(items(&admin, "?state=available&kind=send_reply").await.len(), 0);
    assert_eq!(items(&admin, "?state=available&queue=mail").await.len(), 0);
    assert_eq!(items(&admin, "?state=available&queue=jobs&kind=probe&limit=100").await.len(), 13);
}

#[test]
fn the_kinds_of_mail_are_kinds_that_somebody_handles() {
    let kinds: Vec<_> = atum::worker::registry().kinds().collect();
    for kind in atum_ops::MAIL_KINDS {
        assert!(kinds.contains(&kind), "{kind}");
    }
    for kind in kinds.iter().filter(|kind| kind.contains("mail")) {
        assert!(atum_ops::MAIL_KINDS.contains(kind), "{kind}");
    }
}
