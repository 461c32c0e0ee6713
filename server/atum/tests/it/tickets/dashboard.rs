use std::collections::HashSet;

use atum_core::caller::Role;
use serde_json::{Value, json};

use super::{accept, file, say};
use crate::support::{Client, Somebody, Test};

async fn lives_in(person: &Client, zone: &str) {
    person.patch("/api/v1/profile", json!({ "time_zone": zone })).await.expect(200);
}

async fn dashboard(agent: &Client) -> Value {
    agent.get("/api/v1/dashboard").await.expect(200)
}

async fn due_today(agent: &Somebody) -> usize {
    let listed = agent.get("/api/v1/tickets?sla=due_today").await.expect(200)["items"].as_array().unwrap().len();
    assert_eq!(dashboard(agent).await["due_today"]["value"], listed, "the number is the list's");
    listed
}

/// The last three days as (day, created, resolved).
fn volume(dashboard: &Value) -> Vec<(String, i64, i64)> {
    let days = dashboard["volume"].as_array().unwrap();
    assert_eq!(days.len(), 14);
    let day = |day: &Value| {
        let count = |what: &str| day[what].as_i64().unwrap();
        (day["day"].as_str().unwrap().to_owned(), count("created"), count("resolved"))
    };
    days[11..].iter().map(day).collect()
}

fn days(counts: [(&str, i64, i64); 3]) -> Vec<(String, i64, i64)> {
    counts.map(|(day, created, resolved)| (day.to_owned(), created, resolved)).to_vec()
}

#[tokio::test]
async fn days_are_those_of_whoever_looks() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (customer, manager) = (acme.sign_in(Role::Customer).await, acme.sign_in(Role::Manager).await);
    // 20 November, 23:30, on Kiritimati (UTC+14); half an hour later it is the 21st there.
    test.at("2026-11-20T09:30:00Z");
    let (first, _) = (file(&customer, "Early").await, file(&customer, "Late").await);
    accept(&manager, &first).await;
    say(&manager, &first, json!({ "body": "Soon." })).await;
    test.at("2026-11-20T10:30:00Z");
    let seen = async |zone: &str| {
        lives_in(&manager, zone).await;
        let dashboard = dashboard(&manager).await;
        (volume(&dashboard), dashboard["answered_today"].clone())
    };
    let (by_day, answered) = seen("UTC").await;
    assert_eq!(by_day, days([("2026-11-18", 0, 0), ("2026-11-19", 0, 0), ("2026-11-20", 2, 0)]));
    assert_eq!(answered, json!({ "value": 1, "yesterday": 0 }));
    let (by_day, answered) = seen("Pacific/Kiritimati").await;
    assert_eq!(by_day, days([("2026-11-19", 0, 0), ("2026-11-20", 2, 0), ("2026-11-21", 0, 0)]));
    assert_eq!(answered["value"], 0, "it was before midnight");
    test.run_jobs().await;
}

#[tokio::test]
async fn what_is_due_today_is_due_before_midnight_there() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (customer, manager) = (acme.sign_in(Role::Customer).await, acme.sign_in(Role::Manager).await);
    accept(&manager, &file(&customer, "Soon").await).await;
    let due = manager.get("/api/v1/tickets").await.expect(200)["items"][0]["sla"]["due_at"].clone();
    let due: chrono::DateTime<chrono::Utc> = due.as_str().unwrap().parse().unwrap();
    let now = due - chrono::TimeDelta::hours(2);
    test.at(&now.to_rfc3339());
    let mut seen = HashSet::new();
    // The sign of these names is the other way round (POSIX): in Etc/GMT-14 it is 14 hours later.
    for (zone, hours) in
        (0..=14).map(|n| (format!("Etc/GMT-{n}"), n)).chain((1..=12).map(|n| (format!("Etc/GMT+{n}"), -n)))
    {
        lives_in(&manager, &zone).await;
        let shift = chrono::TimeDelta::hours(hours);
        let same_day = (now + shift).date_naive() == (due + shift).date_naive();
        assert_eq!(due_today(&manager).await, usize::from(same_day), "{zone}: {now} and {due}");
        seen.insert(same_day);
    }
    assert_eq!(seen.len(), 2, "midnight is in between somewhere, and elsewhere not");
    test.run_jobs().await;
}

/// As where the machine that the database runs on lacks a zone that we know.
#[tokio::test]
async fn a_zone_that_the_database_does_not_know_keeps_nobody_from_their_work() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let manager = acme.sign_in(Role::Manager).await;
    sqlx::query("update desk.person set time_zone = 'Mars/Base' where id = $1")
        .bind(manager.person_id.0)
        .execute(&mut test.superuser().await)
        .await
        .unwrap();
    assert_eq!(due_today(&manager).await, 0);
    assert_eq!(volume(&dashboard(&manager).await).len(), 3);
}
