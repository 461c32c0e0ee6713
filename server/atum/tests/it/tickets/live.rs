//! The live stream, read as a browser reads it.

use std::time::Duration;

use atum_core::{caller::Role, wake::Notice};
use futures::StreamExt;
use serde_json::{Value, json};

use super::{accept, at, file, say};
use crate::support::{Client, Test};

/// One event of a stream: name, id, data.
pub type Told = (String, String, Value);

pub struct Listening {
    body: axum::body::BodyDataStream,
    text: String,
}

impl Listening {
    pub async fn open(client: &Client) -> Self {
        Self::read(client.open("/api/v1/live").await).await
    }

    async fn read(response: axum::response::Response) -> Self {
        assert_eq!(response.status(), 200);
        let mut listening = Self { body: response.into_body().into_data_stream(), text: String::new() };
        assert_eq!(listening.next().await.0, "open");
        listening
    }

    /// The next event; a stream that stays silent for ten seconds fails the test.
    async fn next(&mut self) -> Told {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                match parsed(&event) {
                    Some(told) => return told,
                    None => continue,
                }
            }
            let chunk = tokio::time::timeout(Duration::from_secs(10), self.body.next());
            let chunk = chunk.await.expect("the stream stayed silent").expect("the stream ended").expect("bytes");
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    pub async fn until(&mut self, kind: &str) -> (Vec<String>, Told) {
        let mut kinds = vec![];
        loop {
            let told = self.next().await;
            kinds.push(told.2["kind"].as_str().unwrap_or(&told.0).to_owned());
            if kinds.last().is_some_and(|last| last == kind) {
                return (kinds, told);
            }
        }
    }
}

/// A stream that resumes, until it has told of a change.
pub async fn resumed(client: &Client) {
    let mut listening = Listening::open(client).await;
    while listening.next().await.0 != "change" {}
}

fn parsed(event: &str) -> Option<Told> {
    let field =
        |name: &str| event.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ").map(str::to_owned));
    Some((field("event")?, field("id").unwrap_or_default(), serde_json::from_str(&field("data")?).unwrap()))
}

#[tokio::test]
async fn changes_are_told_to_those_who_may_know() {
    let test = Test::new().await;
    let (acme, other) = (test.organization("acme").await, test.organization("other").await);
    let (customer, manager) = (acme.sign_in(Role::Customer).await, acme.sign_in(Role::Manager).await);
    let (neighbour, foreign) = (acme.sign_in(Role::Customer).await, other.sign_in(Role::Admin).await);
    let mut staff = Listening::open(&manager).await;
    let mut requester = Listening::open(&customer).await;
    let mut beside = Listening::open(&neighbour).await;
    let mut elsewhere = Listening::open(&foreign).await;

    let ticket = file(&customer, "Live").await;
    let (_, told) = staff.until("ticket_created").await;
    assert_eq!((&told.2["ticket_number"], &told.2["ticket_id"]), (&json!(1), &ticket["id"]));
    accept(&manager, &ticket).await;
    say(&manager, &ticket, json!({ "body": "secret", "visibility": "internal" })).await;
    say(&manager, &ticket, json!({ "body": "open" })).await;
    staff.until("note_added").await;
    let (kinds, _) = requester.until("ticket_started").await;
    assert!(kinds.contains(&"ticket_accepted".to_owned()), "{kinds:?}");
    assert!(!kinds.contains(&"note_added".to_owned()), "a customer was told of a note: {kinds:?}");

    // The others hear of their own and of nothing before it.
    file(&neighbour, "Mine").await;
    assert_eq!(beside.next().await.2["ticket_number"], 2);
    other
        .sign_in(Role::Customer)
        .await
        .post("/api/v1/tickets", json!({ "subject": "x", "description": "y" }))
        .await
        .expect(201);
    assert_eq!(elsewhere.next().await.2["ticket_number"], 1);
}

#[tokio::test]
async fn a_stream_resumes_where_it_broke_off() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (customer, manager) = (acme.sign_in(Role::Customer).await, acme.sign_in(Role::Manager).await);
    let mut stream = Listening::open(&manager).await;
    let ticket = file(&customer, "Before").await;
    let (_, (_, id, _)) = stream.until("ticket_created").await;
    drop(stream);
    accept(&manager, &ticket).await;
    let mut resumed = Listening::open(&manager.header("last-event-id", &id)).await;
    resumed.until("ticket_accepted").await;
}

#[tokio::test]
async fn a_stream_begins_where_the_session_was_read() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (customer, manager) = (acme.sign_in(Role::Customer).await, acme.sign_in(Role::Manager).await);
    file(&customer, "Before the page").await;
    let session = manager.get("/api/v1/session").await.expect(200);
    file(&customer, "While the page loads").await;

    let since = format!("/api/v1/live?since={}", session["live_since"]);
    let mut stream = Listening::read(manager.open(&since).await).await;

    // It may begin earlier, as long as other databases of the same server have older transactions open; never later.
    while stream.next().await.2["ticket_number"] != 2 {}
    manager.get("/api/v1/live?since=yesterday").await.expect(400);
}

#[tokio::test]
async fn what_is_committed_while_a_stream_joins_the_feed_is_told() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (customer, manager) = (acme.sign_in(Role::Customer).await, acme.sign_in(Role::Manager).await);
    let mut there = Listening::open(&manager).await;
    let joins = manager.open("/api/v1/live").await;
    file(&customer, "Meanwhile").await;
    there.until("ticket_created").await;
    Listening::read(joins).await.until("ticket_created").await;
}

#[tokio::test]
async fn what_is_committed_while_the_first_stream_opens_is_told() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (customer, manager) = (acme.sign_in(Role::Customer).await, acme.sign_in(Role::Manager).await);
    let mut notices = test.app.wake.subscribe();
    let (staff, own) = (manager.open("/api/v1/live").await, customer.open("/api/v1/live").await);
    file(&customer, "Meanwhile").await;
    while !matches!(notices.recv().await, Ok(Notice::Live(_))) {}
    Listening::read(staff).await.until("ticket_created").await;
    Listening::read(own).await.until("ticket_created").await;
}

#[tokio::test]
async fn a_commit_that_was_overtaken_is_told_all_the_same() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (customer, manager) = (acme.sign_in(Role::Customer).await, acme.sign_in(Role::Manager).await);
    let ticket = file(&customer, "Slow commit").await;
    let mut stream = Listening::open(&manager).await;
    // An event is written and not yet committed while others come and go.
    let mut slow = test.app.db.write(&acme.system()).await.unwrap();
    let id = ticket["id"].as_str().unwrap().parse().unwrap();
    atum_audit::record(&mut slow, atum_audit::Event::internal("ticket_probed").ticket(id)).await.unwrap();
    file(&customer, "Quick commit").await;
    stream.until("ticket_created").await;
    slow.commit().await.unwrap();
    stream.until("ticket_probed").await;
}

#[tokio::test]
async fn who_is_assigned_is_notified_live() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (customer, manager) = (acme.sign_in(Role::Customer).await, acme.sign_in(Role::Manager).await);
    let agent = acme.sign_in(Role::Agent).await;
    let ticket = file(&customer, "Yours").await;
    accept(&manager, &ticket).await;
    test.run_jobs().await;
    let mut stream = Listening::open(&agent).await;
    manager.post(&at(&ticket, "/assign"), json!({ "assignee_id": agent.person_id })).await.expect(200);
    test.run_jobs().await;
    loop {
        let (name, _, data) = stream.next().await;
        if name == "notification" {
            assert_eq!((&data["kind"], &data["ticket"]["number"]), (&json!("ticket_assigned"), &json!(1)));
            break;
        }
    }
}

#[tokio::test]
async fn one_person_cannot_take_every_connection_with_streams() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (agent, other) = (acme.sign_in(Role::Agent).await, acme.sign_in(Role::Agent).await);
    let mut open = vec![];
    for _ in 0..30 {
        open.push(agent.open("/api/v1/live").await);
    }
    assert!(open.iter().all(|stream| stream.status() == 200));
    assert_eq!(agent.open("/api/v1/live").await.status(), 429);
    assert_eq!(other.open("/api/v1/live").await.status(), 200, "somebody else has seats of their own");

    open.pop();

    assert_eq!(agent.open("/api/v1/live").await.status(), 200, "a stream that ended gave its seat back");
}
