//! Every operation of the API's description, called as everybody in one organization with the real ids of another.
//! An operation that is added is called the day it is there; an id that this test cannot find a row for fails it.

pub mod organization;
pub mod request;
pub mod sample;

use std::{collections::BTreeMap, time::Duration};

use axum::{body::BodyDataStream, http::Method};
use futures::StreamExt;
use serde_json::{Value, json};

use crate::{
    support::{Answer, Client, Test},
    tickets::accept,
};
use organization::{Filled, filled};
use request::{Request, operations};

/// The first signs the caller out, the second makes them somebody else; neither tells anything.
const NOT_CALLED: [&str; 2] = ["delete_session", "impersonate_person"];

#[tokio::test]
async fn no_operation_tells_foreign_from_absent_or_shows_a_byte() {
    let test = Test::new().await;
    let (ours, theirs) = (filled(&test, "acmetext").await, filled(&test, "xylograph").await);
    let absent = theirs.absent();
    let document = serde_json::to_value(atum::router::openapi()).unwrap();
    let mut not_found = BTreeMap::new();
    let mut called = 0;
    for operation in operations(&document) {
        for (caller, client) in callers(&test, &ours) {
            let foreign = operation.with_ids_of(&ours, &theirs);
            let absent = operation.with_ids_of(&ours, &absent);
            assert_eq!(foreign.len(), absent.len());
            for (foreign, absent) in foreign.iter().zip(&absent) {
                let described = format!("{} as {caller}, {}", operation.id, foreign.what);
                let (answer, reference) = (send(&client, foreign).await, send(&client, absent).await);
                theirs.assert_untold(&answer, &described);
                assert_eq!(comparable(&answer), comparable(&reference), "{described}: foreign is told from absent");
                assert!(foreign.is_filter || is_refusal(&answer), "{described} answered {answer:?}");
                if answer.status == 404 {
                    not_found.insert(comparable(&answer).1.to_string(), described);
                }
                called += 1;
            }
        }
    }
    assert_eq!(not_found.len(), 1, "there is one 404 body, and not one for each cause: {not_found:#?}");
    assert!(called > 400, "only {called} requests were made");
}

/// What needs no id, or is asked with the caller's own.
#[tokio::test]
async fn no_answer_about_the_own_organization_holds_a_byte_of_another() {
    let test = Test::new().await;
    let (ours, theirs) = (filled(&test, "acmetext").await, filled(&test, "xylograph").await);
    let document = serde_json::to_value(atum::router::openapi()).unwrap();
    let mut told = 0;
    for operation in operations(&document) {
        if NOT_CALLED.contains(&operation.id.as_str()) || operation.method == Method::DELETE || operation.is_stream() {
            continue;
        }
        for (caller, client) in callers(&test, &ours) {
            let answer = send(&client, &operation.own(&ours)).await;
            theirs.assert_untold(&answer, &format!("{} as {caller}", operation.id));
            // The test's clock is not the database's, and health says so by its status.
            let is_sound = !answer.status.is_server_error() || operation.id == "get_health";
            assert!(is_sound, "{} as {caller} answered {answer:?}", operation.id);
            told += usize::from(answer.text().contains("acmetext"));
        }
    }
    assert!(told > 50, "only {told} answers told of the own organization, which is to be told");
}

#[tokio::test]
async fn live_streams_tell_of_the_own_organization_alone() {
    let test = Test::new().await;
    let (ours, theirs) = (filled(&test, "acmetext").await, filled(&test, "xylograph").await);
    for (caller, client) in callers(&test, &ours).into_iter().skip(1) {
        // From the first transaction on: everything that ever happened would be told.
        let stream = client.header("last-event-id", "1").open("/api/v1/live").await;
        let mut stream = stream.into_body().into_data_stream();
        let later = json!({ "subject": "xylograph later", "description": "xylograph" });
        let later = theirs.customer().post("/api/v1/tickets", later).await.expect(201);
        let mark = json!({ "subject": "acmetext mark", "description": "acmetext" });
        let mark = ours.customer().post("/api/v1/tickets", mark).await.expect(201);
        accept(&ours.people[3].1, &mark).await;
        let heard = until_told(&mut stream, mark["id"].as_str().unwrap()).await;
        theirs.assert_absent(&heard, &format!("the stream of {caller}"));
        assert!(
            !heard.contains(later["id"].as_str().unwrap()),
            "the stream of {caller} tells what just happened there"
        );
    }
}

/// All that the stream says until it tells of this ticket, which came last.
async fn until_told(stream: &mut BodyDataStream, ticket: &str) -> String {
    let mut heard = String::new();
    while !heard.contains(ticket) {
        let chunk = tokio::time::timeout(Duration::from_secs(10), stream.next()).await;
        let chunk = chunk.unwrap_or_else(|_| panic!("nothing of {ticket} was told: {heard}"));
        heard.push_str(&String::from_utf8_lossy(&chunk.expect("a chunk").expect("bytes")));
    }
    heard
}

fn callers(test: &Test, ours: &Filled) -> Vec<(String, Client)> {
    let nobody = ("nobody".to_owned(), test.anonymous());
    let people = ours.people.iter().map(|(role, somebody)| (format!("{role:?}"), (**somebody).clone()));
    let programs = ours.programs.iter().map(|(called, client)| ((*called).to_owned(), client.clone()));
    std::iter::once(nobody).chain(people).chain(programs).collect()
}

async fn send(client: &Client, request: &Request) -> Answer {
    client.if_match(1).call(request.method.clone(), &request.path, request.body.clone()).await
}

/// All that a caller can compare: but for the request's own id.
fn comparable(answer: &Answer) -> (u16, Value) {
    let body = match serde_json::from_slice::<Value>(&answer.body) {
        Ok(mut json) => {
            json.as_object_mut().map(|object| object.remove("instance"));
            json
        }
        Err(_) => Value::String(answer.text()),
    };
    (answer.status.as_u16(), body)
}

fn is_refusal(answer: &Answer) -> bool {
    [400, 401, 403, 404, 422].contains(&answer.status.as_u16())
}
