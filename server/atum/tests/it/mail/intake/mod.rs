//! Mail out of a real mailbox: what comes in, once, whatever happens on the way.

mod faults;
mod fetch;
mod kill;
pub mod process;
mod token;
mod way;

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use atum_core::{App, caller::Role};
use atum_mail::intake::Pace;
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::support::{Client, Somebody, Test, dovecot::PASSWORD};

/// Long enough for a machine that is busy with other things.
const SOON: Duration = Duration::from_secs(60);

/// Quick, but for the poll: whatever arrives meanwhile arrives by IDLE.
pub fn pace() -> Pace {
    Pace {
        poll: Duration::from_secs(120),
        patience: Duration::from_secs(20),
        first_pause: Duration::from_millis(50),
        longest_pause: Duration::from_millis(400),
        supervise: Duration::from_millis(50),
    }
}

/// A fetcher of all channels in this process.
pub struct Fetching {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Fetching {
    pub fn begin(app: &App, pace: Pace) -> Self {
        let stop = CancellationToken::new();
        Self { task: tokio::spawn(atum_mail::intake::run(app.clone(), pace, stop.clone())), stop }
    }

    pub async fn end(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }
}

/// A user of the mailbox server that no other test has.
pub fn user(name: &str) -> String {
    format!("{name}-{}", uuid::Uuid::now_v7().simple())
}

pub fn settings(user: &str, port: u16) -> Value {
    json!({
        "name": user, "address": format!("{user}@acme.test"),
        "imap": { "host": "127.0.0.1", "port": port, "security": "none", "username": user,
                  "authentication": "password", "password": PASSWORD, "folders": ["INBOX"],
                  "after": { "action": "keep" } },
    })
}

async fn admin(test: &Test) -> Somebody {
    test.organization("acme").await.person("Ada", Role::Admin).await
}

async fn add(admin: &Client, settings: Value) -> Value {
    admin.post("/api/v1/mail-channels", settings).await.expect(201)
}

async fn state(admin: &Client, channel: &Value) -> Value {
    let at = format!("/api/v1/mail-channels/{}", channel["id"].as_str().unwrap());
    admin.get(&at).await.expect(200)["state"].clone()
}

fn mail(id: &str) -> Vec<u8> {
    format!(
        "From: Ana <ana@example.com>\r\nTo: desk@acme.test\r\nSubject: Printer {id}\r\nMessage-ID: <{id}@example.com>\r\n\
         Date: Fri, 20 Nov 2026 10:00:00 +0000\r\n\r\nIt does not print: {id}.\r\n"
    )
    .into_bytes()
}

/// Rows of the ledger by outcome.
pub async fn outcomes(test: &Test) -> BTreeMap<String, i64> {
    let counted: Vec<(String, i64)> =
        sqlx::query_as("select outcome, count(*) from desk.inbound_mail group by outcome order by outcome")
            .fetch_all(&mut test.superuser().await)
            .await
            .unwrap();
    counted.into_iter().collect()
}

async fn count(test: &Test, question: &str) -> i64 {
    let question = format!("select count(*) from {question}");
    sqlx::query_scalar(sqlx::AssertSqlSafe(question)).fetch_one(&mut test.superuser().await).await.unwrap()
}

async fn until<Look: Future<Output = bool>>(what: &str, mut look: impl FnMut() -> Look) {
    let begun = Instant::now();
    while !look().await {
        assert!(begun.elapsed() < SOON, "waited in vain until {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn until_rows(test: &Test, rows: i64) {
    let what = format!("{rows} mails are here");
    until(&what, async || count(test, "desk.inbound_mail").await >= rows).await;
}

async fn until_told(test: &Test, rows: i64) {
    let what = format!("the mailbox is told of {rows} mails");
    until(&what, async || count(test, "desk.inbound_mail where told_at is not null").await >= rows).await;
}

/// Every mail that was ever seen is here once, with its bytes, and on its way to stage two once.
async fn assert_whole(test: &Test, distinct: i64) {
    let seen = count(test, "desk.inbound_mail where outcome <> 'duplicate'").await;
    assert_eq!(seen, distinct, "distinct mails: {:?}", outcomes(test).await);
    let rows = count(test, "desk.inbound_mail").await;
    let sound = "desk.inbound_mail m join desk.inbound_raw r on r.inbound_mail_id = m.id
                  where encode(sha256(r.raw), 'hex') = m.sha256 and (m.bytes = length(r.raw) or not m.whole)";
    assert_eq!(count(test, sound).await, rows, "a row without its bytes");
    let jobs = "(select distinct payload ->> 'inbound_mail_id' from queue.job where kind = 'process_mail') jobs";
    assert_eq!(count(test, jobs).await, distinct, "a mail that nobody will look at");
    assert_eq!(count(test, "queue.job where kind = 'process_mail'").await, distinct, "a mail that is looked at twice");

    // And in the end each is a message of a ticket, or is told in the log why it is none.
    test.run_jobs().await;
    let messages =
        count(test, "desk.message m join desk.mail_message using (organization_id) where message_id = m.id").await;
    let without =
        "desk.inbound_mail where outcome in ('quarantined', 'failed') and message_id is null and reason is not null";
    let others = count(test, without).await;
    assert_eq!(messages + others, distinct, "messages and other outcomes: {:?}", outcomes(test).await);
}
