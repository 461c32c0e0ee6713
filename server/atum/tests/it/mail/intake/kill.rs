//! kill -9 between every two steps from the mailbox to the ledger and back. Nothing in the product knows of it: the way to
//! the mailbox is held, or a table is.

use serde_json::json;
use sqlx::{AssertSqlSafe, Connection};

use super::{add, admin, assert_whole, mail, process::Fetcher, settings, state, until, until_told, user};
use crate::support::{
    Test,
    dovecot::dovecot,
    proxy::{Line, Proxy},
};

/// Where the fetcher stands when it is killed.
#[derive(Debug, Clone, Copy)]
enum At {
    Line(Line),
    /// Before it writes to this table.
    Table(&'static str),
}

#[tokio::test]
async fn a_fetcher_that_is_killed_anywhere_loses_nothing_and_doubles_nothing() {
    let keep = json!({ "action": "keep" });
    let after = json!({ "action": "move", "folder": "Processed" });
    let steps = [
        (At::Line(Line::HeldBefore("RFC822.SIZE")), &keep),
        (At::Line(Line::HeldBefore("BODY.PEEK")), &keep),
        (At::Line(Line::HeldAfter("BODY.PEEK")), &keep),
        (At::Table("desk.inbound_mail"), &keep),
        (At::Table("desk.inbound_raw"), &keep),
        (At::Table("queue.job"), &keep),
        (At::Table("desk.mail_folder"), &keep),
        (At::Line(Line::HeldBefore("UID STORE")), &keep),
        (At::Line(Line::HeldAfter("UID STORE")), &keep),
        (At::Line(Line::HeldBefore("UID MOVE")), &after),
        (At::Line(Line::HeldAfter("UID MOVE")), &after),
    ];
    for (at, after) in steps {
        kill(at, after.clone()).await;
    }
}

async fn kill(at: At, after: serde_json::Value) {
    let (test, user) = (Test::new().await, user("kill"));
    let admin = admin(&test).await;
    let mut colleague = dovecot().sign_in(&user);
    for id in ["1", "2", "3"] {
        colleague.append("INBOX", &mail(id));
    }
    let proxy = Proxy::before(dovecot().port, Line::Open).await;
    let mut settings = settings(&user, proxy.port);
    settings["imap"]["after"] = after;
    add(&admin, settings).await;

    let mut superuser = test.superuser().await;
    let mut holding = superuser.begin().await.unwrap();
    match at {
        At::Line(line) => proxy.set(line),
        At::Table(table) => {
            // Reading goes on, writing waits.
            let lock = format!("lock table {table} in share mode");
            sqlx::query(AssertSqlSafe(lock)).execute(&mut *holding).await.unwrap();
        }
    }
    let fetcher = Fetcher::start(&test);
    until(&format!("the fetcher stands at {at:?}"), async || match at {
        At::Line(_) => proxy.held() > 0,
        At::Table(table) => waits_for(&test, table).await,
    })
    .await;
    fetcher.kill();
    holding.rollback().await.unwrap();
    proxy.set(Line::Open);
    let fetcher = Fetcher::start(&test);
    until_told(&test, 3).await;
    fetcher.kill();
    assert_whole(&test, 3).await;
}

async fn waits_for(test: &Test, table: &str) -> bool {
    let waiting = "select exists (select from pg_locks where relation = to_regclass($1) and not granted)";
    sqlx::query_scalar(waiting).bind(table).fetch_one(&mut test.superuser().await).await.unwrap()
}

/// TLS and STARTTLS with a certificate that is believed.
#[tokio::test]
async fn encrypted_ways_are_taken_where_the_certificate_is_believed() {
    let (test, tls, starttls) = (Test::new().await, user("tls"), user("starttls"));
    let admin = admin(&test).await;
    for (user, security, port) in [(&tls, "tls", dovecot().tls_port), (&starttls, "starttls", dovecot().port)] {
        dovecot().sign_in(user).append("INBOX", &mail("1"));
        let mut settings = settings(user, port);
        settings["imap"]["host"] = json!("localhost");
        settings["imap"]["security"] = json!(security);
        let channel = add(&admin, settings).await;
        assert_eq!(state(&admin, &channel).await["name"], "connecting");
    }
    let _fetcher = Fetcher::start_trusting(&test, dovecot().certificate());
    until_told(&test, 2).await;
    assert_whole(&test, 2).await;
}
