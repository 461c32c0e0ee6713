//! What a mail becomes, whatever it is.

use std::sync::Arc;

use serde_json::json;

use super::support::{Mailbox, mail};
use crate::support::{Test, full::Full};

const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

fn with_picture() -> String {
    format!(
        "From: Ana <ana@home.test>\r\nTo: support@acme.test\r\nSubject: =?utf-8?q?Dr=C3=BCcker?=\r\nMessage-ID: <1@home.test>\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n\
         --m\r\nContent-Type: multipart/related; boundary=r\r\n\r\n\
         --r\r\nContent-Type: text/html; charset=utf-8\r\n\r\n\
         <p onclick=\"x()\">It is <b>broken</b>: <img src=\"cid:pic@home\"> <img src=\"https://track.test/p.gif\">\
         <script>alert(1)</script></p><div class=\"gmail_quote\"><div class=\"gmail_attr\">On Mon, 2 Nov 2026 at 09:12, Ben &lt;ben@acme.test&gt; wrote:<br></div>\
         <blockquote class=\"gmail_quote\">Works?</blockquote></div>\r\n\
         --r\r\nContent-Type: image/png; name=p.png\r\nContent-ID: <pic@home>\r\nContent-Transfer-Encoding: base64\r\n\r\n{PNG}\r\n--r--\r\n\
         --m\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\n%PDF-1.4 x\r\n\
         --m\r\nContent-Type: text/calendar\r\n\r\nBEGIN:VEVENT\r\nSUMMARY:Visit\r\nDTSTART:20261121T090000Z\r\nEND:VEVENT\r\n--m--\r\n"
    )
}

#[tokio::test]
async fn html_pictures_and_files_of_a_mail_are_shown_and_nothing_runs_or_loads() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let support = Mailbox::open(&test, &acme, "support@acme.test").await;
    let row = support.deliver(with_picture()).await;
    assert_eq!(support.ticket(&row["number"]).await["subject"], "Drücker");
    let message = &support.messages(&row["number"]).await[0];
    let names: Vec<_> = message["attachments"].as_array().unwrap().iter().map(|file| file["name"].clone()).collect();
    assert_eq!(names[..2], [json!("p.png"), json!("a.pdf")], "{names:?}");
    let about = &message["mail"];
    assert_eq!((&about["has_html"], &about["has_remote_content"]), (&json!(true), &json!(true)));
    assert_eq!(
        (&about["invitation"]["summary"], &about["invitation"]["start"]),
        (&json!("Visit"), &json!("2026-11-21T09:00:00Z"))
    );
    assert_eq!(about["folded"].as_array().unwrap().len(), 1);
    assert!(message["body"].as_str().unwrap().contains("Works?"), "folded, not cut");

    let address = format!("/api/v1/messages/{}/html", message["id"].as_str().unwrap());
    let shown = support.admin().get(&address).await;
    assert_eq!(shown.status, 200, "{}", shown.text());
    let html = shown.text();
    assert!(html.contains(&format!("src=\"data:image/png;base64,{PNG}\"")), "{html}");
    assert!(!html.contains("track.test") && !html.contains("alert") && !html.contains("onclick"), "{html}");
    let policy = shown.header("content-security-policy").unwrap();
    assert!(
        policy.contains("default-src 'none'")
            && policy.contains("sandbox")
            && policy.contains("frame-ancestors 'self'")
    );
    assert!(!policy.contains("https:") && !policy.contains("allow-scripts"), "{policy}");
    let remote = support.admin().get(&format!("{address}?remote=true")).await;
    assert!(remote.text().contains("https://track.test/p.gif"));
    assert!(remote.header("content-security-policy").unwrap().contains("img-src data: https:"));
    test.anonymous().get(&address).await.problem("unauthenticated");
    let other = test.organization("other").await.sign_in(atum_core::caller::Role::Admin).await;
    other.get(&address).await.problem("not-found");
}

/// Every mail that comes is visible: as a ticket, whatever is wrong with it.
#[tokio::test]
async fn strange_mails_become_tickets_too() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let support = Mailbox::open(&test, &acme, "support@acme.test").await;
    let nested = (0..200).fold(String::new(), |all, at| {
        format!("{all}Content-Type: multipart/mixed; boundary=b{at}\r\n\r\n--b{at}\r\n")
    });
    let parts = "--b\r\nContent-Type: text/x-part\r\nContent-Disposition: attachment\r\n\r\nx\r\n".repeat(10_000);
    let strange: Vec<(&str, Vec<u8>)> = vec![
        ("nothing", vec![]),
        ("no header", b"just words".to_vec()),
        ("nobody", b"Subject: x\r\n\r\nwords".to_vec()),
        ("NUL", b"From: a\0na@home.test\r\nSubject: x\0y\r\nMessage-ID: <\0@x>\r\nTo: \0@x\r\n\r\nwo\0rds".to_vec()),
        ("nested", format!("From: ana@home.test\r\n{nested}Content-Type: text/plain\r\n\r\nwords").into_bytes()),
        (
            "parts",
            format!("From: ana@home.test\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{parts}--b--")
                .into_bytes(),
        ),
        ("long", mail("ana@home.test", "support@acme.test", &"s".repeat(5_000), "", &"ü".repeat(2 << 20)).into_bytes()),
        (
            "many ids",
            mail("ana@home.test", "x@x", "x", &format!("References: {}\r\n", "<a@b> ".repeat(5_000)), "w").into_bytes(),
        ),
    ];
    for (name, raw) in strange {
        let row = support.deliver(&raw).await;
        assert_eq!(row["outcome"], "accepted", "{name}: {row}");
        let messages = support.messages(&row["number"]).await;
        assert!(!messages[0]["body"].as_str().unwrap().is_empty(), "{name}");
        let files = messages[0]["attachments"].as_array().unwrap();
        match name {
            "parts" => assert!(files.len() == 201 && files[200]["name"] == "mail.eml", "{}", files.len()),
            "long" => {
                assert_eq!((&files[0]["name"], &files[0]["size_bytes"]), (&json!("message.txt"), &json!(4 << 20)))
            }
            _ => {}
        }
    }
}

#[tokio::test]
async fn a_job_that_runs_again_does_nothing_again() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let support = Mailbox::open(&test, &acme, "support@acme.test").await;
    let id = support.lay(mail("ana@home.test", &support.address, "Printer", "", "Help.")).await;
    test.run_jobs().await;
    let mut tx = test.app.db.write(&acme.system()).await.unwrap();
    atum_jobs::enqueue(&mut tx, atum_mail::process::ProcessMail { inbound_mail_id: id }).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(test.run_jobs().await, 1);
    assert_eq!(support.messages(&support.row(id).await["number"]).await.len(), 1);
    assert_eq!(support.admin().get("/api/v1/tickets").await.expect(200)["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_three_attempts_cannot_read_is_a_ticket_with_the_mail_attached() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let support = Mailbox::open(&test, &acme, "support@acme.test").await;
    let mut superuser = test.superuser().await;
    let broken =
        "create function public.refuse() returns trigger language plpgsql as $$ begin raise 'no such luck'; end $$;
                  create trigger refuse before insert on desk.mail_message for each row
                      when (new.thread_reason <> 'unreadable') execute function public.refuse()";
    sqlx::raw_sql(broken).execute(&mut superuser).await.unwrap();
    let raw = mail("ana@home.test", &support.address, "Printer", "", "Help.");
    let id = support.lay(&raw).await;
    for attempt in 1..=4 {
        sqlx::query("update queue.job set run_at = now() where state = 'available'")
            .execute(&mut superuser)
            .await
            .unwrap();
        atum_jobs::worker::drain(&test.app, &atum::worker::registry()).await.unwrap();
        let row = support.row(id).await;
        if attempt <= 3 {
            assert_eq!((&row["outcome"], &row["attempts"]), (&json!("stored"), &json!(attempt)), "{row}");
            assert!(row["last_error"].as_str().unwrap().contains("no such luck"), "{row}");
        }
    }
    let row = support.row(id).await;
    assert_eq!((&row["outcome"], &row["reason"]), (&json!("failed"), &json!("unreadable")), "{row}");
    let message = &support.messages(&row["number"]).await[0];
    let file = &message["attachments"][0];
    assert_eq!((&file["name"], &file["size_bytes"]), (&json!("mail.eml"), &json!(raw.len())));
    let kept = support.admin().get(&format!("/api/v1/files/{}", file["id"].as_str().unwrap())).await;
    assert_eq!(kept.text(), raw);
}

const WITH_FILE: &str = "From: ana@home.test\r\nTo: support@acme.test\r\nSubject: Invoice\r\nMessage-ID: <file@home.test>\r\n\
    Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHere it is.\r\n\
    --b\r\nContent-Type: text/plain; name=invoice.txt\r\nContent-Disposition: attachment\r\n\r\n42\r\n--b--\r\n";

#[tokio::test]
async fn a_full_disk_is_no_fault_of_a_mail() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let support = Mailbox::open(&test, &acme, "support@acme.test").await;
    let id = support.lay(WITH_FILE).await;
    let full = atum_core::App { blobs: Arc::new(Full(test.app.blobs.clone())), ..test.app.clone() };
    for attempt in 1..=6 {
        let due = "update queue.job set run_at = now() where state = 'available'";
        sqlx::query(due).execute(&mut test.superuser().await).await.unwrap();
        atum_jobs::worker::drain(&full, &atum::worker::registry()).await.unwrap();
        let row = support.row(id).await;
        assert_eq!((&row["outcome"], &row["attempts"]), (&json!("stored"), &json!(attempt)), "{row}");
        assert!(row["last_error"].as_str().unwrap().contains("The disk is full"), "{row}");
    }
    let channel = support.admin().get(&format!("/api/v1/mail-channels/{}", support.channel_id)).await.expect(200);
    assert_eq!(channel["state"]["backlog"], 1);
    assert!(channel["state"]["backlog_error"].as_str().unwrap().contains("The disk is full"), "{channel:#}");

    // There is room again, and somebody does not wait for the next attempt.
    support.admin().post(&format!("/api/v1/mail-log/{id}/process"), json!({})).await.expect(200);
    atum_jobs::worker::drain(&test.app, &atum::worker::registry()).await.unwrap();
    let row = support.row(id).await;
    assert_eq!((&row["outcome"], &row["reason"]), (&json!("accepted"), &json!("new")), "{row}");
    assert_eq!(support.messages(&row["number"]).await[0]["attachments"][0]["name"], "invoice.txt");
}
