//! Senders as processes of their own, killed at any moment.

use std::{
    collections::HashMap,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use atum_core::clock::Clock;
use atum_mail::outbox::run;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::{admin, channel, connections, quick, urls, write};
use crate::{
    jobs::process::{number, until},
    support::{Test, app_on, server, sink::Sink},
};

const ENVIRONMENT: &str = "ATUM_TEST_SENDER";
const SOON: Duration = Duration::from_secs(90);

/// What a sender's process is told.
#[derive(Serialize, Deserialize)]
struct Told {
    directory: PathBuf,
    databases: [String; 3],
    now: DateTime<Utc>,
}

struct Sender(Child);

impl Sender {
    fn start(test: &Test, now: &str) -> Self {
        let told = Told {
            directory: server::directory().join(&test.database),
            databases: urls(|role| server::sign_in(role, &test.database)),
            now: now.parse().unwrap(),
        };
        let mut command = Command::new(std::env::current_exe().expect("this binary"));
        command.args(["--exact", "mail::outbox::kill::sender_process", "--ignored", "--nocapture"]);
        command.env(ENVIRONMENT, serde_json::to_string(&told).expect("JSON"));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Self(command.spawn().expect("a sender starts"))
    }
}

/// kill -9
impl Drop for Sender {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
#[ignore = "the body of a sender that another test starts as a process"]
fn sender_process() {
    let Ok(told) = std::env::var(ENVIRONMENT) else { return };
    let told: Told = serde_json::from_str(&told).expect("what it is told");
    tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
        let app = app_on(connections(&told.databases), told.directory.clone(), Clock::fixed(told.now));
        let mut pace = quick(&Sink::start().await);
        pace.lease = Duration::from_millis(1_000);
        run(app, pace, CancellationToken::new()).await;
    });
}

/// `ATUM_TEST_KILLS` says how often. Nothing is lost, and no mail goes out a second time but for one of which the outbox
/// said that nobody knows whether the server has it: it does so once, ten minutes later, as the same mail.
#[tokio::test]
async fn whatever_is_killed_while_sending_no_mail_is_lost_and_none_is_sent_twice_unsaid() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (admin, sink) = (admin(&acme).await, Sink::start().await);
    channel(&admin, &sink, json!({})).await;
    let kills = number("ATUM_TEST_KILLS", 100);
    for kill in 0..kills {
        for mail in 0..5 {
            write(&test, &acme, &format!("Mail {kill}/{mail}"), &["ann@example.com"]).await;
        }
        let before = sink.said().len();
        let sender = Sender::start(&test, "2026-11-20T10:00:00Z");
        until("something is being sent", SOON, async || sink.said().len() > before + kill % 7).await;
        // At another moment of the sending each time.
        tokio::time::sleep(Duration::from_micros(kill as u64 * 379 % 9_000)).await;
        drop(sender);
    }
    let last = Sender::start(&test, "2026-11-20T10:00:00Z");
    until("all is sent or in doubt", SOON, async || open(&test).await == 0).await;
    drop(last);
    let doubted: Vec<String> = sqlx::query_scalar(
        "select m.message_id_header from desk.outgoing_mail m join desk.outgoing_envelope e on e.mail_id = m.id
          where e.state = 'uncertain'",
    )
    .fetch_all(&mut test.superuser().await)
    .await
    .unwrap();
    let before = copies(&sink);
    assert!(before.values().all(|copies| *copies == 1), "a mail was sent twice: {before:?}");
    for id in messages(&test).await {
        assert!(before.contains_key(&id) || doubted.contains(&id), "{id} is neither sent nor in doubt");
    }

    let after_ten_minutes = Sender::start(&test, "2026-11-20T10:11:00Z");
    let accepted = async || states(&test, "accepted").await == kills as i64 * 5;
    until("all is sent", SOON, accepted).await;
    drop(after_ten_minutes);
    let after = copies(&sink);
    assert_eq!(after.len(), kills * 5, "a mail was lost");
    let twice: Vec<&String> = after.iter().filter(|(_, copies)| **copies > 1).map(|(id, _)| id).collect();
    assert!(twice.iter().all(|id| doubted.contains(id) && after[*id] == 2), "sent twice without a word: {twice:?}");
    println!(
        "{kills} kills, {} mails, 0 lost, 0 sent twice before ten minutes were over; {} were in doubt, {} of them had arrived",
        after.len(),
        doubted.len(),
        twice.len()
    );
}

/// How often each mail was taken, by its Message-ID.
fn copies(sink: &Sink) -> HashMap<String, usize> {
    let mut copies = HashMap::new();
    for mail in sink.taken() {
        let id = super::reply::header(&mail.raw, "Message-ID");
        *copies.entry(id.trim_matches(['<', '>']).to_owned()).or_default() += 1;
    }
    copies
}

async fn messages(test: &Test) -> Vec<String> {
    let ids = sqlx::query_scalar("select message_id_header from desk.outgoing_mail");
    ids.fetch_all(&mut test.superuser().await).await.unwrap()
}

async fn open(test: &Test) -> i64 {
    let count = "select count(*) from desk.outgoing_envelope where state not in ('accepted', 'uncertain')";
    sqlx::query_scalar(count).fetch_one(&mut test.superuser().await).await.unwrap()
}

async fn states(test: &Test, state: &str) -> i64 {
    let count = "select count(*) from desk.outgoing_envelope where state = $1";
    sqlx::query_scalar(count).bind(state).fetch_one(&mut test.superuser().await).await.unwrap()
}
