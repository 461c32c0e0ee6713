//! Senders as processes of their own, killed at any moment.

use std::{
    collections::HashMap,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use atum_core::clock::Clock;
use atum_mail::{intake::Pace, outbox::run};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::{admin, connections, quick, urls, write};
use crate::{
    jobs::process::{number, until},
    mail::intake::{Fetching, outcomes, pace, settings, user},
    support::{Test, app_on, dovecot::dovecot, server, sink::Sink},
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

/// `ATUM_TEST_KILLS` says how often. The provider files what it sent, as most do, and says so nowhere else.
#[tokio::test]
async fn whatever_is_killed_while_sending_each_mail_goes_out_once() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (admin, sink, user) = (admin(&acme).await, Sink::start().await, user("sent"));
    let mut mailbox = dovecot().sign_in(&user);
    mailbox.run("CREATE Sent");
    let mut settings = settings(&user, dovecot().port);
    settings["imap"]["sent_folder"] = json!("Sent");
    settings["smtp"] = json!({ "host": "localhost", "port": sink.port, "security": "none", "authentication": "none" });
    admin.post("/api/v1/mail-channels", settings).await.expect(201);
    let fetching = Fetching::begin(&test.app, Pace { poll: Duration::from_millis(100), ..pace() });
    until("the folders were read", SOON, async || read_at(&test).await.is_some()).await;

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
    let doubted = in_doubt(&test).await;
    let before = copies(&sink);
    assert!(before.values().all(|copies| *copies == 1), "a mail was sent twice: {before:?}");
    for id in messages(&test).await {
        assert!(before.contains_key(&id) || doubted.contains(&id), "{id} is neither sent nor in doubt");
    }

    for mail in sink.taken() {
        mailbox.append("Sent", mail.raw.as_bytes());
    }
    let filed = before.len() as i64;
    until("what was filed is here", SOON, async || rows(&test).await == filed).await;
    let later = test.at("2026-11-20T10:11:00Z");
    until("the folder was read since", SOON, async || read_at(&test).await == Some(later)).await;
    let after_ten_minutes = Sender::start(&test, "2026-11-20T10:11:00Z");
    until("nothing is in doubt", SOON, async || states(&test, "accepted").await == kills as i64 * 5).await;
    drop(after_ten_minutes);
    let after = copies(&sink);
    assert_eq!(after.len(), kills * 5, "a mail was lost");
    let twice: Vec<&String> = after.iter().filter(|(_, copies)| **copies > 1).map(|(id, _)| id).collect();
    assert!(twice.is_empty(), "sent twice: {twice:?}");
    fetching.end().await;
    test.run_jobs().await;
    assert_eq!(outcomes(&test).await, [("accepted".to_owned(), filed)].into(), "what is ours is known as ours");
    let arrived = doubted.iter().filter(|id| before.contains_key(*id)).count();
    let (mails, doubts) = (after.len(), doubted.len());
    println!("{kills} kills, {mails} mails, 0 lost, 0 sent twice; {doubts} were in doubt, {arrived} had arrived");
}

async fn in_doubt(test: &Test) -> Vec<String> {
    let doubted = "select m.message_id_header from desk.outgoing_mail m
                     join desk.outgoing_envelope e on e.mail_id = m.id where e.state = 'uncertain'";
    sqlx::query_scalar(doubted).fetch_all(&mut test.superuser().await).await.unwrap()
}

async fn rows(test: &Test) -> i64 {
    let rows = "select count(*) from desk.inbound_mail where folder = 'Sent'";
    sqlx::query_scalar(rows).fetch_one(&mut test.superuser().await).await.unwrap()
}

async fn read_at(test: &Test) -> Option<DateTime<Utc>> {
    let read = "select last_success_at from desk.mail_channel";
    sqlx::query_scalar(read).fetch_one(&mut test.superuser().await).await.unwrap()
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
