use atum_core::caller::Role;
use atum_mail::access::answer_waiting;
use serde_json::json;

use super::outbox::{admin, channel, newest, send};
use crate::support::{Test, sink::Sink};

#[tokio::test]
async fn who_is_invited_gets_the_link_by_mail_and_nobody_else_reads_it() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (admin, sink) = (admin(&acme).await, Sink::start().await);
    channel(&admin, &sink, json!({})).await;
    let new = json!({ "name": "New Agent", "email": "new@acme.test", "role": "agent", "locale": "de" });
    let invited = admin.post("/api/v1/people", new).await.expect(201);
    let token = invited["invitation_url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let everything: String = sqlx::query_scalar("select string_agg(payload::text, ' ') from queue.job")
        .fetch_one(&mut test.superuser().await)
        .await
        .unwrap();
    assert!(!everything.contains(&token), "the queue tells the link");
    test.run_jobs().await;
    let mail = newest(&admin).await;
    assert_eq!((&mail["kind"], &mail["envelopes"][0]["recipient"]), (&json!("invitation"), &json!("new@acme.test")));
    let id = mail["id"].as_str().unwrap();
    let detail = admin.get(&format!("/api/v1/outbox/{id}")).await;
    let raw = admin.get(&format!("/api/v1/outbox/{id}/raw")).await;
    let rows: String = sqlx::query_scalar("select string_agg(m::text, ' ') from desk.outgoing_mail m")
        .fetch_one(&mut test.superuser().await)
        .await
        .unwrap();
    assert!(detail.text().contains("[…]"), "{}", detail.text());
    for told in [detail.text(), raw.text(), rows] {
        assert!(!told.contains(&token), "the link is told: {told}");
    }
    assert_eq!(send(&test, &sink).await, 1);
    let sent = mail_reading::read(sink.taken()[0].raw.as_bytes());
    let (text, html) = (sent.alternative.unwrap_or_default(), sent.html.unwrap_or_default());
    assert!(text.contains(&format!("http://desk.test/welcome/{token}")), "{text}");
    assert!(html.contains(&format!("href=\"http://desk.test/welcome/{token}\"")), "{html}");
    assert!(sent.subject.starts_with("Ihr Zugang"), "{}", sent.subject);
}

#[tokio::test]
async fn who_forgot_the_password_is_answered_by_mail_where_there_is_a_server_and_the_account_is_nobody_elses() {
    let test = Test::new().await;
    let (acme, other) = (test.organization("acme").await, test.organization("other").await);
    let (admin, sink) = (admin(&acme).await, Sink::start().await);
    let ann = acme.person("Ann", Role::Customer).await;
    let asks = async |email: &str| {
        let answer = test.anonymous().post("/api/v1/password-requests", json!({ "email": email })).await;
        answer.expect(202)
    };
    asks(&ann.email).await;
    assert_eq!(answer_waiting(&test.app).await.unwrap(), 0, "there is no server");
    channel(&admin, &sink, json!({})).await;
    assert_eq!(answer_waiting(&test.app).await.unwrap(), 1);
    assert_eq!(answer_waiting(&test.app).await.unwrap(), 0, "once");
    assert_eq!(send(&test, &sink).await, 1);
    let sent = mail_reading::read(sink.taken()[0].raw.as_bytes());
    let text = sent.alternative.unwrap_or_default();
    let link = text.split_whitespace().find(|word| word.contains("/welcome/")).unwrap();
    let invitation = format!("/api/v1/invitations/{}", link.rsplit('/').next().unwrap());
    assert_eq!(test.anonymous().get(&invitation).await.expect(200)["email"], ann.email);

    // An account that another organization shares, an operator's, one that there is not: nothing is mailed.
    let shared = acme.person("Shared", Role::Agent).await;
    sqlx::query("insert into identity.membership (account_id, organization_id, person_id, role, created_at) values ($1, $2, $3, 'agent', now())")
        .bind(shared.account_id.0)
        .bind(other.id.0)
        .bind(uuid::Uuid::now_v7())
        .execute(&mut test.superuser().await)
        .await
        .unwrap();
    let operator = acme.person("Operator", Role::Admin).await;
    sqlx::query("update identity.account set operator = true where id = $1")
        .bind(operator.account_id.0)
        .execute(&mut test.superuser().await)
        .await
        .unwrap();
    for email in [shared.email.as_str(), operator.email.as_str(), "nobody@acme.test"] {
        asks(email).await;
    }
    assert_eq!(answer_waiting(&test.app).await.unwrap(), 0);
}
