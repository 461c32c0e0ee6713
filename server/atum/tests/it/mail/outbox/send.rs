use std::{collections::HashMap, sync::Arc, time::Duration};

use atum_mail::outbox::{Pace, deliver_due};
use serde_json::json;
use tokio::sync::Notify;

use super::{admin, channel, newest, quick, send, state, write};
use crate::support::{
    Test,
    sink::{AfterDot, Script, Sink},
};

const THREE: [&str; 3] = ["one@example.com", "two@example.com", "three@example.com"];

#[tokio::test]
async fn one_refused_recipient_stops_no_other() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (admin, sink) = (admin(&acme).await, Sink::start().await);
    channel(&admin, &sink, json!({})).await;
    let refused = HashMap::from([(THREE[1].to_owned(), "550 5.1.1 no such user".to_owned())]);
    sink.usually(Script { recipients: refused, ..Script::default() });
    write(&test, &acme, "News", &THREE).await;
    assert_eq!(send(&test, &sink).await, 3);
    let states = [state(&admin, THREE[0]).await, state(&admin, THREE[1]).await, state(&admin, THREE[2]).await];
    assert_eq!(states, ["accepted", "failed", "accepted"]);
    assert!(sink.connections() <= 3, "a refusal costs no connection");
    let mail = newest(&admin).await;
    let failed = mail["envelopes"].as_array().unwrap().iter().find(|envelope| envelope["state"] == "failed").unwrap();
    assert_eq!(failed["server_reply"], "550 5.1.1 no such user");
    assert_eq!(failed["last_error"], "The recipient: the server said 550 5.1.1 no such user");
    test.at("2026-11-23T10:00:00Z");
    assert_eq!((send(&test, &sink).await, sink.taken().len()), (0, 2), "what was refused for good is not tried again");

    // But somebody may say so.
    sink.usually(Script::default());
    let again = format!("/api/v1/outbox/envelopes/{}/send-again", failed["id"].as_str().unwrap());
    admin.post(&again, json!({})).await.expect(200);
    assert_eq!(send(&test, &sink).await, 1);
    let ids: std::collections::HashSet<String> =
        sink.taken().iter().map(|mail| super::reply::header(&mail.raw, "Message-ID")).collect();
    assert_eq!(ids.len(), 1, "it is the same mail");
}

#[tokio::test]
async fn what_is_put_off_is_tried_again_by_the_clock_for_48_hours() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (admin, sink) = (admin(&acme).await, Sink::start().await);
    channel(&admin, &sink, json!({})).await;
    for (mail, data, dot) in [(true, false, false), (false, true, false), (false, false, true)] {
        let busy = || "451 4.3.2 later".to_owned();
        sink.usually(Script {
            mail: mail.then(busy),
            data: data.then(busy),
            after_dot: if dot { AfterDot::Say(busy()) } else { AfterDot::Take },
            ..Script::default()
        });
        test.at("2026-11-20T10:00:00Z");
        write(&test, &acme, "News", &THREE[..1]).await;
        assert_eq!(send(&test, &sink).await, 1);
        assert_eq!(state(&admin, THREE[0]).await, "deferred");
        test.at("2026-11-20T10:00:59Z");
        assert_eq!(send(&test, &sink).await, 0);
        test.at("2026-11-20T10:01:00Z");
        assert_eq!(send(&test, &sink).await, 1);
        let mut attempts = 2;
        while let Some(next) = newest(&admin).await["envelopes"][0]["next_attempt_at"].as_str() {
            test.at(next);
            attempts += send(&test, &sink).await;
        }
        assert_eq!((attempts, state(&admin, THREE[0]).await.as_str()), (16, "failed"));
        let error = newest(&admin).await["envelopes"][0]["last_error"].as_str().unwrap().to_owned();
        assert!(error.starts_with("given up after 16 attempts in 48 hours. "), "{error}");
        assert!(sink.taken().is_empty());
    }
}

#[tokio::test]
async fn a_server_that_does_not_answer_the_dot_in_time_leaves_a_doubt_and_one_that_is_slow_does_not() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (admin, sink) = (admin(&acme).await, Sink::start().await);
    channel(&admin, &sink, json!({})).await;
    sink.next(Script { slow: Some(Duration::from_millis(30)), ..Script::default() });
    write(&test, &acme, "News", &THREE[..1]).await;
    assert_eq!(send(&test, &sink).await, 1);
    assert_eq!(state(&admin, THREE[0]).await, "accepted");

    let (came, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    sink.next(Script { after_dot: AfterDot::Wait(came, go_on), ..Script::default() });
    write(&test, &acme, "News", &THREE[..1]).await;
    let mut pace = quick(&sink);
    pace.patience.after_dot = Duration::from_millis(50);
    deliver_due(&test.app, &pace).await.unwrap();
    assert_eq!(state(&admin, THREE[0]).await, "uncertain");
}

/// Others look all the while, also after the time of a lease: it is beaten.
#[tokio::test]
async fn what_one_sends_no_other_takes() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (admin, sink) = (admin(&acme).await, Sink::start().await);
    channel(&admin, &sink, json!({})).await;
    let (came, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    sink.next(Script { after_dot: AfterDot::Wait(came.clone(), go_on.clone()), ..Script::default() });
    write(&test, &acme, "News", &THREE[..1]).await;
    let pace = Pace { lease: Duration::from_millis(300), ..quick(&sink) };
    let (app, same) = (test.app.clone(), pace.clone());
    let sending = tokio::spawn(async move { deliver_due(&app, &same).await.unwrap() });
    came.notified().await;
    let before = leased_until(&test).await;
    while leased_until(&test).await <= before + chrono::TimeDelta::milliseconds(300) {
        assert_eq!(deliver_due(&test.app, &pace).await.unwrap(), 0);
    }
    go_on.notify_one();
    assert_eq!(sending.await.unwrap(), 1);
    assert_eq!((sink.taken().len(), state(&admin, THREE[0]).await.as_str()), (1, "accepted"));
}

async fn leased_until(test: &Test) -> chrono::DateTime<chrono::Utc> {
    let lease = "select leased_until from desk.outgoing_envelope";
    sqlx::query_scalar(lease).fetch_one(&mut test.superuser().await).await.unwrap()
}

/// A sender that slept past its lease, while another took the mail, does not end it.
#[tokio::test]
async fn who_lost_the_lease_sends_no_dot() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (admin, sink) = (admin(&acme).await, Sink::start().await);
    channel(&admin, &sink, json!({})).await;
    write(&test, &acme, "News", &THREE[..1]).await;
    let steal = "create function public.steal() returns trigger language plpgsql as
                 $$ begin if new.state = 'sending' and new.dotted then return null; end if; return new; end $$";
    let mut superuser = test.superuser().await;
    sqlx::raw_sql(steal).execute(&mut superuser).await.unwrap();
    let on =
        "create trigger steal before update on desk.outgoing_envelope for each row execute function public.steal()";
    sqlx::raw_sql(on).execute(&mut superuser).await.unwrap();
    send_once(&test, &sink).await;
    assert!(sink.taken().is_empty(), "the mail was ended without its lease");
    assert!(sink.said().contains(&"DATA".to_owned()), "it came up to the dot");
    let _ = admin;
}

/// A withdrawn envelope is due at once: one look is enough here.
async fn send_once(test: &Test, sink: &Sink) {
    let looked = tokio::time::timeout(Duration::from_millis(500), send(test, sink)).await;
    let _ = looked;
}

#[tokio::test]
async fn starttls_and_signing_in() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (admin, sink) = (admin(&acme).await, Sink::start().await);
    let secure =
        json!({ "security": "starttls", "authentication": "password", "username": "desk", "password": "secret" });
    channel(&admin, &sink, secure).await;
    let password = Some(("desk".to_owned(), "secret".to_owned()));
    sink.usually(Script { starttls: true, password: password.clone(), ..Script::default() });
    write(&test, &acme, "News", &THREE[..1]).await;
    assert_eq!(send(&test, &sink).await, 1);
    assert_eq!(state(&admin, THREE[0]).await, "accepted", "{}", newest(&admin).await);
    assert!(sink.taken()[0].encrypted);
    let said = sink.said();
    let (starttls, auth) =
        (said.iter().position(|line| line == "STARTTLS"), said.iter().position(|line| line.starts_with("AUTH")));
    assert!(starttls < auth && starttls.is_some(), "no password in the clear: {said:?}");

    // A password that is wrong, a server without STARTTLS, a certificate that nobody vouches for: nothing is lost.
    let other = Some(("desk".to_owned(), "changed".to_owned()));
    let elsewhere = Sink::start().await;
    for (script, trust, sentence) in [
        (
            Script { starttls: true, password: other, ..Script::default() },
            sink.trust(),
            "Signing in: the server said 535 5.7.8",
        ),
        (
            Script { password: password.clone(), ..Script::default() },
            sink.trust(),
            "STARTTLS: the server does not offer it",
        ),
        (Script { starttls: true, password, ..Script::default() }, elsewhere.trust(), "TLS with localhost: "),
        (
            Script { greeting: Some("554 5.7.1 go away".into()), ..Script::default() },
            sink.trust(),
            "Greeting: the server said 554",
        ),
    ] {
        sink.next(script);
        write(&test, &acme, "News", &THREE[..1]).await;
        let pace = Pace { trust: Some(trust), ..quick(&sink) };
        deliver_due(&test.app, &pace).await.unwrap();
        let envelope = newest(&admin).await["envelopes"][0].clone();
        assert_eq!(envelope["state"], "deferred");
        assert!(envelope["last_error"].as_str().unwrap().starts_with(sentence), "{envelope}");
    }
    test.at("2026-11-20T10:05:00Z");
    assert_eq!(send(&test, &sink).await, 4);
    assert_eq!(sink.taken().len(), 5);
}

#[tokio::test]
async fn a_channel_with_a_key_signs_what_it_sends() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (admin, sink) = (admin(&acme).await, Sink::start().await);
    let channel = channel(&admin, &sink, json!({})).await;
    let dkim = format!("/api/v1/mail-channels/{}/dkim", channel["id"].as_str().unwrap());
    let wrong = json!({ "selector": "a b", "private_key": "-----BEGIN RSA PRIVATE KEY-----" });
    assert_eq!(admin.put(&dkim, wrong).await.problem("validation")["errors"][0]["pointer"], "#/selector");
    let wrong = json!({ "selector": "desk", "private_key": "-----BEGIN RSA PRIVATE KEY-----" });
    assert_eq!(admin.put(&dkim, wrong).await.problem("validation")["errors"][0]["pointer"], "#/private_key");
    let set = admin.put(&dkim, json!({ "selector": "desk" })).await.expect(200);
    assert_eq!(set["domain"], "acme.test");
    let record = set["public_record"].as_str().unwrap().to_owned();
    write(&test, &acme, "Signed", &THREE[..1]).await;
    send(&test, &sink).await;
    let raw = sink.taken()[0].raw.clone();
    assert!(raw.starts_with("DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; d=acme.test; s=desk;"), "{raw}");
    assert!(verifies(&raw, &record), "{raw}");
    assert!(!verifies(&raw.replace("Something", "Anything"), &record));
    assert!(!verifies(&raw.replace("Subject: Signed", "Subject: Changed"), &record));
    admin.delete(&dkim).await.expect(204);
    write(&test, &acme, "Unsigned", &THREE[..1]).await;
    send(&test, &sink).await;
    assert!(!sink.taken()[1].raw.contains("DKIM-Signature"));
}

/// As a receiving server checks it (RFC 6376, section 6), written apart from what signs.
fn verifies(raw: &str, record: &str) -> bool {
    use base64::{Engine, engine::general_purpose::STANDARD};
    use sha2::{Digest, Sha256};
    let (header, body) = raw.split_once("\r\n\r\n").unwrap();
    let unfolded = header.replace("\r\n\t", " ").replace("\r\n ", " ");
    let fields: Vec<(String, String)> = unfolded
        .split("\r\n")
        .map(|line| line.split_once(':').unwrap())
        .map(|(name, value)| (name.to_lowercase(), value.split_whitespace().collect::<Vec<_>>().join(" ")))
        .collect();
    let signature = &fields[0].1;
    let tag = |name: &str| {
        let tags = signature.split(';').map(str::trim);
        let value = tags.filter_map(|tag| tag.split_once('=')).find(|(tag, _)| *tag == name).unwrap().1;
        value.replace(' ', "")
    };
    let lines: Vec<String> = body
        .trim_end_matches("\r\n")
        .split("\r\n")
        .map(|line| line.split([' ', '\t']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "))
        .collect();
    if STANDARD.encode(Sha256::digest(lines.join("\r\n") + "\r\n")) != tag("bh") {
        return false;
    }
    let mut text = String::new();
    for name in tag("h").split(':') {
        if let Some((_, value)) =
            fields.iter().find(|(field, _)| field == name).filter(|_| !text.contains(&format!("{name}:")))
        {
            text.push_str(&format!("{name}:{value}\r\n"));
        }
    }
    let (unsigned, _) = signature.rsplit_once("b=").unwrap();
    text.push_str(&format!("dkim-signature:{unsigned}b="));
    let key = STANDARD.decode(record.rsplit_once("p=").unwrap().1).unwrap();
    let key = ring::signature::UnparsedPublicKey::new(&ring::signature::ED25519, key);
    key.verify(&Sha256::digest(text), &STANDARD.decode(tag("b")).unwrap()).is_ok()
}

#[tokio::test]
async fn a_server_that_is_away_is_asked_by_one_mail_a_minute() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (admin, sink) = (admin(&acme).await, Sink::start().await);
    // Nobody listens there.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    channel(&admin, &sink, json!({ "port": free })).await;
    for _ in 0..5 {
        write(&test, &acme, "News", &THREE).await;
    }
    assert!(send(&test, &sink).await <= 3, "each connection asks once");
    assert_eq!(send(&test, &sink).await, 0);
    let mail = newest(&admin).await;
    assert!(mail["envelopes"].as_array().unwrap().iter().all(|envelope| envelope["state"] != "failed"), "{mail}");
}

/// The channel says what is wrong with its server for sending, and no longer than it is.
#[tokio::test]
async fn a_refused_sign_in_is_told_in_the_channels_state() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (admin, sink) = (admin(&acme).await, Sink::start().await);
    let secure = json!({ "authentication": "password", "username": "desk", "password": "wrong" });
    let channel = channel(&admin, &sink, secure).await;
    let at = format!("/api/v1/mail-channels/{}", channel["id"].as_str().unwrap());
    let state = async || admin.get(&at).await.expect(200)["state"].clone();
    assert_eq!(state().await["sending_error"], json!(null));
    sink.usually(Script { password: Some(("desk".into(), "right".into())), ..Script::default() });
    write(&test, &acme, "News", &THREE[..1]).await;
    send(&test, &sink).await;
    let told = state().await;
    let words = told["sending_error"].as_str().unwrap();
    assert!(words.starts_with("Signing in: the server said 535"), "{words}");
    assert_eq!(told["sending_error_since"], "2026-11-20T10:00:00Z");
    sink.usually(Script { password: Some(("desk".into(), "wrong".into())), ..Script::default() });
    test.at("2026-11-20T10:02:00Z");
    assert_eq!(send(&test, &sink).await, 1);
    assert_eq!(state().await["sending_error"], json!(null));
}

#[tokio::test]
async fn the_outbox_is_for_managers_and_tells_a_mail_whole() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (admin, sink) = (admin(&acme).await, Sink::start().await);
    let agent = acme.sign_in(atum_core::caller::Role::Agent).await;
    channel(&admin, &sink, json!({})).await;
    write(&test, &acme, "Injected\r\nBcc: x@y.z", &THREE).await;
    agent.get("/api/v1/outbox").await.problem("forbidden");
    let id = newest(&admin).await["id"].as_str().unwrap().to_owned();
    agent.get(&format!("/api/v1/outbox/{id}")).await.problem("forbidden");
    let mail = admin.get(&format!("/api/v1/outbox/{id}")).await.expect(200);
    let names: Vec<&str> =
        mail["headers"].as_array().unwrap().iter().map(|header| header[0].as_str().unwrap()).collect();
    assert_eq!(
        names,
        [
            "Date",
            "From",
            "To",
            "Subject",
            "Message-ID",
            "References",
            "X-Mailer",
            "Auto-Submitted",
            "Precedence",
            "X-Auto-Response-Suppress",
            "X-Atum-Loop",
            "MIME-Version"
        ]
    );
    assert_eq!(mail["text"], "Something happened.");
    let page = admin.get(&format!("/api/v1/outbox/{id}/html")).await;
    assert!(page.headers["content-security-policy"].to_str().unwrap().starts_with("sandbox "), "{:?}", page.headers);
    let raw = admin.get(&format!("/api/v1/outbox/{id}/raw")).await;
    assert_eq!(send(&test, &sink).await, 3);
    assert_eq!(raw.text(), sink.taken()[0].raw, "what is shown is what goes out");
    let queued = admin.get("/api/v1/outbox?state=queued").await.expect(200);
    assert_eq!(queued["items"], json!([]));
}
