//! What Prometheus and Grafana are given: the page of numbers, the rules, the dashboard, and what the docs say of them.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use atum_core::caller::Role;
use atum_ops::{
    components::DESCRIBED,
    metrics::{Kind, METRICS},
};
use serde_json::Value;

use super::health::operator;
use crate::{support::Test, tickets::file};

fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).expect(path)
}

fn promtool(arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new("promtool");
    command.args(arguments).current_dir(root().join("infra/prometheus"));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = command.spawn().expect("promtool is in Debian's package prometheus; ./atum check brings it");
    running.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    running.wait_with_output().unwrap()
}

#[track_caller]
fn is_content(output: &Output) {
    let said = [output.stdout.as_slice(), &output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&said));
}

/// One line of the page: name, labels, value.
fn series(page: &str) -> Vec<(&str, Vec<(&str, &str)>)> {
    let lines = page.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let named = line.rsplit_once(' ').expect("a value").0;
            let (name, labels) = named.split_once('{').unwrap_or((named, "}"));
            let labels = labels.trim_end_matches('}').split("\",").filter(|label| !label.is_empty());
            (name, labels.map(|label| label.trim_end_matches('"').split_once("=\"").expect("a label")).collect())
        })
        .collect()
}

/// The metric that a series is of: a histogram has three kinds.
fn base(name: &str) -> &str {
    let is_histogram = |name: &str| METRICS.iter().any(|metric| metric.name == name && metric.kind == Kind::Histogram);
    ["_bucket", "_sum", "_count"]
        .iter()
        .find_map(|end| name.strip_suffix(end))
        .filter(|name| is_histogram(name))
        .unwrap_or(name)
}

#[tokio::test]
async fn the_page_is_what_prometheus_wants_and_no_organization_adds_to_it() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let ann = acme.sign_in(Role::Customer).await;
    file(&ann, "Printer").await;
    let local = test.anonymous().calling_from([127, 0, 0, 1]);
    let gauges = |page: &str| -> BTreeMap<String, usize> {
        let mut count = BTreeMap::new();
        let is_gauge = |name: &str| METRICS.iter().any(|metric| metric.name == name && metric.kind == Kind::Gauge);
        for (name, _) in series(page).into_iter().filter(|(name, _)| is_gauge(name)) {
            *count.entry(name.to_owned()).or_default() += 1;
        }
        count
    };
    let before = gauges(&local.get("/metrics").await.text());
    let mut ids = vec![];
    for number in 0..50 {
        let more = test.organization(&format!("tenant-{number}")).await;
        let customer = more.sign_in(Role::Customer).await;
        file(&customer, "Printer").await;
        ids.extend([more.id.to_string(), customer.person_id.to_string(), more.slug.clone()]);
    }
    let page = local.get("/metrics").await.text();
    assert_eq!(gauges(&page), before);
    for id in &ids {
        assert!(!page.contains(id), "{id}");
    }
    is_content(&promtool(&["check", "metrics"], &page));
    // What happens is counted by all tests of this process together: each series has the labels of the catalogue alone.
    for (name, labels) in series(&page) {
        let metric =
            METRICS.iter().find(|metric| metric.name == base(name)).unwrap_or_else(|| panic!("unlisted: {name}"));
        let named: BTreeSet<&str> = labels.iter().map(|(label, _)| *label).filter(|label| *label != "le").collect();
        assert_eq!(named, metric.labels.iter().copied().collect(), "{name}");
    }
}

#[tokio::test]
async fn every_gauge_of_the_catalogue_is_told_where_there_is_something_to_tell() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let everything = format!(
        "insert into desk.mail_channel (organization_id, id, name, address, from_name, active, imap, state, state_since,
                                        last_success_at, activated_at, created_at, updated_at)
         values ('{}', gen_random_uuid(), 'Help', 'help@acme.test', '', true, '{{}}', 'ok', now(), now(), now(), now(), now());
         insert into queue.worker (id, kind, host, pid, version) values (gen_random_uuid(), 'sla', 'here', 1, '0');
         insert into queue.backup (id, kind, finished_at, outcome, detail) values
         (gen_random_uuid(), 'full', now(), 'succeeded', '{{}}'),
         (gen_random_uuid(), 'drill', now(), 'succeeded', '{{\"restore_seconds\": 12.5}}')",
        acme.id
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(everything)).execute(&mut test.superuser().await).await.unwrap();
    atum_ops::prove_and_keep(&test.app).await.unwrap();
    let config = atum_core::config::Config {
        watched_certificates: vec!["/absent \"quoted\".pem".into()],
        ..(*test.app.config).clone()
    };
    let app = atum_core::App { config: config.into(), ..test.app.clone() };
    let page = test.anonymous().served_by(app).calling_from([127, 0, 0, 1]).get("/metrics").await.text();
    for metric in METRICS.iter().filter(|metric| metric.kind == Kind::Gauge) {
        assert!(page.contains(&format!("# TYPE {} gauge", metric.name)), "no {} in {page}", metric.name);
    }
    assert!(page.contains("atum_backup_restore_duration_seconds 12.5\n"));
    is_content(&promtool(&["check", "metrics"], &page));
}

#[test]
fn rules_are_right_and_each_has_a_twin_for_silence() {
    is_content(&promtool(&["check", "rules", "atum.rules.yml"], ""));
    is_content(&promtool(&["test", "rules", "atum.rules.test.yml"], ""));
    let (rules, tests) = (read("infra/prometheus/atum.rules.yml"), read("infra/prometheus/atum.rules.test.yml"));
    let alerts: Vec<_> = rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    let tested: BTreeSet<_> = tests.lines().filter_map(|line| line.trim().strip_prefix("alertname: ")).collect();
    assert!(alerts.len() > 30 && alerts.iter().copied().collect::<BTreeSet<_>>() == tested, "{alerts:?} {tested:?}");
    for alert in alerts.iter().filter(|alert| !alert.ends_with("Absent")) {
        let twin = format!("- alert: {alert}Absent\n        expr: absent(");
        assert!(rules.contains(&twin), "{alert} has no twin");
    }
    are_there(&rules);
}

#[test]
fn the_dashboard_asks_for_nothing_that_is_not_there() {
    let dashboard: Value = serde_json::from_str(&read("infra/grafana/atum.json")).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    for panel in panels {
        for target in panel["targets"].as_array().unwrap() {
            are_there(target["expr"].as_str().unwrap());
        }
    }
    assert!(panels.len() >= 15);
}

/// Every metric of ours that a text names is one of the catalogue.
fn are_there(text: &str) {
    let mut words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    let unknown = words.find(|word| {
        let is_ours = word.starts_with("atum_") || word.starts_with("process_");
        is_ours && !METRICS.iter().any(|metric| metric.name == base(word))
    });
    assert_eq!(unknown, None);
}

#[tokio::test]
async fn the_docs_list_every_metric_and_every_component() {
    let mut rows = String::from("| metric | kind | labels | what it tells |\n| --- | --- | --- | --- |\n");
    for metric in METRICS {
        let (kind, labels) = (format!("{:?}", metric.kind).to_lowercase(), metric.labels.join(", "));
        rows += &format!("| `{}` | {kind} | {labels} | {} |\n", metric.name, metric.help);
    }
    let mut parts = String::from("| component | what it is | warns | fails |\n| --- | --- | --- | --- |\n");
    for part in DESCRIBED {
        parts += &format!("| `{}` | {} | {} | {} |\n", part.name, part.what, part.warns, part.fails);
    }
    let docs = read("docs/health.md");
    for table in [rows, parts] {
        assert!(docs.contains(&table), "docs/health.md must have this table:\n{table}");
    }
    let test = Test::new().await;
    let health = operator(&test).await.get("/api/v1/health").await.json();
    for part in health["components"].as_array().unwrap() {
        let name = part["name"].as_str().unwrap();
        let kind = name.split_once(':').map_or(name, |(kind, _)| kind);
        let is_described = DESCRIBED.iter().any(|part| part.name == name || part.name == format!("{kind}:…"));
        assert!(is_described, "{name}");
    }
}
