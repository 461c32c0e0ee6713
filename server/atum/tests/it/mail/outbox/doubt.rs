//! Mails whose connection broke after the final dot: never sent again for that alone.

use atum_core::caller::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{admin, channel, newest, send, state, write};
use crate::{
    support::{
        Organization, Somebody, Test,
        sink::{AfterDot, Script, Sink},
    },
    tickets::{accept, at, file, say},
};

const RECIPIENT: [&str; 1] = ["one@example.com"];

fn lost(how: AfterDot) -> Script {
    Script { after_dot: how, ..Script::default() }
}

fn envelope(mail: &Value, act: &str) -> String {
    format!("/api/v1/outbox/envelopes/{}/{act}", mail["envelopes"][0]["id"].as_str().unwrap())
}

#[tokio::test]
async fn what_nothing_can_tell_of_waits_for_a_person_and_never_goes_out_by_itself() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (admin, sink) = (admin(&acme).await, Sink::start().await);
    let (sam, kim) = (acme.person("Sam", Role::Agent).await, acme.person("Kim", Role::Agent).await);
    let customer = acme.person("Ann Miller", Role::Customer).await;
    channel(&admin, &sink, json!({})).await;
    let ticket = file(&customer, "Printer").await;
    accept(&admin, &ticket).await;
    for (how, arrived) in [(AfterDot::TakeAndDrop, true), (AfterDot::Drop, false)] {
        let before = sink.taken().len();
        test.at("2026-11-20T10:00:00Z");
        say(&sam, &ticket, json!({ "body": "Is it on?" })).await;
        test.run_jobs().await;
        test.at("2026-11-20T10:00:10Z");
        sink.next(lost(how));
        assert_eq!(send(&test, &sink).await, 1);
        for time in ["2026-11-20T10:00:11Z", "2026-11-20T10:10:11Z", "2026-11-23T10:00:00Z"] {
            test.at(time);
            assert_eq!(send(&test, &sink).await, 0, "{time}");
            assert_eq!(state(&admin, &customer.email).await, "uncertain");
        }
        let mail = newest(&admin).await;
        assert_eq!(mail["envelopes"][0]["next_attempt_at"], Value::Null);
        let said = sam.get(&at(&ticket, "/messages")).await.expect(200);
        let delivery = said.as_array().unwrap().last().unwrap()["delivery"][0].clone();
        assert_eq!((&delivery["state"], &delivery["undecided"]), (&json!("uncertain"), &json!(true)));
        assert_eq!(told(&test).await, 1, "once a doubt");

        // Whoever wrote it asked the customer.
        let act = envelope(&mail, if arrived { "confirm" } else { "send-again" });
        kim.post(&act, json!({})).await.problem("forbidden");
        sam.post(&act, json!({})).await.expect(200);
        sam.post(&envelope(&mail, "confirm"), json!({})).await.problem("wrong-state");
        assert_eq!(send(&test, &sink).await, usize::from(!arrived));
        assert_eq!(state(&admin, &customer.email).await, "accepted");
        assert_eq!(sink.taken().len(), before + 1, "once, all in all");
        forget(&test).await;
    }
}

async fn told(test: &Test) -> i64 {
    let events = "select count(*) from desk.event where kind = 'mail_uncertain'";
    sqlx::query_scalar(events).fetch_one(&mut test.superuser().await).await.unwrap()
}

/// The events of the doubt before this one.
async fn forget(test: &Test) {
    let renamed = "update desk.event set kind = 'mail_uncertain_before' where kind = 'mail_uncertain'";
    sqlx::raw_sql("alter table desk.event disable trigger user").execute(&mut test.superuser().await).await.unwrap();
    sqlx::query(renamed).execute(&mut test.superuser().await).await.unwrap();
}

/// A channel whose provider files what it sent, as the fetcher finds it there.
struct Provider<'test> {
    test: &'test Test,
    acme: &'test Organization<'test>,
    sink: Sink,
    admin: Somebody,
    channel_id: Uuid,
}

impl<'test> Provider<'test> {
    async fn new(test: &'test Test, acme: &'test Organization<'test>) -> Self {
        let (admin, sink) = (admin(acme).await, Sink::start().await);
        let imap = json!({ "host": "127.0.0.1", "port": 1, "security": "none", "username": "desk", "password": "x",
                           "authentication": "password", "folders": ["INBOX"], "sent_folder": "Sent",
                           "after": { "action": "keep" } });
        let smtp = json!({ "host": "localhost", "port": sink.port, "security": "none", "authentication": "none" });
        let channel = json!({ "name": "Support", "address": "support@acme.test", "imap": imap, "smtp": smtp });
        let channel = admin.post("/api/v1/mail-channels", channel).await.expect(201);
        let channel_id = channel["id"].as_str().unwrap().parse().unwrap();
        Self { test, acme, sink, admin, channel_id }
    }

    async fn send(&self, script: Script) -> String {
        self.sink.next(script);
        write(self.test, self.acme, "News", &RECIPIENT).await;
        send(self.test, &self.sink).await;
        let newest = "select message_id_header from desk.outgoing_mail order by id desc limit 1";
        sqlx::query_scalar(newest).fetch_one(&mut self.test.superuser().await).await.unwrap()
    }

    async fn files(&self, message_id: &str) {
        sqlx::query(
            "insert into desk.inbound_mail (organization_id, id, channel_id, source, folder, uid_validity, uid, received_at,
                                            bytes, sha256, identity, header_sha256)
             select organization_id, $2, id, 'imap', 'Sent', 1, (select count(*) from desk.inbound_mail), $3, 1,
                    repeat('0', 64), $4, repeat('0', 64)
               from desk.mail_channel where id = $1",
        )
        .bind(self.channel_id)
        .bind(Uuid::now_v7())
        .bind(self.test.clock.now())
        .bind(message_id)
        .execute(&mut self.test.superuser().await)
        .await
        .unwrap();
    }

    /// The folder was read at this moment.
    async fn read(&self, time: &str) {
        let now = self.test.at(time);
        sqlx::query("update desk.mail_channel set last_success_at = $2 where id = $1")
            .bind(self.channel_id)
            .bind(now)
            .execute(&mut self.test.superuser().await)
            .await
            .unwrap();
    }

    async fn look(&self) -> (usize, String) {
        (send(self.test, &self.sink).await, state(&self.admin, RECIPIENT[0]).await)
    }
}

#[tokio::test]
async fn a_folder_of_sent_mail_settles_what_it_proves() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let provider = Provider::new(&test, &acme).await;
    test.at("2026-11-20T10:00:00Z");
    let taken = provider.send(Script::default()).await;

    // It lies there: it arrived.
    let first = provider.send(lost(AfterDot::TakeAndDrop)).await;
    provider.files(&first).await;
    test.at("2026-11-20T10:01:00Z");
    assert_eq!(provider.look().await, (0, "accepted".to_owned()));

    // It lies not there, but nobody knows yet whether the provider files at all, nor was the folder read since.
    test.at("2026-11-20T10:02:00Z");
    provider.send(lost(AfterDot::Drop)).await;
    test.at("2026-11-20T10:20:00Z");
    assert_eq!(provider.look().await, (0, "uncertain".to_owned()), "the folder was not read");

    // The last one that the server took lies there, and this one not.
    provider.files(&taken).await;
    provider.read("2026-11-20T10:21:00Z").await;
    assert_eq!(provider.look().await, (1, "accepted".to_owned()));
    assert_eq!(provider.sink.taken().len(), 3, "each once");
}

#[tokio::test]
async fn a_folder_in_which_nothing_is_filed_proves_nothing() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let provider = Provider::new(&test, &acme).await;
    test.at("2026-11-20T10:00:00Z");
    provider.send(Script::default()).await;
    provider.send(lost(AfterDot::TakeAndDrop)).await;
    provider.read("2026-11-20T10:30:00Z").await;
    assert_eq!(provider.look().await, (0, "uncertain".to_owned()));
    provider.read("2026-11-23T10:30:00Z").await;
    assert_eq!(provider.look().await, (0, "uncertain".to_owned()));
    assert_eq!(provider.sink.taken().len(), 2);
}
