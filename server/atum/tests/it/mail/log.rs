//! The mail log, as an admin reads it.

use atum_core::caller::Role;
use serde_json::json;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{channel::settings, listener::hand_over};
use crate::support::Test;

fn raw(number: usize) -> String {
    format!(
        "From: Ana <ana@example.com>\r\nSubject: Mail {number}\r\nMessage-ID: <{number}@example.com>\r\n\r\nHello.\r\n"
    )
}

#[tokio::test]
async fn every_mail_is_listed_shown_and_downloaded() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (admin, manager) = (acme.person("Ada", Role::Admin).await, acme.person("Mona", Role::Manager).await);
    let channel = admin.post("/api/v1/mail-channels", settings()).await.expect(201);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let stop = CancellationToken::new();
    let serving = tokio::spawn(atum_mail::intake::listener::serve(test.app.clone(), listener, stop.clone()));
    for number in [1, 2, 3, 2] {
        assert_eq!(hand_over(port, "LHLO", &["support@acme.test"], &raw(number)).await, ["250 2.0.0 it is here"]);
    }
    stop.cancel();
    serving.await.unwrap();

    let page = admin.get("/api/v1/mail-log?limit=3").await.expect(200);
    let subjects: Vec<_> =
        page["items"].as_array().unwrap().iter().map(|mail| mail["subject"].as_str().unwrap()).collect();
    assert_eq!(subjects, ["Mail 2", "Mail 3", "Mail 2"], "newest first");
    let next = format!("/api/v1/mail-log?limit=3&cursor={}", page["next_cursor"].as_str().unwrap());
    let rest = admin.get(&next).await.expect(200);
    assert_eq!((&rest["items"][0]["subject"], &rest["next_cursor"]), (&json!("Mail 1"), &json!(null)));
    let duplicates = admin.get("/api/v1/mail-log?outcome=duplicate").await.expect(200);
    let duplicate = &duplicates["items"][0];
    assert_eq!((duplicates["items"].as_array().unwrap().len(), &duplicate["reason"]), (1, &json!("same_mail")));
    let other = format!("/api/v1/mail-log?channel_id={}", uuid::Uuid::now_v7());
    assert_eq!(admin.get(&other).await.expect(200)["items"], json!([]));

    let at = format!("/api/v1/mail-log/{}", duplicate["id"].as_str().unwrap());
    let shown = admin.get(&at).await.expect(200);
    assert_eq!(shown["original_id"], page["items"][2]["id"]);
    assert_eq!((&shown["channel_name"], &shown["from"]), (&channel["name"], &json!("ana@example.com")));
    assert_eq!(
        (&shown["envelope_from"], &shown["envelope_to"]),
        (&json!("ana@example.com"), &json!(["support@acme.test"]))
    );
    let download = admin.get(&format!("{at}/raw")).await;
    assert!(download.text().ends_with(&raw(2)), "{}", download.text());
    assert_eq!(download.header("content-type"), Some("message/rfc822"));
    assert_eq!(download.header("x-content-type-options"), Some("nosniff"));
    let read: i64 = sqlx::query_scalar("select count(*) from desk.event where kind = 'mail_downloaded'")
        .fetch_one(&mut test.superuser().await)
        .await
        .unwrap();
    assert_eq!(read, 1);

    admin.post(&format!("{at}/process"), json!({})).await.problem("wrong-state");
    let original = format!("/api/v1/mail-log/{}", page["items"][2]["id"].as_str().unwrap());
    let failed = "update desk.inbound_mail set outcome = 'failed', reason = 'unreadable', attempts = 3";
    let failed = format!("{failed} where outcome = 'stored'");
    sqlx::query(sqlx::AssertSqlSafe(failed)).execute(&mut test.superuser().await).await.unwrap();
    let again = admin.post(&format!("{original}/process"), json!({})).await.expect(200);
    assert_eq!((&again["outcome"], &again["attempts"], &again["reason"]), (&json!("stored"), &json!(0), &json!(null)));
    manager.get(&original).await.problem("forbidden");
    manager.get("/api/v1/mail-log").await.problem("forbidden");
}
