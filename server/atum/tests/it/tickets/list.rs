use atum_core::caller::Role;
use serde_json::{Value, json};

use super::{accept, at, file};
use crate::support::{Client, Test};

async fn numbers(client: &Client, query: &str) -> Vec<i64> {
    let page = client.get(&format!("/api/v1/tickets?{query}")).await.expect(200);
    page["items"].as_array().unwrap().iter().map(|ticket| ticket["number"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn filters_narrow_and_combine() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (customer, manager) = (acme.sign_in(Role::Customer).await, acme.sign_in(Role::Manager).await);
    for (minute, subject) in ["Printer jams", "Drucker brennt", "الطابعة لا تعمل"].iter().enumerate() {
        test.at(&format!("2026-11-20T10:0{minute}:00Z"));
        let ticket = file(&customer, subject).await;
        if minute > 0 {
            accept(&manager, &ticket).await;
        }
    }
    manager.post("/api/v1/tickets/2/assign", json!({ "assignee_id": manager.person_id })).await.expect(200);
    manager.if_match(9).patch("/api/v1/tickets/3", json!({ "priority": "urgent" })).await.expect(200);

    assert_eq!(numbers(&manager, "").await, [3, 2, 1]);
    assert_eq!(numbers(&manager, "status=new").await, [1]);
    assert_eq!(numbers(&manager, "status=open").await, [3, 2, 1]);
    assert_eq!(numbers(&manager, "status=accepted&assignee=none").await, [3]);
    assert_eq!(numbers(&manager, "assignee=me").await, [2]);
    assert_eq!(numbers(&manager, &format!("assignee={}", manager.person_id)).await, [2]);
    assert_eq!(numbers(&manager, "priority=urgent,high").await, [3]);
    assert_eq!(numbers(&manager, "q=print").await, [1]);
    assert_eq!(numbers(&manager, "q=DRUCKER%20bren").await, [2]);
    assert_eq!(numbers(&manager, "q=%D8%A7%D9%84%D8%B7%D8%A7%D8%A8%D8%B9%D8%A9").await, [3]);
    assert_eq!(numbers(&manager, "q=%232").await, [2], "#2");
    assert_eq!(numbers(&manager, "number=1,3,7").await, [3, 1], "only what is there");
    assert_eq!(numbers(&manager, "number=1,3&status=new").await, [1], "and matches the rest");
    assert_eq!(numbers(&manager, "sort=due").await[2], 1, "what has no deadline comes last");
    assert_eq!(numbers(&manager, "sort=oldest").await, [1, 2, 3]);
    manager.get("/api/v1/tickets?status=lost").await.problem("malformed");
    manager.get("/api/v1/tickets?cursor=nonsense").await.problem("malformed");
    manager.get("/api/v1/tickets?number=1,two").await.problem("malformed");
    manager.get(&format!("/api/v1/tickets?number=1{}", ",1".repeat(100))).await.problem("malformed");
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repetition() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (customer, manager) = (acme.sign_in(Role::Customer).await, acme.sign_in(Role::Manager).await);
    for number in 1..=7 {
        let ticket = file(&customer, &format!("Ticket {number}")).await;
        if number % 2 == 0 {
            accept(&manager, &ticket).await;
        }
    }
    for sort in ["updated", "created", "oldest", "due"] {
        let whole = numbers(&manager, &format!("sort={sort}")).await;
        let (mut paged, mut cursor) = (vec![], String::new());
        loop {
            let path = format!("/api/v1/tickets?sort={sort}&limit=3{cursor}");
            let page = manager.get(&path).await.expect(200);
            paged.extend(page["items"].as_array().unwrap().iter().map(|ticket| ticket["number"].as_i64().unwrap()));
            match &page["next_cursor"] {
                Value::String(next) => cursor = format!("&cursor={next}"),
                _ => break,
            }
        }
        assert_eq!(paged, whole, "sorted by {sort}");
        assert_eq!(paged.len(), 7);
    }
}

#[tokio::test]
async fn deadlines_are_listed_for_staff_and_for_nobody_else() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (customer, manager) = (acme.sign_in(Role::Customer).await, acme.sign_in(Role::Manager).await);
    let ticket = file(&customer, "Soon").await;
    accept(&manager, &ticket).await;
    let listed = manager.get("/api/v1/tickets").await.expect(200)["items"][0].clone();
    assert_eq!(listed["sla"]["metric"], "first_response");
    let seen = customer.get("/api/v1/tickets").await.expect(200)["items"][0].clone();
    assert_eq!(seen["sla"], Value::Null);
    assert!(numbers(&customer, "sla=breached").await.is_empty());
    // Days later the worker has flagged it.
    test.at("2026-11-26T10:00:00Z");
    atum_sla::tick(&test.app).await.unwrap();
    assert_eq!(numbers(&manager, "sla=breached").await, [1]);
    let counted = manager.get("/api/v1/dashboard").await.expect(200);
    assert_eq!((&counted["breached"]["value"], &counted["waiting_for_acceptance"]["value"]), (&json!(1), &json!(0)));
    test.run_jobs().await;
}

#[tokio::test]
async fn a_customer_is_told_of_an_answer_until_it_was_read() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (customer, manager) = (acme.sign_in(Role::Customer).await, acme.sign_in(Role::Manager).await);
    let ticket = file(&customer, "Hello").await;
    let unread = |client: crate::support::Somebody| async move {
        client.get("/api/v1/tickets").await.expect(200)["items"][0]["unread"].clone()
    };
    assert_eq!(unread(customer.clone()).await, false, "one's own words are no news");
    accept(&manager, &ticket).await;
    test.at("2026-11-20T10:05:00Z");
    super::say(&manager, &ticket, json!({ "body": "Hello yourself" })).await;
    assert_eq!(unread(customer.clone()).await, true);
    customer.get(&at(&ticket, "")).await.expect(200);
    assert_eq!(unread(customer).await, false);
}
