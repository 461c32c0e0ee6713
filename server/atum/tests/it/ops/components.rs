//! Each cause of bad health, brought about for real, is told by the component that it concerns.

use std::{path::PathBuf, sync::Arc};

use atum::worker::{Part, start};
use atum_core::{App, config::Config};
use atum_ops::HealthStatus::{self, Fail, Pass, Warn};
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use rcgen::{CertificateParams, KeyPair};
use serde_json::Value;
use sqlx::AssertSqlSafe;
use tokio_util::sync::CancellationToken;

use super::health::monitor;
use crate::{
    jobs::process::{Told, until},
    support::Test,
};

/// A test whose clock goes as the database's does.
async fn in_time() -> Test {
    let test = Test::new().await;
    let now: DateTime<Utc> = sqlx::query_scalar("select now()").fetch_one(&mut test.superuser().await).await.unwrap();
    test.clock.set(now);
    test
}

async fn run(test: &Test, statement: &str) {
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut test.superuser().await).await.expect(statement);
}

/// What a monitor is told of one component, and whether the whole is at least as bad.
async fn component(test: &Test, app: &App, name: &str) -> Value {
    let health = monitor(test, app).get("/api/v1/health").await;
    let (code, health) = (health.status.as_u16(), health.json());
    let all = health["components"].as_array().unwrap();
    let worst = ["fail", "warn", "pass"].into_iter().find(|status| all.iter().any(|part| part["status"] == *status));
    assert_eq!(health["status"].as_str(), worst, "{health:#}");
    assert_eq!(code == 503, worst == Some("fail"), "{code} {health:#}");
    all.iter().find(|part| part["name"] == name).unwrap_or_else(|| panic!("no {name} in {health:#}")).clone()
}

async fn expect(test: &Test, name: &str, status: HealthStatus, says: &str) {
    expect_of(test, &test.app, name, status, says).await;
}

async fn expect_of(test: &Test, app: &App, name: &str, status: HealthStatus, says: &str) {
    let found = component(test, app, name).await;
    assert_eq!(found["status"], serde_json::to_value(status).unwrap(), "{found:#}");
    let output = found["output"].as_str().unwrap_or_default();
    assert!(output.contains(says) && output.is_empty() == (status == Pass), "{found:#}");
}

#[tokio::test]
async fn an_installation_in_good_order_passes() {
    let test = in_time().await;
    let stop = CancellationToken::new();
    let working = start(&test.app, &Part::ALL, &stop);
    atum_ops::prove_and_keep(&test.app).await.unwrap();
    run(
        &test,
        "insert into queue.backup (id, kind, finished_at, outcome, detail) values
                (gen_random_uuid(), 'full', now(), 'succeeded', '{}'),
                (gen_random_uuid(), 'drill', now() - interval '7 days', 'succeeded', '{\"restore_seconds\": 12.5}')",
    )
    .await;
    until("every worker beats", std::time::Duration::from_secs(60), async || {
        let bad: Vec<_> =
            atum_ops::components(&test.app).await.into_iter().filter(|part| part.status != Pass).collect();
        assert!(bad.iter().all(|part| part.name.starts_with("worker:")), "{bad:#?}");
        bad.is_empty()
    })
    .await;
    stop.cancel();
    working.wait().await;
    expect(&test, "worker:sla", Warn, "nobody does this work").await;
}

#[tokio::test]
async fn a_killed_worker_is_dead_until_another_takes_its_place() {
    let test = in_time().await;
    let worker = Told::new(&test, "killed").start();
    let beats = "select count(*) from queue.worker where kind = 'jobs'";
    until("it beats", std::time::Duration::from_secs(60), async || {
        sqlx::query_scalar::<_, i64>(beats).fetch_one(&mut test.superuser().await).await.unwrap() == 1
    })
    .await;
    expect(&test, "worker:jobs", Pass, "").await;
    drop(worker);
    run(&test, "update queue.worker set started_at = now() - interval '1 h', beat_at = now() - interval '10 min'")
        .await;
    expect(&test, "worker:jobs", Fail, "gave no sign of life for 10 min").await;
    run(
        &test,
        "insert into queue.worker (id, kind, host, pid, version)
                select gen_random_uuid(), kind, 'elsewhere', 7, version from queue.worker",
    )
    .await;
    expect(&test, "worker:jobs", Warn, "the others do its work").await;
    run(
        &test,
        "update queue.worker set host = (select host from queue.worker where host <> 'elsewhere') where pid = 7",
    )
    .await;
    expect(&test, "worker:jobs", Pass, "").await;
}

#[tokio::test]
async fn a_queue_that_nobody_empties_is_seen() {
    let test = in_time().await;
    let acme = test.organization("acme").await;
    let waiting = |kind: &str, since: &str| {
        format!(
            "insert into queue.job (id, organization_id, kind, payload, run_at)
                 values (gen_random_uuid(), '{}', '{kind}', '{{}}', now() - interval '{since}')",
            acme.id
        )
    };
    run(&test, &waiting("remove_blob", "-1 day")).await;
    expect(&test, "queue:jobs", Pass, "").await;
    run(&test, &waiting("remove_blob", "10 min")).await;
    expect(&test, "queue:jobs", Warn, "waited for 10 min").await;
    expect(&test, "queue:mail", Pass, "").await;
    run(&test, &waiting("process_mail", "1 hour")).await;
    expect(&test, "queue:mail", Fail, "waited for 60 min").await;
    expect(&test, "dead_letters", Pass, "").await;
    run(&test, "update queue.job set state = 'dead', finished_at = now()").await;
    expect(&test, "queue:jobs", Pass, "").await;
    expect(&test, "dead_letters", Warn, "atum jobs list").await;
}

#[tokio::test]
async fn a_mailbox_that_is_silent_or_stopped_and_mail_that_does_not_leave_are_seen() {
    let test = in_time().await;
    let acme = test.organization("acme").await;
    run(&test, &format!(
        "insert into desk.mail_channel (organization_id, id, name, address, from_name, active, imap, silence_ms, state,
                                        state_since, activated_at, created_at, updated_at)
         values ('{}', gen_random_uuid(), 'Help', 'help@acme.test', '', true, '{{}}', 3600000, 'ok', now(), now(), now(), now())",
        acme.id)).await;
    expect(&test, "mail:channel", Pass, "").await;
    test.clock.set(test.clock.now() + TimeDelta::hours(2));
    expect(&test, "mail:channel", Warn, "1 channels had no mail").await;
    run(&test, "update desk.mail_channel set state = 'stopped'").await;
    expect(&test, "mail:channel", Warn, "1 channels stopped").await;
    expect(&test, "mail:outgoing", Pass, "").await;
    run(&test, "insert into desk.outgoing_mail (organization_id, id, channel_id, kind, automatic, message_id_header,
                                                from_address, subject, body, created_at, send_after)
                select organization_id, id, id, 'digest', true, '<a@b>', address, '', '', now(), now() from desk.mail_channel;
                insert into desk.outgoing_envelope (organization_id, id, mail_id, channel_id, recipient, kind, state,
                                                    next_attempt_at, changed_at)
                select organization_id, id, id, channel_id, 'ann@x.test', 'to', 'queued', now(), now()
                  from desk.outgoing_mail").await;
    expect(&test, "mail:outgoing", Fail, "has been due for").await;
}

#[tokio::test]
async fn a_backup_that_is_missing_old_failed_or_unproven_is_seen() {
    let test = in_time().await;
    let made = |kind: &str, outcome: &str, ago: &str| {
        format!(
            "insert into queue.backup (id, kind, started_at, finished_at, outcome, error) values (gen_random_uuid(),
                 '{kind}', now() - interval '{ago}', now() - interval '{ago}', '{outcome}', 'no room at /backups')"
        )
    };
    expect(&test, "backup", Warn, "no backup was made yet").await;
    run(&test, &made("full", "succeeded", "27 hours")).await;
    expect(&test, "backup", Fail, "27 h old").await;
    run(&test, &made("full", "succeeded", "25 hours")).await;
    expect(&test, "backup", Pass, "").await;
    run(&test, &made("full", "failed", "1 hour")).await;
    expect(&test, "backup", Fail, "no room at /backups").await;
    expect(&test, "restore", Warn, "atum backup drill").await;
    run(&test, &made("drill", "succeeded", "9 days")).await;
    expect(&test, "restore", Fail, "9 days old").await;
    run(&test, &made("drill", "succeeded", "1 hour")).await;
    expect(&test, "restore", Pass, "").await;
    run(&test, &made("archive", "failed", "1 min")).await;
    expect(&test, "archive", Fail, "no room").await;
}

/// Ends after so many days by the machine's clock, which is the database's here.
fn certificate(test: &Test, days: i64) -> PathBuf {
    let ends = test.clock.now() + TimeDelta::days(days);
    let mut parameters = CertificateParams::new(vec!["desk.test".into()]).unwrap();
    let (month, day) = (u8::try_from(ends.month()).unwrap(), u8::try_from(ends.day()).unwrap());
    parameters.not_after = rcgen::date_time_ymd(ends.year(), month, day);
    let file = test.app.config.data_dir.join(format!("certificate-{days}.pem"));
    let key = KeyPair::generate().unwrap();
    std::fs::write(&file, parameters.self_signed(&key).unwrap().pem()).unwrap();
    file
}

#[tokio::test]
async fn a_certificate_near_its_end_is_seen() {
    let test = in_time().await;
    let serving = |files: &[PathBuf]| {
        let config = Config { watched_certificates: files.to_vec(), ..(*test.app.config).clone() };
        App { config: Arc::new(config), ..test.app.clone() }
    };
    let good = certificate(&test, 30);
    expect_of(&test, &serving(std::slice::from_ref(&good)), "certificate", Pass, "").await;
    expect_of(&test, &serving(&[good.clone(), certificate(&test, 15)]), "certificate", Warn, "15.pem ends on").await;
    expect_of(&test, &serving(&[good.clone(), certificate(&test, 2)]), "certificate", Fail, "renew it").await;
    expect_of(&test, &serving(&[good.clone(), certificate(&test, -1)]), "certificate", Fail, "ended on").await;
    expect_of(&test, &serving(&[good, "/absent.pem".into()]), "certificate", Fail, "cannot be read").await;
}

#[tokio::test]
async fn a_full_disk_another_schema_a_stepped_clock_and_a_leak_are_seen() {
    let test = in_time().await;
    // Nothing can be written there, and the system says so.
    let full =
        App { config: Arc::new(Config { data_dir: "/proc".into(), ..(*test.app.config).clone() }), ..test.app.clone() };
    expect_of(&test, &full, "disk", Fail, "0 MiB are free").await;

    expect(&test, "clock", Pass, "").await;
    test.clock.set(test.clock.now() + TimeDelta::seconds(15));
    expect(&test, "clock", Warn, "ahead of").await;
    test.clock.set(test.clock.now() - TimeDelta::hours(1));
    expect(&test, "clock", Fail, "behind the database's").await;

    expect(&test, "migrations", Pass, "").await;
    run(
        &test,
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
                values (99991231235959, 'of tomorrow', true, '', 0)",
    )
    .await;
    expect(&test, "migrations", Warn, "1 steps newer").await;
    run(&test, "delete from _sqlx_migrations where version = (select min(version) from _sqlx_migrations)").await;
    expect(&test, "migrations", Fail, "atum migrate").await;

    expect(&test, "isolation", Warn, "not proved yet").await;
    atum_ops::prove_and_keep(&test.app).await.unwrap();
    test.clock.set(test.clock.now() + TimeDelta::hours(3));
    expect(&test, "isolation", Warn, "3 h old").await;
    run(&test, "create policy leak on desk.message to atum_app using (true)").await;
    atum_ops::prove_and_keep(&test.app).await.unwrap();
    expect(&test, "isolation", Fail, "desk.message").await;
}
