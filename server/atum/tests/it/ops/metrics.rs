use std::sync::Arc;

use atum_core::{App, caller::Role, config::Config, ids::FileId};

use crate::support::Test;

#[tokio::test]
async fn requests_are_counted_by_route_and_never_by_id() {
    let test = Test::new().await;
    let agent = test.organization("acme").await.sign_in(Role::Agent).await;
    let id = FileId::new();
    agent.get(&format!("/api/v1/files/{id}")).await.problem("not-found");
    let page = test.anonymous().calling_from([127, 0, 0, 1]).get("/metrics").await;
    assert_eq!(page.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    let page = page.text();
    let counted = r#"atum_http_requests_total{method="GET",route="/api/v1/files/{id}",status="404"}"#;
    assert!(page.contains(counted), "{page}");
    assert!(page.contains("atum_http_request_duration_seconds_bucket{"), "{page}");
    assert!(!page.contains(&id.to_string()));
}

#[tokio::test]
async fn the_queue_the_workers_and_the_process_are_measured_at_the_scrape() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let local = test.anonymous().calling_from([127, 0, 0, 1]);
    let job = "insert into queue.job (id, organization_id, kind, payload, run_at)
               values (gen_random_uuid(), $1, 'remove_blob', '{}', now() - interval '90 s')";
    sqlx::query(job).bind(acme.id.0).execute(&mut test.superuser().await).await.unwrap();
    let worker = "insert into queue.worker (id, kind, host, pid, version, beat_at)
                  values (gen_random_uuid(), 'sla', 'here', 1, '0', now() - interval '40 s')";
    sqlx::query(worker).execute(&mut test.superuser().await).await.unwrap();
    let page = local.get("/metrics").await.text();
    let value = |name: &str| -> f64 {
        let line = page.lines().find(|line| line.starts_with(&format!("{name} ")));
        line.unwrap_or_else(|| panic!("no {name} in\n{page}")).rsplit(' ').next().unwrap().parse().unwrap()
    };
    assert_eq!(value("atum_jobs{queue=\"jobs\",state=\"available\"}"), 1.0);
    assert_eq!(value("atum_jobs{queue=\"jobs\",state=\"dead\"}"), 0.0);
    assert_eq!(value("atum_jobs{queue=\"mail\",state=\"available\"}"), 0.0);
    let now: f64 = sqlx::query_scalar("select extract(epoch from now())::float8")
        .fetch_one(&mut test.superuser().await)
        .await
        .unwrap();
    let ago = |name: &str| now - value(name);
    assert!((90.0..120.0).contains(&ago("atum_job_oldest_due_timestamp_seconds{queue=\"jobs\"}")));
    assert!(ago("atum_job_oldest_due_timestamp_seconds{queue=\"mail\"}") < 30.0, "nothing waits there");
    assert!((40.0..70.0).contains(&ago("atum_worker_last_heartbeat_timestamp_seconds{worker=\"sla\"}")));
    assert_eq!(value("atum_workers{worker=\"sla\",state=\"alive\"}"), 1.0);
    assert_eq!(value("atum_database_up"), 1.0);
    for name in
        ["process_start_time_seconds", "atum_disk_free_bytes", "process_resident_memory_bytes", "process_open_fds"]
    {
        assert!(value(name) > 0.0, "{name}");
    }
    sqlx::query("delete from queue.worker").execute(&mut test.superuser().await).await.unwrap();
    assert!(!local.get("/metrics").await.text().contains("worker=\"sla\""), "a worker that left is not shown for ever");
}

#[tokio::test]
async fn they_are_for_this_machine_or_the_token() {
    let test = Test::new().await;
    let config = Config { metrics_token: Some("s3cret".into()), ..(*test.app.config).clone() };
    let far = test.anonymous().served_by(App { config: Arc::new(config), ..test.app.clone() });
    far.get("/metrics").await.problem("not-found");
    far.header("authorization", "Bearer wrong").get("/metrics").await.problem("not-found");
    assert_eq!(far.header("authorization", "Bearer s3cret").get("/metrics").await.status, 200);
    let forwarded = far.calling_from([127, 0, 0, 1]).header("x-forwarded-for", "203.0.113.9");
    forwarded.get("/metrics").await.problem("not-found");
    assert_eq!(far.calling_from([127, 0, 0, 1]).get("/metrics").await.status, 200);
}
