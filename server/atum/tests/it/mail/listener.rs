//! Mail that a server hands over: taken when it is durable, and not a moment before.

use std::time::Duration;

use atum_core::caller::Role;
use sqlx::Connection;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};
use tokio_util::sync::CancellationToken;

use super::{channel::settings, intake::process::Fetcher};
use crate::{
    jobs::process::until,
    support::{
        Test,
        proxy::{Line, Proxy},
    },
};

const SOON: Duration = Duration::from_secs(60);

/// A mail server that hands one mail over. Gives what it was answered at the end, or at the step that was refused.
pub async fn hand_over(port: u16, hello: &str, recipients: &[&str], raw: &str) -> Vec<String> {
    try_hand_over(port, hello, recipients, raw).await.expect("a whole conversation")
}

/// `None`: the connection broke off, and the mail is still the sender's.
async fn try_hand_over(port: u16, hello: &str, recipients: &[&str], raw: &str) -> Option<Vec<String>> {
    let mut stream = BufReader::new(TcpStream::connect(("127.0.0.1", port)).await.ok()?);
    assert!(answer(&mut stream).await?.starts_with("220 "));
    let mut commands = vec![format!("{hello} mx.example.com"), "MAIL FROM:<ana@example.com>".to_owned()];
    commands.extend(recipients.iter().map(|recipient| format!("RCPT TO:<{recipient}>")));
    commands.push("DATA".to_owned());
    for command in commands {
        stream.write_all(format!("{command}\r\n").as_bytes()).await.ok()?;
        let answer = answer(&mut stream).await?;
        if !answer.starts_with('2') && !answer.starts_with("354") {
            return Some(vec![answer]);
        }
    }
    let stuffed = raw.replace("\r\n.", "\r\n..");
    stream.write_all(format!("{stuffed}.\r\n").as_bytes()).await.ok()?;
    let mut answers = vec![];
    for _ in 0..if hello == "LHLO" { recipients.len() } else { 1 } {
        answers.push(answer(&mut stream).await?);
    }
    Some(answers)
}

/// The last line of an answer.
async fn answer(stream: &mut BufReader<TcpStream>) -> Option<String> {
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        if line.as_bytes().get(3) == Some(&b' ') {
            return Some(line.trim_end().to_owned());
        }
    }
}

fn mail(id: &str) -> String {
    format!(
        "From: Ana <ana@example.com>\r\nSubject: {id}\r\nMessage-ID: <{id}@example.com>\r\n\r\nOne.\r\n.two\r\n..\r\n"
    )
}

async fn count(test: &Test, question: &str) -> i64 {
    let question = format!("select count(*) from {question}");
    sqlx::query_scalar(sqlx::AssertSqlSafe(question)).fetch_one(&mut test.superuser().await).await.unwrap()
}

async fn desk() -> Test {
    let test = Test::new().await;
    {
        let acme = test.organization("acme").await;
        let admin = acme.person("Ada", Role::Admin).await;
        admin.post("/api/v1/mail-channels", settings()).await.expect(201);
        let mut sales = settings();
        sales["address"] = serde_json::json!("sales@acme.test");
        admin.post("/api/v1/mail-channels", sales).await.expect(201);
    }
    test
}

#[tokio::test]
async fn mail_for_channels_is_taken_and_no_other() {
    let test = desk().await;
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let stop = CancellationToken::new();
    let serving = tokio::spawn(atum_mail::intake::listener::serve(test.app.clone(), listener, stop.clone()));
    let taken = ["250 2.0.0 it is here"];
    assert_eq!(hand_over(port, "EHLO", &["Support+t7.abc@ACME.test"], &mail("1")).await, taken);
    let nobody = hand_over(port, "EHLO", &["nobody@acme.test"], &mail("2")).await;
    assert_eq!(nobody, ["550 5.1.1 nobody has this address here"]);
    let both =
        hand_over(port, "LHLO", &["support@acme.test", "sales@acme.test", "support+x@acme.test"], &mail("3")).await;
    assert_eq!(both, [taken[0]; 3]);
    stop.cancel();
    serving.await.unwrap();
    assert_eq!(count(&test, "desk.inbound_mail where outcome = 'stored'").await, 3);
    assert_eq!(count(&test, "desk.inbound_mail where envelope_to = '{Support+t7.abc@ACME.test}'").await, 1);
    let raw: Vec<u8> = sqlx::query_scalar(
        "select raw from desk.inbound_raw r join desk.inbound_mail m on m.id = r.inbound_mail_id where subject = '1'",
    )
    .fetch_one(&mut test.superuser().await)
    .await
    .unwrap();
    let raw = String::from_utf8(raw).unwrap();
    assert!(raw.ends_with(&mail("1")), "dots are as they were written: {raw}");
    assert!(
        raw.starts_with("Return-Path: <ana@example.com>\r\nDelivered-To: Support+t7.abc@ACME.test\r\nReceived: "),
        "{raw}"
    );
}

/// The process dies between DATA and 250, at each table that it writes to, and after its commit. Whoever did not read 250
/// still has the mail and hands it over again.
#[tokio::test]
async fn a_crash_between_data_and_250_loses_nothing() {
    for table in ["desk.inbound_mail", "desk.inbound_raw", "queue.job"] {
        let test = desk().await;
        let mut superuser = test.superuser().await;
        let mut holding = superuser.begin().await.unwrap();
        let lock = format!("lock table {table} in share mode");
        sqlx::query(sqlx::AssertSqlSafe(lock)).execute(&mut *holding).await.unwrap();
        let (process, port) = Fetcher::start_listening(&test);
        let sent = tokio::spawn(async move { retried(port).await });
        let waiting = "pg_locks where not granted and relation is not null";
        until("it is about to write", SOON, async || count(&test, waiting).await > 0).await;
        process.kill();
        assert_eq!(sent.await.unwrap(), None, "nobody said 250");
        holding.rollback().await.unwrap();
        assert_eq!(count(&test, "desk.inbound_mail").await, 0);
        assert_taken_at_last(&test).await;
    }

    // After the commit, before 250 is read: the sender cannot know, and the second is known as the same mail.
    let test = desk().await;
    let (process, port) = Fetcher::start_listening(&test);
    let proxy = Proxy::before(port, Line::Open).await;
    until("it listens", SOON, async || TcpStream::connect(("127.0.0.1", port)).await.is_ok()).await;
    proxy.set(Line::HeldAfter("One."));
    let held = proxy.port;
    let sent = tokio::spawn(async move { try_hand_over(held, "LHLO", &["support@acme.test"], &mail("1")).await });
    until("it is stored", SOON, async || count(&test, "desk.inbound_mail").await == 1).await;
    process.kill();
    proxy.cut();
    assert_eq!(sent.await.unwrap(), None, "nobody read 250");
    assert_taken_at_last(&test).await;
    assert_eq!(count(&test, "desk.inbound_mail where outcome = 'duplicate'").await, 1);
}

async fn assert_taken_at_last(test: &Test) {
    let (_process, port) = Fetcher::start_listening(test);
    assert_eq!(retried(port).await, Some(vec!["250 2.0.0 it is here".to_owned()]));
    assert_eq!(count(test, "desk.inbound_mail where outcome = 'stored'").await, 1);
    assert_eq!(count(test, "queue.job where kind = 'process_mail'").await, 1);
}

/// As soon as it listens.
async fn retried(port: u16) -> Option<Vec<String>> {
    until("it listens", SOON, async || TcpStream::connect(("127.0.0.1", port)).await.is_ok()).await;
    try_hand_over(port, "LHLO", &["support@acme.test"], &mail("1")).await
}
