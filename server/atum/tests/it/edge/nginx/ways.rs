use std::time::Duration;

use atum_core::caller::Role;
use serde_json::json;

use super::front::Front;
use crate::{support::Test, tickets::live::Listening, up::process::until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn uploads_events_and_addresses_pass_and_numbers_do_not() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (customer, manager) = (acme.sign_in(Role::Customer).await, acme.sign_in(Role::Manager).await);
    let front = Front::start(&test);
    let (customer, manager) = (front.signed_in(&test, &customer), front.signed_in(&test, &manager));

    // The limit of uploads is the binary's own, to the byte.
    manager.upload("/api/v1/files?name=whole", vec![7; 1 << 20]).await.expect(201);
    manager.upload("/api/v1/files?name=more", vec![7; (1 << 20) + 1]).await.problem("too-large");

    // An event comes while the stream is open, not when some buffer is full.
    let open = tokio::time::timeout(Duration::from_secs(20), Listening::open(&manager)).await;
    let mut listening = open.expect("the stream's beginning is held back");
    let new = json!({ "subject": "The printer is on fire", "description": "Since this morning." });
    let number = customer.post("/api/v1/tickets", new).await.expect(201)["number"].clone();
    let (_, told) = listening.until("ticket_created").await;
    assert_eq!(told.2["ticket_number"], number);

    // Who asks is known by address, whatever they say of themselves.
    let lied = front.anonymous_from(&test, [127, 0, 0, 66].into()).header("x-forwarded-for", "203.0.113.9");
    lied.post("/api/v1/password-requests", json!({ "email": "somebody@acme.test" })).await.expect(202);
    let mut superuser = test.superuser().await;
    let buckets: Vec<String> =
        sqlx::query_scalar("select key from identity.throttle order by key").fetch_all(&mut superuser).await.unwrap();
    assert!(buckets.contains(&"new passwords from 127.0.0.0/24".to_owned()), "{buckets:?}");

    for closed in ["/metrics", "/%6detrics", "//metrics", "/internal/rls/health", "/internal", "/x/%2e%2e/metrics"] {
        let answer = front.anonymous(&test).get(closed).await;
        assert_eq!(answer.status, 404, "{closed}: {}", answer.text());
    }
    let at_the_port = test.anonymous().served_at(front.node.address).get("/metrics").await;
    assert_eq!(at_the_port.status, 200, "the machine itself reads them");

    front.anonymous(&test).get("/api/v1/invitations/a-very-secret-invitation").await;
    front.anonymous(&test).get("/welcome/a-very-secret-invitation?code=another-secret").await;
    // A line is written after the answer.
    until("the log tells it", || front.access_log().contains("GET /welcome/..."));
    let log = front.access_log();
    assert!(!log.contains("secret") && !log.contains("__Host"), "{log}");
}
