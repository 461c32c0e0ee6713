use atum_core::caller::Role;
use atum_mail::notify::send_due;
use serde_json::{Value, json};

use super::outbox::{admin, channel, send};
use crate::{
    support::{Somebody, Test, sink::Sink},
    tickets::{accept, at, file, say},
};

const SETTINGS: &str = "/api/v1/profile/notification-settings";

/// Kind, recipient and subject of every mail there is, oldest first.
async fn mails(manager: &Somebody) -> Vec<(String, String, String)> {
    let outbox = manager.get("/api/v1/outbox").await.expect(200);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let line = |mail: &Value| (text(&mail["kind"]), text(&mail["envelopes"][0]["recipient"]), text(&mail["subject"]));
    outbox["items"].as_array().unwrap().iter().rev().map(line).collect()
}

async fn choose(somebody: &Somebody, kind: &str, in_app: bool, mail: &str) -> Value {
    let mut settings = somebody.get(SETTINGS).await.expect(200);
    let events = settings["events"].as_array_mut().unwrap();
    let event = events.iter_mut().find(|event| event["kind"] == kind).unwrap();
    (event["in_app"], event["mail"]) = (json!(in_app), json!(mail));
    somebody.put(SETTINGS, settings).await.expect(200)
}

#[tokio::test]
async fn people_are_told_as_they_want_it() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (admin, agent) = (admin(&acme).await, acme.person("Sam", Role::Agent).await);
    let customer = acme.person("Ann", Role::Customer).await;
    let ticket = file(&customer, "Printer").await;
    accept(&admin, &ticket).await;
    admin.post(&at(&ticket, "/assign"), json!({ "assignee_id": agent.person_id })).await.expect(200);
    test.run_jobs().await;
    let number = &ticket["number"];
    assert_eq!(
        mails(&admin).await,
        [("staff_notification".into(), agent.email.clone(), "Admin assigned a ticket to you: Printer".into())]
    );

    // A person without wishes for it, and one who wants no mail and nothing in the app.
    choose(&agent, "customer_replied", false, "off").await;
    choose(&customer, "ticket_resolved", true, "off").await;
    let told = |unread: Value| unread["unread_count"].clone();
    let before = told(agent.get("/api/v1/notifications").await.expect(200));
    say(&customer, &ticket, json!({ "body": "Still on fire" })).await;
    test.run_jobs().await;
    assert_eq!(told(agent.get("/api/v1/notifications").await.expect(200)), before);
    choose(&customer, "ticket_resolved", true, "at_once").await;
    agent.post(&at(&ticket, "/start"), json!({})).await;
    agent.post(&at(&ticket, "/resolve"), json!({ "resolution": "Put it out." })).await.expect(200);
    test.run_jobs().await;
    let (kind, to, subject) = mails(&admin).await.pop().unwrap();
    assert_eq!((kind.as_str(), to), ("ticket_resolved", customer.email.clone()));
    assert_eq!(subject, format!("Re: Printer [#{number}]"));
    let id = admin.get("/api/v1/outbox?limit=1").await.expect(200)["items"][0]["id"].as_str().unwrap().to_owned();
    let text = admin.get(&format!("/api/v1/outbox/{id}")).await.expect(200)["text"].as_str().unwrap().to_owned();
    assert!(text.contains("Put it out.") && text.contains(&format!("/portal/tickets/{number}#rating")), "{text}");
}

#[tokio::test]
async fn a_summary_comes_once_a_day_at_its_hour() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (admin, agent) = (admin(&acme).await, acme.person("Sam", Role::Agent).await);
    let customer = acme.person("Ann", Role::Customer).await;
    let mut settings = choose(&agent, "ticket_assigned", true, "digest").await;
    (settings["digest_at"], settings["time_zone"]) = (json!("17:30"), json!("Europe/Berlin"));
    let settings = agent.put(SETTINGS, settings).await.expect(200);
    assert_eq!((&settings["digest_at"], &settings["time_zone"]), (&json!("17:30"), &json!("Europe/Berlin")));
    for subject in ["Printer", "Phone"] {
        let ticket = file(&customer, subject).await;
        accept(&admin, &ticket).await;
        admin.post(&at(&ticket, "/assign"), json!({ "assignee_id": agent.person_id })).await.expect(200);
    }
    test.run_jobs().await;
    assert_eq!(mails(&admin).await, []);
    test.at("2026-11-20T16:29:59Z");
    assert_eq!(send_due(&test.app).await.unwrap(), 0);
    test.at("2026-11-20T16:30:00Z");
    assert_eq!(send_due(&test.app).await.unwrap(), 1);
    assert_eq!(send_due(&test.app).await.unwrap(), 0, "once");
    let (kind, to, subject) = mails(&admin).await.pop().unwrap();
    assert_eq!((kind.as_str(), to), ("digest", agent.email.clone()));
    assert!(subject.starts_with("2 things happened in "), "{subject}");
}

#[tokio::test]
async fn in_quiet_hours_mail_waits() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (admin, agent) = (admin(&acme).await, acme.person("Sam", Role::Agent).await);
    let customer = acme.person("Ann", Role::Customer).await;
    let sink = Sink::start().await;
    channel(&admin, &sink, json!({})).await;
    let mut settings = agent.get(SETTINGS).await.expect(200);
    settings["quiet_hours"] = json!({ "from": "09:00", "to": "11:15" });
    agent.put(SETTINGS, settings).await.expect(200);
    let ticket = file(&customer, "Printer").await;
    accept(&admin, &ticket).await;
    admin.post(&at(&ticket, "/assign"), json!({ "assignee_id": agent.person_id })).await.expect(200);
    test.run_jobs().await;
    assert_eq!(send(&test, &sink).await, 0);
    test.at("2026-11-20T11:14:59Z");
    assert_eq!(send(&test, &sink).await, 0);
    test.at("2026-11-20T11:15:00Z");
    assert_eq!(send(&test, &sink).await, 1);
}

#[tokio::test]
async fn settings_that_make_no_sense_are_refused_by_field() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let customer = acme.person("Ann", Role::Customer).await;
    let wrong = json!({ "events": [{ "kind": "sla_breached", "in_app": true, "mail": "off" }], "digest_at": "25:00",
                        "quiet_hours": { "from": "9:00", "to": "10:00" }, "time_zone": "Mars/Base" });
    let problem = customer.put(SETTINGS, wrong).await.problem("validation");
    let pointers: Vec<&Value> = problem["errors"].as_array().unwrap().iter().map(|error| &error["pointer"]).collect();
    assert_eq!(pointers, ["#/events/0/kind", "#/digest_at", "#/quiet_hours/from", "#/time_zone"]);
}
