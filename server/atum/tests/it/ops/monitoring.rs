use atum_core::caller::Role;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::jobs::{dead, operator};
use crate::{
    jobs::{Fate, enqueue},
    support::Test,
};

const MONITORING: &str = "/api/v1/internal/monitoring";

#[tokio::test]
async fn an_operator_sees_how_the_installation_works() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let operator = operator(&test).await;
    dead(&test, &acme, 2).await;
    enqueue(&test, &acme, Fate::Succeed).await;
    let rows = "insert into queue.worker (id, kind, host, pid, version, beat_at, detail) values
            (gen_random_uuid(), 'jobs', 'one', 7, '1', now() - interval '5 s', '{}'),
            (gen_random_uuid(), 'sla', 'one', 8, '1', now() - interval '2 min', '{\"error\": \"amira@acme.test\"}');
        insert into queue.backup (id, kind, started_at, finished_at, outcome, name) values
            (gen_random_uuid(), 'full', now() - interval '3 h', now() - interval '2 h', 'succeeded', 'monday'),
            (gen_random_uuid(), 'full', now() - interval '9 h', now() - interval '8 h', 'failed', 'sunday'),
            (gen_random_uuid(), 'drill', now() - interval '1 h', now() - interval '1 h', 'failed', 'monday');
        update queue.job set run_at = now() - interval '1 min' where state = 'available'";
    sqlx::raw_sql(rows).execute(&mut test.superuser().await).await.unwrap();
    atum_ops::prove_and_keep(&test.app).await.unwrap();
    let stop = CancellationToken::new();
    stop.cancel();
    atum_ops::note_logged_error("server/core/src/problem.rs", 283);
    atum_ops::keep_logged_errors(test.app.clone(), stop).await;

    let answer = operator.get(MONITORING).await;
    let seen = answer.expect(200);
    assert_eq!(seen["scope"], "installation");
    let parts = seen["components"].as_array().unwrap();
    let sla = parts.iter().find(|part| part["name"] == "worker:sla").expect("a part of each worker");
    assert!(sla["status"] != "pass" && sla["output"].is_string(), "{sla}");
    let workers: Vec<_> = seen["workers"].as_array().unwrap().iter().map(|worker| &worker["kind"]).collect();
    assert_eq!(workers, ["sla", "jobs"], "the silent first");
    assert_eq!((&seen["workers"][0]["silent"], &seen["workers"][0]["failing"]), (&json!(true), &json!(true)));
    assert_eq!(seen["workers"][1]["silent"], false);
    let age = seen["workers"][1]["heartbeat_age_seconds"].as_f64().unwrap();
    assert!((5.0..60.0).contains(&age), "{age}");

    let jobs = &seen["queues"][0];
    assert_eq!((&jobs["waiting"], &jobs["dead"], &jobs["running"]), (&json!(1), &json!(2), &json!(0)), "{jobs}");
    assert!((60.0..120.0).contains(&jobs["oldest_seconds"].as_f64().unwrap()), "{jobs}");
    assert_eq!(seen["counted_in_part"], false);
    // The hour may have turned since they failed.
    let failed: i64 =
        seen["hours"].as_array().unwrap().iter().map(|hour| hour["jobs"]["failed"].as_i64().unwrap()).sum();
    assert_eq!((failed, seen["hours"].as_array().unwrap().len()), (6, 25));

    let backups = &seen["backups"];
    assert_eq!((&backups["full"]["name"], &backups["drill"]), (&json!("monday"), &json!(null)));
    let since: Vec<_> = backups["since"].as_array().unwrap().iter().map(|run| &run["kind"]).collect();
    assert_eq!(since, ["drill"], "an old failure is made good by what came after");
    assert_eq!((&seen["isolation"]["status"], &seen["isolation"]["violations"]), (&json!("pass"), &json!([])));
    let errors = seen["errors"].as_array().unwrap();
    assert!(errors.iter().any(|error| error["code"] == "server/core/src/problem.rs:283"), "{errors:?}");
    assert!(errors.iter().any(|error| error["code"] == "probe" && error["times"] == 6), "{errors:?}");
    assert!(!answer.text().contains("amira"), "what a worker says of its failure may be about somebody");
}

#[tokio::test]
async fn an_admin_sees_the_own_organization_alone() {
    let test = Test::new().await;
    let (acme, other) = (test.organization("acme").await, test.organization("other").await);
    dead(&test, &other, 2).await;
    dead(&test, &acme, 1).await;
    let admin = acme.sign_in(Role::Admin).await;
    for organization in [&acme, &other] {
        let admin = organization.sign_in(Role::Admin).await;
        let channel = json!({ "name": organization.slug, "address": format!("help@{}.test", organization.slug) });
        admin.post("/api/v1/mail-channels", channel).await.expect(201);
    }
    sqlx::query("update desk.mail_channel set active = true").execute(&mut test.superuser().await).await.unwrap();
    let seen = admin.get(MONITORING).await.expect(200);
    assert_eq!((&seen["scope"], &seen["workers"]), (&json!("organization"), &json!([])));
    assert_eq!(seen["components"], json!([]));
    assert_eq!((&seen["backups"], &seen["isolation"]), (&json!(null), &json!(null)));
    assert_eq!(seen["queues"][0]["dead"], 1);
    let failed: i64 =
        seen["hours"].as_array().unwrap().iter().map(|hour| hour["jobs"]["failed"].as_i64().unwrap()).sum();
    assert_eq!(failed, 3);
    let channels = seen["mail_channels"].as_array().unwrap();
    assert_eq!((channels.len(), &channels[0]["name"], &channels[0]["organization"]), (1, &json!("acme"), &json!(null)));

    let seen = operator(&test).await.get(MONITORING).await.expect(200);
    let channels: Vec<_> = seen["mail_channels"].as_array().unwrap().iter().collect();
    assert_eq!(channels.len(), 2);
    assert!(channels.iter().all(|channel| channel["name"].is_null() && channel["address"].is_null()), "{channels:?}");
    for role in [Role::Customer, Role::Agent, Role::Manager] {
        acme.sign_in(role).await.get(MONITORING).await.problem("forbidden");
    }
    test.anonymous().get(MONITORING).await.problem("unauthenticated");
}
