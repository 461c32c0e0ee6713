//! The whole way of one ticket, step by step, and the steps that are refused.

use atum_core::caller::Role;
use serde_json::{Value, json};

use super::{accept, at, file, say};
use crate::support::Test;

fn clock<'a>(ticket: &'a Value, metric: &str) -> &'a Value {
    let clocks = ticket["sla"].as_array().unwrap();
    clocks.iter().find(|clock| clock["metric"] == metric).unwrap_or_else(|| panic!("no {metric} in {clocks:#?}"))
}

#[tokio::test]
async fn from_filing_to_closing() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (customer, manager) = (acme.sign_in(Role::Customer).await, acme.sign_in(Role::Manager).await);
    let agent = acme.person("Omar", Role::Agent).await;

    let ticket = file(&customer, "Printer on fire").await;
    assert_eq!((&ticket["number"], &ticket["status"]), (&json!(1), &json!("new")));
    let inbox = manager.get("/api/v1/internal/tickets/new").await.expect(200);
    assert_eq!(inbox["items"][0]["number"], 1);
    assert!(manager.get(&at(&ticket, "")).await.expect(200)["sla"].as_array().unwrap().is_empty(), "no clock yet");

    // Friday 16:00 in the organization's calendar (UTC here): resolution within the week-end's other side.
    test.at("2026-11-20T16:00:00Z");
    let accepted = accept(&manager, &ticket).await;
    assert_eq!(accepted["status"], "accepted");
    assert_eq!(clock(&accepted, "first_response")["state"], "running");
    let due = clock(&accepted, "resolution")["due_at"].clone();
    assert!(due.is_string());

    let assigned = manager.post(&at(&ticket, "/assign"), json!({ "assignee_id": agent.person_id })).await.expect(200);
    assert_eq!(assigned["assignee"]["name"], "Omar");

    // An hour of business time later the agent answers and waits.
    test.at("2026-11-20T17:00:00Z");
    let answered = say(&agent, &ticket, json!({ "body": "Unplug it, please.", "wait_for_customer": true })).await;
    let waiting = &answered["ticket"];
    assert_eq!(waiting["status"], "waiting_customer");
    assert_eq!(clock(waiting, "first_response")["state"], "met");
    assert_eq!(clock(waiting, "resolution")["state"], "paused");
    assert_eq!(clock(waiting, "resolution")["due_at"], Value::Null);

    // The customer answers on Monday at 11:00: two business hours were paused, and the due date moves by those two.
    test.at("2026-11-23T11:00:00Z");
    let back = say(&customer, &ticket, json!({ "body": "Done. It still burns." })).await;
    assert_eq!(back["ticket"]["status"], "in_progress");
    let running = agent.get(&at(&ticket, "")).await.expect(200);
    let moved = clock(&running, "resolution");
    assert_eq!(moved["state"], "running");
    assert_eq!(moved["business_elapsed_ms"], 3_600_000, "one hour was used before the pause");
    let calendar = business_time::Calendar::new(
        chrono_tz::UTC,
        (0..5u8)
            .map(|day| business_time::Window {
                weekday: chrono::Weekday::try_from(day).unwrap(),
                from: "09:00".parse().unwrap(),
                to: "17:00".parse().unwrap(),
            })
            .collect(),
        Default::default(),
    )
    .unwrap();
    let time = |value: &Value| value.as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    assert_eq!(time(&moved["due_at"]), calendar.add(time(&due), 2 * 3_600_000).unwrap());

    let body = json!({ "resolution": "A new power supply.", "root_cause": "The old one was counterfeit." });
    let resolved = agent.post(&at(&ticket, "/resolve"), body).await.expect(200);
    assert_eq!(
        (&resolved["status"], &resolved["root_cause"]),
        (&json!("resolved"), &json!("The old one was counterfeit."))
    );
    let seen = customer.get(&at(&ticket, "")).await.expect(200);
    assert_eq!((&seen["resolution"], &seen["root_cause"]), (&json!("A new power supply."), &Value::Null));

    let rated = customer.put(&at(&ticket, "/rating"), json!({ "score": 5, "comment": "Quick!" })).await.expect(200);
    assert_eq!(rated["rating"]["score"], 5);
    let closed = manager.post(&at(&ticket, "/close"), json!({})).await.expect(200);
    assert_eq!(closed["status"], "closed");
    assert_eq!(closed["actions"], json!([]), "a closed ticket is read-only for staff");
    agent.post(&at(&ticket, "/messages"), json!({ "body": "One more thing" })).await.problem("wrong-state");

    let kinds: Vec<Value> = history(&agent, &ticket).await.iter().map(|event| event["kind"].clone()).collect();
    let steps = [
        "ticket_created",
        "ticket_accepted",
        "ticket_assigned",
        "message_posted",
        "ticket_started",
        "ticket_waiting",
        "message_posted",
        "ticket_started",
        "ticket_resolved",
        "ticket_rated",
        "ticket_closed",
    ];
    assert_eq!(kinds, steps.map(Value::from));
    let assigning = &history(&agent, &ticket).await[2];
    assert_eq!(assigning["changes"], json!([{ "field": "assignee", "old": null, "new": "Omar" }]));
    assert_eq!((&assigning["actor"]["name"], &assigning["ip"]), (&json!("Manager"), &json!("192.0.2.7")));
    customer.get(&at(&ticket, "/history")).await.problem("forbidden");
}

async fn history(agent: &crate::support::Client, ticket: &Value) -> Vec<Value> {
    agent.get(&at(ticket, "/history")).await.expect(200).as_array().unwrap().clone()
}

#[tokio::test]
async fn illegal_steps_say_why_and_change_nothing() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (customer, manager) = (acme.sign_in(Role::Customer).await, acme.sign_in(Role::Manager).await);
    let agent = acme.sign_in(Role::Agent).await;
    let ticket = file(&customer, "No network").await;

    agent.post(&at(&ticket, "/accept"), json!({})).await.problem("forbidden");
    customer.post(&at(&ticket, "/accept"), json!({})).await.problem("forbidden");
    let problem =
        agent.post(&at(&ticket, "/assign"), json!({ "assignee_id": agent.person_id })).await.problem("wrong-state");
    assert_eq!(problem["detail"], "a manager has to accept the ticket before it can be assigned");
    agent.post(&at(&ticket, "/messages"), json!({ "body": "Hello" })).await.problem("wrong-state");
    agent.post(&at(&ticket, "/resolve"), json!({ "resolution": "done" })).await.problem("wrong-state");
    manager.post(&at(&ticket, "/close"), json!({})).await.problem("wrong-state");
    customer.put(&at(&ticket, "/rating"), json!({ "score": 5 })).await.problem("wrong-state");

    accept(&manager, &ticket).await;
    let problem = manager.post(&at(&ticket, "/accept"), json!({})).await.problem("wrong-state");
    assert_eq!(problem["detail"], "the ticket is accepted");
    manager.post(&at(&ticket, "/assign"), json!({ "assignee_id": customer.person_id })).await.problem("validation");
    assert_eq!(agent.get(&at(&ticket, "")).await.expect(200)["version"], 2, "refused steps left no trace");
}

#[tokio::test]
async fn a_customer_withdraws_what_nobody_has_accepted() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (customer, manager) = (acme.sign_in(Role::Customer).await, acme.sign_in(Role::Manager).await);
    let (first, second) = (file(&customer, "Found it").await, file(&customer, "Not found").await);
    let cancelled = customer.post(&at(&first, "/cancel"), json!({ "reason": "It was unplugged." })).await.expect(200);
    assert_eq!((&cancelled["status"], &cancelled["cancel_reason"]), (&json!("cancelled"), &json!("It was unplugged.")));
    accept(&manager, &second).await;
    customer.post(&at(&second, "/cancel"), json!({ "reason": "Too late" })).await.problem("forbidden");
    customer.post(&at(&second, "/cancel"), json!({ "reason": " " })).await.problem("validation");
}

#[tokio::test]
async fn what_is_wrong_with_a_new_ticket_is_told_at_once_and_by_field() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (customer, agent) = (acme.sign_in(Role::Customer).await, acme.sign_in(Role::Agent).await);
    let body = json!({ "subject": "x".repeat(201), "description": "  ", "requester_id": agent.person_id });
    let problem = customer.post("/api/v1/tickets", body).await.problem("validation");
    let errors: Vec<(&Value, &Value)> =
        problem["errors"].as_array().unwrap().iter().map(|error| (&error["pointer"], &error["code"])).collect();
    let expected = [("#/subject", "too_long"), ("#/description", "required"), ("#/requester_id", "staff_only")];
    assert_eq!(
        errors,
        expected.map(|(pointer, code)| (json!(pointer), json!(code))).iter().map(|(p, c)| (p, c)).collect::<Vec<_>>()
    );
    // Staff may ask for others, and the ticket is then that customer's.
    let body = json!({ "subject": "By telephone", "description": "He called.", "requester_id": customer.person_id });
    let ticket = agent.post("/api/v1/tickets", body).await.expect(201);
    assert_eq!(customer.get(&at(&ticket, "")).await.expect(200)["requester"]["name"], "Customer");
}

#[tokio::test]
async fn another_organization_and_another_customer_find_nothing() {
    let test = Test::new().await;
    let (acme, other) = (test.organization("acme").await, test.organization("other").await);
    let (customer, manager) = (acme.sign_in(Role::Customer).await, acme.sign_in(Role::Manager).await);
    let ticket = file(&customer, "Ours").await;
    let (neighbour, foreign) = (acme.sign_in(Role::Customer).await, other.sign_in(Role::Admin).await);
    for stranger in [&neighbour, &foreign] {
        for path in ["", "/messages", "/drafts/reply"] {
            let address = format!("/api/v1/tickets/{}{path}", ticket["id"].as_str().unwrap());
            stranger.get(&address).await.problem("not-found");
        }
    }
    // The same number is another's ticket or nobody's: never ours.
    foreign.get(&at(&ticket, "")).await.problem("not-found");
    foreign.post(&at(&ticket, "/accept"), json!({})).await.problem("not-found");
    accept(&manager, &ticket).await;
}

#[tokio::test]
async fn a_company_admin_sees_the_company_and_no_other() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (nile, delta) = (acme.company("Nile").await, acme.company("Delta").await);
    let amira = acme.person_of(nile, "Amira", Role::Customer).await;
    let head = acme.person_of(nile, "Head", Role::CustomerAdmin).await;
    let stranger = acme.person_of(delta, "Stranger", Role::CustomerAdmin).await;
    let ticket = file(&amira, "Our order").await;
    let list = |client: crate::support::Somebody, scope: &'static str| async move {
        let page = client.get(&format!("/api/v1/tickets?scope={scope}")).await.expect(200);
        page["items"].as_array().unwrap().len()
    };
    assert_eq!(list(head.clone(), "company").await, 1);
    assert_eq!(list(head.clone(), "mine").await, 0);
    assert_eq!(list(stranger.clone(), "company").await, 0);
    assert_eq!(list(amira.clone(), "company").await, 1, "asking for more than one's own gives one's own");
    head.get(&at(&ticket, "")).await.expect(200);
    stranger.get(&at(&ticket, "")).await.problem("not-found");
    head.put(&at(&ticket, "/rating"), json!({ "score": 1 })).await.problem("forbidden");
}
