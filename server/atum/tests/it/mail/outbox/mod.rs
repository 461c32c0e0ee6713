//! What is sent, to a mail server that does as it is told.

mod doubt;
mod kill;
mod reply;
mod send;

use std::time::Duration;

use atum_core::{caller::Role, db::Connections};
use atum_mail::{
    outbox::{EnvelopeKind, NewMail, Pace, Recipient, deliver_due, insert},
    smtp::Patience,
    template::TemplateKind,
};
use serde_json::{Value, json};

use crate::support::{Organization, Somebody, Test, sink::Sink};

/// Times that a test can wait for.
pub fn quick(sink: &Sink) -> Pace {
    let ms = Duration::from_millis;
    Pace {
        poll: ms(20),
        lease: ms(1_500),
        patience: Patience { connect: ms(5_000), command: ms(5_000), data: ms(5_000), after_dot: ms(5_000) },
        trust: Some(sink.trust()),
        drain: ms(5_000),
    }
}

/// A channel that sends by the sink; what is named in `more` is in place of the usual.
pub async fn channel(admin: &Somebody, sink: &Sink, more: Value) -> Value {
    let mut smtp = json!({ "host": "localhost", "port": sink.port, "security": "none", "authentication": "none" });
    for (name, value) in more.as_object().into_iter().flatten() {
        smtp[name] = value.clone();
    }
    let channel = json!({ "name": "Support", "address": "support@acme.test", "from_name": "Acme Support",
                          "signature": "Acme GmbH", "smtp": smtp });
    admin.post("/api/v1/mail-channels", channel).await.expect(201)
}

/// Sends what is due now; gives how many attempts that were.
pub async fn send(test: &Test, sink: &Sink) -> usize {
    deliver_due(&test.app, &quick(sink)).await.unwrap()
}

/// Writes a mail to these addresses down, as a domain does.
pub async fn write(test: &Test, organization: &Organization<'_>, subject: &str, to: &[&str]) {
    let mut tx = test.app.db.write(&organization.system()).await.unwrap();
    let channel = atum_mail::channel::default(&mut tx).await.unwrap();
    let recipient = |address: &&str| Recipient { address: (*address).into(), name: None, kind: EnvelopeKind::To };
    let mail = NewMail {
        kind: TemplateKind::StaffNotification,
        channel,
        ticket: None,
        message_id: None,
        person_id: None,
        automatic: true,
        in_answer: false,
        subject: subject.into(),
        body: "Something happened.".into(),
        locale: "en".into(),
        in_reply_to: None,
        references: vec![],
        link: None,
        recipients: to.iter().map(recipient).collect(),
        send_after: test.clock.now(),
    };
    insert(&test.app, &mut tx, mail).await.unwrap();
    tx.commit().await.unwrap();
}

/// The newest mail of the outbox.
pub async fn newest(manager: &Somebody) -> Value {
    manager.get("/api/v1/outbox?limit=1").await.expect(200)["items"][0].clone()
}

/// The state of the newest mail with this recipient.
pub async fn state(manager: &Somebody, recipient: &str) -> String {
    let mail = newest(manager).await;
    let envelopes = mail["envelopes"].as_array().unwrap().iter();
    let mut states = envelopes.filter(|envelope| envelope["recipient"] == recipient);
    states.next().unwrap()["state"].as_str().unwrap().to_owned()
}

pub async fn admin(organization: &Organization<'_>) -> Somebody {
    organization.sign_in(Role::Admin).await
}

pub fn urls(sign_in: impl Fn(atum::database::Role) -> sqlx::postgres::PgConnectOptions) -> [String; 3] {
    use atum::database::Role;
    use sqlx::ConnectOptions;
    [Role::App, Role::Identity, Role::Jobs].map(|role| sign_in(role).to_url_lossy().to_string())
}

pub fn connections([app, identity, jobs]: &[String; 3]) -> Connections {
    let options = |url: &String| url.parse().expect("an address");
    Connections { app: options(app), identity: options(identity), jobs: options(jobs) }
}
