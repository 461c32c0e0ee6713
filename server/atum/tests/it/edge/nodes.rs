//! Two processes that serve one installation, as behind a balancer that sends each request to either.

use atum_core::caller::Role;

use crate::{
    identity::{PASSWORD, account, keep, sign_in},
    support::{Test, node::Node},
    tickets::{file, live::Listening},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signed_in_at_one_and_told_by_the_other() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let customer = acme.sign_in(Role::Customer).await;
    account(&test, "acme", "maria@acme.test", Role::Agent).await;
    let (one, two) = (Node::serve(&test, &[]), Node::serve(&test, &[]));

    let browser = test.anonymous().served_at(one.address);
    let signed_in = sign_in(&browser, "maria@acme.test", PASSWORD).await;
    signed_in.expect(200);
    let browser = keep(&browser, &signed_in);
    let other = browser.served_at(two.address);
    assert_eq!(other.get("/api/v1/session").await.expect(200)["email"], "maria@acme.test");

    let mut listening = Listening::open(&other).await;
    let ticket = file(&customer.served_at(one.address), "Printer").await;
    let (_, told) = listening.until("ticket_created").await;
    assert_eq!(told.2["ticket_number"], ticket["number"]);

    let kept = browser.upload("/api/v1/files?name=notes.txt", "kept once").await.expect(201);
    let path = format!("/api/v1/files/{}", kept["id"].as_str().unwrap());
    assert_eq!(other.get(&path).await.text(), "kept once", "both see one store of files");

    // A node that dies takes nobody's session with it; the stream goes on elsewhere, from where it broke off.
    drop(one);
    let next = file(&customer.served_at(two.address), "Scanner").await;
    let (_, told) = listening.until("ticket_created").await;
    assert_eq!(told.2["ticket_number"], next["number"]);

    let three = Node::serve(&test, &[]);
    other.delete("/api/v1/session").await.expect(204);
    assert_eq!(browser.served_at(three.address).get("/api/v1/session").await.status, 401, "signed out everywhere");
}
