//! What an admin reads and takes away.

use atum_core::caller::Role;
use serde_json::{Value, json};

use super::{chain, happen, seal};
use crate::support::{Client, Test};

const EVENTS: &str = "/api/v1/audit/events";

async fn kinds(client: &Client, query: &str) -> Vec<String> {
    let page = client.get(&format!("{EVENTS}?{query}")).await.expect(200);
    page["items"].as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_admin_reads_who_did_what_from_where() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let admin = acme.person("Adel", Role::Admin).await;
    let person = acme.person("Omar", Role::Agent).await;
    admin.patch(&format!("/api/v1/people/{}", person.person_id), json!({ "role": "manager" })).await.expect(200);
    let page = admin.get(EVENTS).await.expect(200);
    let event = &page["items"][0];
    assert_eq!(event["kind"], "person_updated");
    assert_eq!(event["actor"]["name"], "Adel");
    assert_eq!(event["subject"]["name"], "Omar");
    assert_eq!(event["ip"], "192.0.2.7");
    assert_eq!(event["at"], "2026-11-20T10:00:00Z");
    assert_eq!(event["changes"], json!([{ "field": "role", "old": "agent", "new": "manager" }]));
    assert_eq!(page["next_cursor"], Value::Null);
}

#[tokio::test]
async fn filters_narrow_and_pages_follow_each_other() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let admin = acme.sign_in(Role::Admin).await;
    let customer = acme.sign_in(Role::Customer).await.calling_from([198, 51, 100, 9]);
    happen(&test, &acme, 2).await;
    test.at("2026-11-20T11:00:00Z");
    let ticket =
        customer.post("/api/v1/tickets", json!({ "subject": "Cable", "description": "Broken" })).await.expect(201);
    let me = admin.person_id;
    for (query, found) in [
        ("", &["ticket_created", "probed", "probed"][..]),
        ("kind=probed", &["probed", "probed"]),
        ("kind=nothing", &[]),
        (&format!("ticket={}", ticket["number"]), &["ticket_created"]),
        ("ticket=4711", &[]),
        ("since=2026-11-20T11:00:00Z", &["ticket_created"]),
        ("until=2026-11-20T11:00:00Z", &["probed", "probed"]),
        ("ip=198.51.", &["ticket_created"]),
        ("ip=51", &[]),
        (&format!("actor={me}"), &[]),
    ] {
        assert_eq!(kinds(&admin, query).await, found, "{query}");
    }
    let mut seen = vec![];
    let mut cursor = String::new();
    loop {
        let page = admin.get(&format!("{EVENTS}?limit=1{cursor}")).await.expect(200);
        seen.extend(page["items"].as_array().unwrap().iter().map(|event| event["id"].to_string()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    seen.dedup();
    assert_eq!(seen.len(), 3);
}

#[tokio::test]
async fn only_admins_read_and_only_their_own_organization() {
    let test = Test::new().await;
    let (acme, initech) = (test.organization("acme").await, test.organization("initech").await);
    happen(&test, &initech, 1).await;
    for role in [Role::Customer, Role::CustomerAdmin, Role::Agent, Role::Manager] {
        let somebody = acme.sign_in(role).await;
        for path in [EVENTS, "/api/v1/audit/events.csv", "/api/v1/audit/state"] {
            somebody.get(path).await.problem("forbidden");
        }
    }
    let admin = acme.sign_in(Role::Admin).await;
    assert_eq!(kinds(&admin, "").await, Vec::<String>::new());
    let export = admin.get("/api/v1/audit/events.csv").await.text();
    assert_eq!(export.lines().count(), 2, "the heading and the export itself: {export}");
}

#[tokio::test]
async fn an_export_has_every_row_and_is_an_event() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let admin = acme.person("=Adel", Role::Admin).await;
    // More than one page of what is read at once.
    let mut tx = test.app.db.write(&acme.system()).await.unwrap();
    for _ in 0..1_001 {
        atum_audit::record(&mut tx, atum_audit::Event::internal("probed")).await.unwrap();
    }
    tx.commit().await.unwrap();
    let answer = admin.get("/api/v1/audit/events.csv?kind=probed").await;
    answer_is_a_table(&answer);
    assert_eq!(answer.text().lines().filter(|line| line.contains(",probed,")).count(), 1_001);
    assert_eq!(answer.text().lines().count(), 1_002, "and the heading");
    let whole = admin.get("/api/v1/audit/events.csv?kind=audit_exported").await.text();
    let lines: Vec<&str> = whole.lines().collect();
    assert_eq!(lines.len(), 3, "this export and the one before");
    assert!(lines[2].contains("audit_exported,'=Adel,"), "a name is no formula: {whole}");
    assert!(lines[2].contains(r#""{""filter"":{""kind"":""probed""}}""#), "{whole}");
}

fn answer_is_a_table(answer: &crate::support::Answer) {
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"audit-2026-11-20.csv\""));
    assert!(answer.text().starts_with("at,kind,actor,"), "{}", answer.text());
}

#[tokio::test]
async fn the_state_tells_how_far_events_are_sealed() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let admin = acme.sign_in(Role::Admin).await;
    let nothing = json!({ "batches": 0, "last_sealed_at": null, "unsealed": 0, "oldest_unsealed_at": null,
        "last_verification": null });
    assert_eq!(admin.get("/api/v1/audit/state").await.expect(200), nothing);
    chain(&test, &acme, 2).await;
    test.at("2026-11-20T10:00:05Z");
    let mut tx = test.app.db.write(&acme.system()).await.unwrap();
    let detail = json!({ "batches": 2, "events": 4, "findings": 0, "by": "operator" });
    atum_audit::record(&mut tx, atum_audit::Event::internal("audit_verified").detail(detail)).await.unwrap();
    tx.commit().await.unwrap();
    let told = admin.get("/api/v1/audit/state").await.expect(200);
    assert_eq!(told["batches"], 2);
    assert_eq!(told["last_sealed_at"], "2026-11-20T10:00:00Z");
    assert_eq!((&told["unsealed"], &told["oldest_unsealed_at"]), (&json!(1), &json!("2026-11-20T10:00:05Z")));
    let verification = json!({ "at": "2026-11-20T10:00:05Z", "batches": 2, "events": 4, "findings": 0 });
    assert_eq!(told["last_verification"], verification);
    seal(&test, &acme).await;
    assert_eq!(admin.get("/api/v1/audit/state").await.expect(200)["unsealed"], 0);
}
