//! What the operator asks of an installation: `atum doctor`, `atum support-bundle`.

use std::{collections::BTreeMap, io::Read, os::unix::fs::PermissionsExt, process::Output};

use atum::{
    cluster::{Account, Cluster, DataDir, Durability, Lock, Programs},
    database::{DATABASE, Secrets},
};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::process::Directory;

fn report(output: &Output) -> BTreeMap<String, (String, String)> {
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("no report: {}", String::from_utf8_lossy(&output.stderr)));
    assert_eq!(output.status.success(), report["status"] != "fail", "its exit code tells what it found: {report:#}");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let findings = report["findings"].as_array().unwrap().iter();
    findings.map(|found| (text(&found["name"]), (text(&found["status"]), text(&found["output"])))).collect()
}

/// Statements as the superuser of the private server, which is run for as long as they take.
async fn plant(directory: &Directory, statements: &[&str]) {
    let data_dir = DataDir::open(&directory.0).unwrap();
    let secrets = Secrets::keep(&data_dir.secrets()).unwrap();
    let programs = Programs::find(None, &data_dir.postgresql()).unwrap();
    let account = Account::choose().unwrap();
    let superuser_password = secrets.superuser_password.clone();
    let cluster = Cluster { data_dir, programs, account, durability: Durability::Kept, superuser_password };
    let lock = Lock::take(&cluster.data_dir).unwrap();
    let mut postmaster = cluster.start().await.unwrap();
    let mut superuser = PgConnection::connect_with(&cluster.superuser(DATABASE)).await.unwrap();
    for statement in statements {
        // Some of them are there to fail: what a failing statement leaves in the server's log is looked for.
        let _ = sqlx::raw_sql(AssertSqlSafe((*statement).to_owned())).execute(&mut superuser).await;
    }
    superuser.close().await.unwrap();
    let pid = rustix::process::Pid::from_raw(postmaster.pid()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    postmaster.ended().await;
    drop(lock);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doctor_finds_what_is_wrong_and_the_bundle_tells_nobodys_secrets() {
    let directory = Directory::new();
    assert!(directory.run(&["migrate"]).status.success());
    let well = report(&directory.run(&["doctor", "--json"]));
    for name in ["postgresql", "roles", "schema", "secrets", "files", "isolation", "time_zones", "clock", "migrations"]
    {
        assert_eq!(well.get(name).unwrap_or_else(|| panic!("no {name} in {well:?}")).0, "pass", "{well:?}");
    }
    assert_eq!(well["backup"].0, "warn", "{well:?}");
    assert_eq!(well["worker:sla"].0, "warn", "nobody works: {well:?}");
    let said = directory.run(&["doctor"]);
    assert!(String::from_utf8_lossy(&said.stdout).contains("WARN  backup: no backup was made yet"), "{said:?}");

    let secrets = directory.0.join("secrets.json");
    std::fs::set_permissions(&secrets, PermissionsExt::from_mode(0o644)).unwrap();
    plant(
        &directory,
        &[
            "create policy leak on desk.message to atum_app using (true)",
            "insert into queue.job (id, organization_id, kind, payload, state, finished_at, errors) values
         (gen_random_uuid(), gen_random_uuid(), 'notify', '{\"text\": \"My printer burns\"}', 'dead', now(),
          '[{\"reason\": \"no answer for ann@customer.example about My printer burns\"}]')",
            "insert into queue.worker (id, kind, host, pid, version, detail) values
         (gen_random_uuid(), 'outbox', 'desk', 1, '0', '{\"error\": \"cannot send to ann@customer.example\"}')",
            "insert into identity.account (email) values ('ann@customer.example')",
            "select 1/0, 'My printer burns' -- ann@customer.example",
            "select 'My printer burns'::int",
        ],
    )
    .await;
    let ill = report(&directory.run(&["doctor", "--json"]));
    for (name, says) in [("secrets", "chmod 600"), ("isolation", "desk.message"), ("dead_letters", "atum jobs list")] {
        let (status, output) = &ill[name];
        assert!(status != "pass" && output.contains(says), "{name}: {ill:?}");
    }

    let out = directory.0.join("bundle.tar.gz");
    let mut command = directory.atum(&["support-bundle", "--out", out.to_str().unwrap()]);
    let made =
        command.env("ATUM_METRICS_TOKEN", "planted-token").env("ATUM_LISTEN", "127.0.0.1:8123").output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    assert_eq!(out.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let mut bundle = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(&out).unwrap()).read_to_string(&mut bundle).unwrap();
    let kept: Value = serde_json::from_slice(&std::fs::read(&secrets).unwrap()).unwrap();
    let planted = ["My printer", "printer burns", "ann@customer", "customer.example", "planted-token"];
    for gone in kept.as_object().unwrap().values().filter_map(Value::as_str).chain(planted) {
        assert!(!bundle.contains(gone), "the bundle tells {gone}");
    }
    for there in [
        "ustar",
        "doctor.json",
        "metrics.txt",
        "atum_jobs{queue=",
        "database.json",
        "configuration.txt",
        "machine.txt",
        "ATUM_METRICS_TOKEN is set",
        "ATUM_LISTEN=127.0.0.1:8123",
        "division by zero",
        "n_dead_tup",
        "\"kind\": \"notify\"",
    ] {
        assert!(bundle.contains(there), "the bundle lacks {there}");
    }
    let listed = std::process::Command::new("tar").arg("-tzf").arg(&out).output().unwrap();
    assert!(listed.status.success() && String::from_utf8_lossy(&listed.stdout).contains("atum-support/doctor.json\n"));
}
