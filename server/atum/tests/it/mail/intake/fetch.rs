use serde_json::json;

use super::{
    Fetching, add, admin, assert_whole, count, mail, outcomes, pace, settings, state, until, until_rows, until_told,
    user,
};
use crate::support::{Test, dovecot::dovecot};

#[tokio::test]
async fn a_mailbox_is_read_marked_and_watched() {
    let (test, user) = (Test::new().await, user("read"));
    let admin = admin(&test).await;
    let mut colleague = dovecot().sign_in(&user);
    for id in ["1", "2", "3"] {
        colleague.append("INBOX", &mail(id));
    }
    let channel = add(&admin, settings(&user, dovecot().port)).await;
    let fetching = Fetching::begin(&test.app, pace());
    until_told(&test, 3).await;
    let (_, mails) = colleague.look("INBOX");
    assert_eq!(mails.len(), 3);
    assert!(mails.iter().all(|(_, flags)| flags.contains("$Imported") && !flags.contains("Seen")), "{mails:?}");
    until("it says that all is well", async || state(&admin, &channel).await["name"] == "ok").await;

    // The poll is two minutes away: this one comes by IDLE.
    colleague.append("INBOX", &mail("4"));
    until_rows(&test, 4).await;
    let told = state(&admin, &channel).await;
    assert_eq!((&told["backlog"], &told["last_error"]), (&json!(4), &json!(null)));
    let subject = "desk.inbound_mail where subject = 'Printer 4' and from_address = 'ana@example.com'";
    assert_eq!(count(&test, subject).await, 1);
    fetching.end().await;
    assert_whole(&test, 4).await;
}

#[tokio::test]
async fn mails_are_moved_or_deleted_once_they_are_here() {
    let (test, moved, deleted) = (Test::new().await, user("moved"), user("deleted"));
    let admin = admin(&test).await;
    for user in [&moved, &deleted] {
        dovecot().sign_in(user).append("INBOX", &mail("1"));
    }
    let mut settings_moved = settings(&moved, dovecot().port);
    settings_moved["imap"]["after"] = json!({ "action": "move", "folder": "Erledigt ✓" });
    add(&admin, settings_moved).await;
    let mut settings_deleted = settings(&deleted, dovecot().port);
    settings_deleted["imap"]["after"] = json!({ "action": "delete", "days": 2 });
    add(&admin, settings_deleted).await;
    let quick = atum_mail::intake::Pace { poll: std::time::Duration::from_millis(200), ..pace() };
    let fetching = Fetching::begin(&test.app, quick);
    until_rows(&test, 2).await;
    until_told(&test, 1).await;
    let mut colleague = dovecot().sign_in(&moved);
    assert_eq!(colleague.look("INBOX").1.len(), 0);
    assert_eq!(colleague.look("Erledigt &JxM-").1.len(), 1);

    // Old enough, but not processed: it stays.
    test.at("2026-11-22T10:00:01Z");
    let mut colleague = dovecot().sign_in(&deleted);
    assert_eq!(colleague.look("INBOX").1.len(), 1);
    test.run_jobs().await;
    until("it is deleted", async || dovecot().sign_in(&deleted).look("INBOX").1.is_empty()).await;
    fetching.end().await;
    assert_whole(&test, 2).await;
}

#[tokio::test]
async fn a_mail_that_is_too_large_is_here_by_its_header() {
    let (test, user) = (Test::new().await, user("large"));
    let admin = admin(&test).await;
    let mut colleague = dovecot().sign_in(&user);
    let large = [mail("large"), vec![b'x'; 60 << 20]].concat();
    colleague.append("INBOX", &mail("before"));
    colleague.append("INBOX", &large);
    colleague.append("INBOX", &mail("after"));
    add(&admin, settings(&user, dovecot().port)).await;
    let fetching = Fetching::begin(&test.app, pace());
    until_told(&test, 3).await;
    fetching.end().await;
    let header = "desk.inbound_mail m join desk.inbound_raw r on r.inbound_mail_id = m.id
                   where not whole and bytes > 60000000 and reason = 'too_large' and subject = 'Printer large'
                     and length(r.raw) < 1000";
    assert_eq!(count(&test, header).await, 1);
    assert_eq!(count(&test, "desk.inbound_mail where whole").await, 2, "{:?}", outcomes(&test).await);
    assert_whole(&test, 3).await;
}

#[tokio::test]
async fn who_a_mail_is_decides_whether_it_was_here() {
    let (test, one, two) = (Test::new().await, user("one"), user("two"));
    let admin = admin(&test).await;
    let nameless = String::from_utf8(mail("x")).unwrap().replace("Message-ID: <x@example.com>\r\n", "");
    let reused = String::from_utf8(mail("1")).unwrap().replace("Subject: Printer", "Subject: Scanner");
    let by_another_way = ["Received: from elsewhere\r\n".as_bytes(), &mail("1")[..]].concat();
    let nul = [&mail("nul")[..], b"\0\0\0"].concat();
    let mut colleague = dovecot().sign_in(&one);
    for raw in [&mail("1")[..], nameless.as_bytes(), reused.as_bytes(), &by_another_way, &nul, nameless.as_bytes()] {
        colleague.append("INBOX", raw);
    }
    // The same mail to two channels is two.
    dovecot().sign_in(&two).append("INBOX", &mail("1"));
    for user in [&one, &two] {
        add(&admin, settings(user, dovecot().port)).await;
    }
    let fetching = Fetching::begin(&test.app, pace());
    until_told(&test, 7).await;
    fetching.end().await;
    assert_eq!(outcomes(&test).await, [("duplicate".to_owned(), 2), ("stored".to_owned(), 5)].into());
    assert_eq!(count(&test, "desk.inbound_mail where identity = '1@example.com' and outcome = 'stored'").await, 3);
    assert_eq!(count(&test, "desk.inbound_mail where identity like 'gen-%' and outcome = 'stored'").await, 1);
    assert_whole(&test, 5).await;
}

/// The folder is deleted and made again with the same mails and a new one: new numbers from one.
#[tokio::test]
async fn changed_numbers_of_a_folder_bring_nothing_twice_and_lose_nothing() {
    let (test, user) = (Test::new().await, user("validity"));
    let admin = admin(&test).await;
    let mut colleague = dovecot().sign_in(&user);
    colleague.run("CREATE Desk");
    for id in ["1", "2", "3"] {
        colleague.append("Desk", &mail(id));
    }
    let (before, _) = colleague.look("Desk");
    let mut settings = settings(&user, dovecot().port);
    settings["imap"]["folders"] = json!(["INBOX", "Desk"]);
    add(&admin, settings).await;
    let quick = atum_mail::intake::Pace { poll: std::time::Duration::from_millis(200), ..pace() };
    let fetching = Fetching::begin(&test.app, quick);
    until_told(&test, 3).await;
    fetching.end().await;

    colleague.run("CLOSE");
    colleague.run("DELETE Desk");
    colleague.run("CREATE Desk");
    for id in ["2", "4", "1"] {
        colleague.append("Desk", &mail(id));
    }
    let (after, _) = colleague.look("Desk");
    assert_ne!(before, after, "the server gave new numbers");
    let fetching = Fetching::begin(&test.app, quick);
    until_rows(&test, 4).await;
    let marked = async || dovecot().sign_in(&user).look("Desk").1.iter().all(|(_, flags)| flags.contains("$Imported"));
    until("all are marked again", marked).await;
    fetching.end().await;
    assert_whole(&test, 4).await;
    assert_eq!(count(&test, &format!("desk.inbound_mail where uid_validity = {after}")).await, 3);
}

/// Once a day the ledger is compared with the mailbox.
#[tokio::test]
async fn what_is_missing_in_the_ledger_is_fetched_after_all() {
    let (test, user) = (Test::new().await, user("reconcile"));
    let admin = admin(&test).await;
    let mut colleague = dovecot().sign_in(&user);
    for id in ["1", "2", "3"] {
        colleague.append("INBOX", &mail(id));
    }
    add(&admin, settings(&user, dovecot().port)).await;
    let fetching = Fetching::begin(&test.app, pace());
    until_told(&test, 3).await;
    fetching.end().await;
    let lost = "with lost as (select id from desk.inbound_mail where identity = '2@example.com'),
                     raw as (delete from desk.inbound_raw where inbound_mail_id in (select id from lost)),
                     job as (delete from queue.job where payload ->> 'inbound_mail_id' in (select id::text from lost))
                delete from desk.inbound_mail where id in (select id from lost)";
    let mut superuser = test.superuser().await;
    sqlx::raw_sql("set session_replication_role = replica").execute(&mut superuser).await.unwrap();
    sqlx::query(lost).execute(&mut superuser).await.unwrap();
    assert_eq!(count(&test, "desk.inbound_mail").await, 2);
    test.at("2026-11-21T10:00:01Z");
    let fetching = Fetching::begin(&test.app, pace());
    until_rows(&test, 3).await;
    until("it is told", async || count(&test, "desk.event where kind = 'mail_reconciled'").await == 1).await;
    fetching.end().await;
    assert_whole(&test, 3).await;
}

#[tokio::test]
async fn the_step_that_fails_is_named_in_a_sentence() {
    let (test, user) = (Test::new().await, user("test"));
    let admin = admin(&test).await;
    dovecot().sign_in(&user);
    let tried = async |change: &dyn Fn(&mut serde_json::Value)| {
        let mut settings = settings(&user, dovecot().port);
        change(&mut settings["imap"]);
        let steps = admin.post("/api/v1/mail-channels/test", settings).await.expect(200)["imap"].clone();
        let last = steps.as_array().unwrap().last().unwrap().clone();
        (last["name"].as_str().unwrap().to_owned(), last["ok"] == true, last["detail"].as_str().unwrap().to_owned())
    };
    let told = |name: &str, ok, detail: &str| (name.to_owned(), ok, detail.to_owned());
    let port = dovecot().port;
    assert_eq!(tried(&|_| {}).await, told("folder", true, "\"INBOX\" opens"));
    let unknown = tried(&|imap| imap["host"] = json!("no-such-host.invalid")).await;
    assert_eq!(unknown, told("resolve", false, "no-such-host.invalid has no address: the name is not known"));
    let refused = tried(&|imap| imap["port"] = json!(1)).await;
    assert_eq!(refused, told("connect", false, "127.0.0.1 refuses the connection: nothing listens on port 1"));
    let tls = |imap: &mut serde_json::Value| {
        imap["host"] = json!("localhost");
        imap["security"] = json!("tls");
        imap["port"] = json!(dovecot().tls_port);
    };
    let unverified = "the certificate of localhost does not verify: it is signed by nobody whom this machine trusts";
    assert_eq!(tried(&tls).await, told("tls", false, unverified));
    let starttls = |imap: &mut serde_json::Value| {
        imap["host"] = json!("localhost");
        imap["security"] = json!("starttls");
    };
    assert_eq!(tried(&starttls).await, told("tls", false, unverified));
    let plain = tried(&|imap| imap["security"] = json!("tls")).await;
    assert_eq!(plain, told("tls", false, "127.0.0.1 does not speak TLS on this port: try STARTTLS"));
    let wrong = tried(&|imap| imap["password"] = json!("wrong")).await;
    let words = format!("127.0.0.1 does not let {user} in: the server says: Authentication failed.");
    assert_eq!(wrong, told("sign_in", false, &words));
    let absent = tried(&|imap| imap["folders"] = json!(["Nowhere"])).await;
    assert_eq!(absent.0, "folder");
    assert!(
        absent.2.starts_with("the folder \"Nowhere\" cannot be opened: the server says: Mailbox doesn't exist"),
        "{}",
        absent.2
    );
    assert_ne!(port, 1);
}
