use atum_core::caller::Role;
use axum::http::Method;
use serde_json::{Value, json};

use super::{path, sent, uploaded};
use crate::support::Test;

#[tokio::test]
async fn a_file_leaves_as_an_attachment_in_a_sandbox() {
    let test = Test::new().await;
    let agent = test.organization("acme").await.sign_in(Role::Agent).await;
    let page = "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
    let file = uploaded(&agent, "Gr%C3%BC%C3%9Fe%22.svg", page).await;
    let answer = agent.get(&path(&file)).await;
    assert_eq!((answer.status.as_u16(), answer.text()), (200, page.to_owned()));
    for (name, value) in [
        ("content-type", "image/svg+xml"),
        ("content-disposition", "attachment; filename=\"Gr__e_.svg\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe%22.svg"),
        ("content-length", &page.len().to_string()),
        ("content-security-policy", "sandbox; default-src 'none'"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cache-control", "private, no-store"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{name}");
    }
}

#[tokio::test]
async fn a_download_goes_on_where_it_broke_off() {
    let test = Test::new().await;
    let agent = test.organization("acme").await.sign_in(Role::Agent).await;
    let file = uploaded(&agent, "a.txt", "0123456789").await;
    let etag = format!("\"{}\"", file["sha256"].as_str().unwrap());
    let rest = agent.header("range", "bytes=4-").header("if-range", &etag).get(&path(&file)).await;
    assert_eq!((rest.status.as_u16(), rest.text()), (206, "456789".to_owned()));
    assert_eq!(rest.header("content-range"), Some("bytes 4-9/10"));
    assert_eq!(rest.header("content-length"), Some("6"));
    let other = agent.header("range", "bytes=4-").header("if-range", "\"another\"").get(&path(&file)).await;
    assert_eq!((other.status.as_u16(), other.text()), (200, "0123456789".to_owned()));
}

#[tokio::test]
async fn a_file_is_seen_by_whoever_sees_its_message() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (ours, theirs) = (acme.company("Ours").await, acme.company("Theirs").await);
    let requester = acme.person_of(ours, "Requester", Role::Customer).await;
    let colleague = acme.person_of(ours, "Colleague", Role::Customer).await;
    let admin = acme.person_of(ours, "Company admin", Role::CustomerAdmin).await;
    let other_admin = acme.person_of(theirs, "Other admin", Role::CustomerAdmin).await;
    let lone_admin = acme.person("Lone admin", Role::CustomerAdmin).await;
    let agent = acme.sign_in(Role::Agent).await;
    let stranger = test.organization("globex").await.sign_in(Role::Admin).await;
    let unsent = uploaded(&requester, "a.txt", "unsent").await;
    let public = uploaded(&requester, "a.txt", "public").await;
    let internal = uploaded(&agent, "a.txt", "internal").await;
    sent(&test, &acme, requester.person_id, "public", &public).await;
    sent(&test, &acme, requester.person_id, "internal", &internal).await;
    for (who, client, sees) in [
        ("requester", &requester, [true, true, false]),
        ("colleague", &colleague, [false, false, false]),
        ("company admin", &admin, [false, true, false]),
        ("another company's admin", &other_admin, [false, false, false]),
        ("an admin of no company", &lone_admin, [false, false, false]),
        ("agent", &agent, [false, true, true]),
        ("another organization's admin", &stranger, [false, false, false]),
    ] {
        for (file, sees) in [&unsent, &public, &internal].into_iter().zip(sees) {
            let answer = client.get(&path(file)).await;
            assert_eq!(answer.status == 200, sees, "{who}: {}", answer.text());
            if !sees {
                answer.problem("not-found");
            }
        }
    }
    test.anonymous().get(&path(&public)).await.problem("unauthenticated");
}

#[tokio::test]
async fn each_download_is_an_event_of_the_ticket_for_staff() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let requester = acme.sign_in(Role::Customer).await;
    let file = uploaded(&requester, "invoice.pdf", "%PDF-1.7 and more").await;
    requester.get(&path(&file)).await;
    let ticket = sent(&test, &acme, requester.person_id, "public", &file).await;
    let agent = acme.sign_in(Role::Agent).await.calling_from([198, 51, 100, 4]);
    agent.get(&path(&file)).await;
    agent.header("range", "bytes=5-").get(&path(&file)).await;
    agent.call(Method::HEAD, &path(&file), None).await;
    let events: Vec<(String, String, Option<uuid::Uuid>, String, Value)> =
        sqlx::query_as("select kind, visibility, ticket_id, ip, detail from desk.event order by at, id")
            .fetch_all(&mut test.superuser().await)
            .await
            .unwrap();
    let detail = json!({ "file_id": file["id"], "name": "invoice.pdf" });
    let expected = ("file_downloaded".into(), "internal".into(), Some(ticket.0), "198.51.100.4".into(), detail);
    assert_eq!(events, [expected], "one: not the unsent upload, not the rest of it, not the question how long it is");
}
