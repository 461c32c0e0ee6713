//! Channels as an admin sets them up.

use atum_core::caller::{Reason, Role, System};
use serde_json::{Value, json};

use crate::support::Test;

const PASSWORD: &str = "a password that is told to nobody";

pub fn settings() -> Value {
    json!({
        "name": "Support", "address": "support@acme.test", "silence_hours": 8,
        "imap": { "host": "imap.acme.test", "port": 993, "security": "tls", "username": "support",
                  "authentication": "password", "password": PASSWORD, "folders": ["INBOX"],
                  "after": { "action": "keep" } },
        "smtp": { "host": "smtp.acme.test", "port": 587, "security": "starttls", "username": "support",
                  "authentication": "password", "password": PASSWORD },
    })
}

#[tokio::test]
async fn what_is_written_is_read_but_for_the_secrets() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let admin = acme.person("Ada", Role::Admin).await;
    let created = admin.post("/api/v1/mail-channels", settings()).await;
    assert!(!created.text().contains(PASSWORD));
    let channel = created.expect(201);
    assert_eq!((&channel["imap"]["password_set"], &channel["smtp"]["password_set"]), (&json!(true), &json!(true)));
    assert_eq!((&channel["imap"]["port"], &channel["from_name"]), (&json!(993), &json!("Support")));
    assert_eq!((&channel["state"]["name"], &channel["state"]["silent"]), (&json!("connecting"), &json!(false)));
    let listed = admin.get("/api/v1/mail-channels").await.expect(200);
    assert_eq!(listed, json!([channel]));

    let stored: Vec<Vec<u8>> = sqlx::query_scalar("select sealed from desk.mail_channel_secret")
        .fetch_all(&mut test.superuser().await)
        .await
        .unwrap();
    assert_eq!(stored.len(), 2);
    assert!(stored.iter().all(|sealed| !sealed.windows(8).any(|window| window == &PASSWORD.as_bytes()[..8])));
    let id = channel["id"].as_str().unwrap().parse().unwrap();
    let mut tx = test.app.db.read(&System { organization_id: acme.id, reason: Reason::Job }).await.unwrap();
    let secret = atum_mail::channel::secret(&test.app, &mut tx, id, atum_mail::channel::Secret::ImapPassword).await;
    assert_eq!(secret.unwrap().as_deref(), Some(PASSWORD));
    test.at("2026-11-20T18:00:01Z");
    let silent = admin.get("/api/v1/mail-channels").await.expect(200);
    assert_eq!(silent[0]["state"]["silent"], true, "eight hours without a mail");
}

#[tokio::test]
async fn a_kept_secret_goes_to_no_other_server() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let admin = acme.person("Ada", Role::Admin).await;
    let channel = admin.post("/api/v1/mail-channels", settings()).await.expect(201);
    let at = format!("/api/v1/mail-channels/{}", channel["id"].as_str().unwrap());
    let mut changed = settings();
    changed["name"] = json!("Help");
    changed["imap"].as_object_mut().unwrap().remove("password");
    let after = admin.if_match(1).put(&at, changed.clone()).await.expect(200);
    assert_eq!((&after["name"], &after["imap"]["password_set"]), (&json!("Help"), &json!(true)));
    admin.if_match(1).put(&at, settings()).await.problem("stale");
    changed["imap"]["host"] = json!("imap.elsewhere.test");
    let problem = admin.if_match(2).put(&at, changed.clone()).await.problem("validation");
    assert_eq!(problem["errors"][0]["pointer"], "#/imap/password");
    changed["imap"]["password"] = json!("another");
    admin.if_match(2).put(&at, changed).await.expect(200);
    admin.delete(&at).await.expect(204);
    admin.get(&at).await.problem("not-found");
    let left: i64 = sqlx::query_scalar("select count(*) from desk.mail_channel_secret")
        .fetch_one(&mut test.superuser().await)
        .await
        .unwrap();
    assert_eq!(left, 0, "a removed channel keeps no secret");
    // Its address is free again.
    admin.post("/api/v1/mail-channels", settings()).await.expect(201);
    admin.post("/api/v1/mail-channels", settings()).await.problem("conflict");
}

#[tokio::test]
async fn all_that_is_wrong_is_named_at_once_and_only_admins_may() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (admin, manager) = (acme.person("Ada", Role::Admin).await, acme.person("Mona", Role::Manager).await);
    manager.post("/api/v1/mail-channels", settings()).await.problem("forbidden");
    manager.get("/api/v1/mail-channels").await.problem("forbidden");
    let mut wrong = settings();
    wrong["address"] = json!("support at acme");
    wrong["imap"]["host"] = json!("imaps://imap.acme.test:993");
    wrong["imap"]["folders"] = json!([]);
    wrong["imap"]["after"] = json!({ "action": "move" });
    wrong["smtp"]["authentication"] = json!("xoauth2");
    let problem = admin.post("/api/v1/mail-channels", wrong).await.problem("validation");
    let pointers: Vec<_> =
        problem["errors"].as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap()).collect();
    assert_eq!(pointers, ["#/address", "#/oauth", "#/imap/host", "#/imap/folders", "#/imap/after/folder"]);
}
