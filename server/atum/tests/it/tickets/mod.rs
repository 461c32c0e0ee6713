//! What server/tickets does, through the router.

mod dashboard;
mod draft;
mod follow_up;
mod idempotency;
mod list;
pub mod live;
mod notes;
mod notifications;
mod presence;
mod search;
mod stale;
mod way;

use serde_json::{Value, json};

pub use live::resumed;

use crate::support::Client;

/// Files a ticket and gives it as the customer sees it.
pub async fn file(customer: &Client, subject: &str) -> Value {
    let body = json!({ "subject": subject, "description": format!("{subject}: please help.") });
    customer.post("/api/v1/tickets", body).await.expect(201)
}

/// A ticket's address with something behind it.
pub fn at(ticket: &Value, rest: &str) -> String {
    format!("/api/v1/tickets/{}{rest}", ticket["number"])
}

pub async fn accept(manager: &Client, ticket: &Value) -> Value {
    manager.post(&at(ticket, "/accept"), json!({})).await.expect(200)
}

pub async fn say(client: &Client, ticket: &Value, body: Value) -> Value {
    client.post(&at(ticket, "/messages"), body).await.expect(201)
}
