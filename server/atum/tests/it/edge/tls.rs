//! The binary speaks TLS by itself.

use std::{fs::Permissions, os::unix::fs::PermissionsExt, path::Path, process::Output};

use atum_core::caller::Role;
use chrono::TimeDelta;
use rcgen::CertificateParams;
use rustls::version::{TLS12, TLS13};

use super::hello::{Reply, TLS_1_0, TLS_1_1, TLS_1_2, offer};
use crate::{
    support::{
        Client, Test,
        authority::{Authority, Files},
        node::Node,
        server,
    },
    tickets::live::Listening,
    up::process::{free_address, until},
};

const HERE: std::net::Ipv4Addr = std::net::Ipv4Addr::LOCALHOST;

fn arguments(files: &Files) -> [&str; 4] {
    ["--tls-certificate", files.certificate.to_str().unwrap(), "--tls-key", files.key.to_str().unwrap()]
}

fn directory(test: &Test, name: &str) -> std::path::PathBuf {
    server::directory().join(format!("{name}-{}", test.database))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_certificate_is_served_while_open_connections_go_on() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let manager = acme.sign_in(Role::Manager).await;
    let (old, new) = (Authority::new(), Authority::new());
    let directory = directory(&test, "tls");
    let files = old.lay_into(&directory);
    let plain = free_address();
    let (redirect, desk) = (plain.to_string(), "https://desk.test");
    let more = ["--redirect-listen", redirect.as_str(), "--public-url", desk];
    let node = Node::serve(&test, &[&arguments(&files)[..], &more].concat());

    for refused in [TLS_1_0, TLS_1_1] {
        assert_eq!(offer(node.address, refused), Reply::Alert(70), "{refused:?}");
    }
    assert_eq!(offer(node.address, TLS_1_2), Reply::Hello(TLS_1_2));
    for version in [&TLS12, &TLS13] {
        let client = test.anonymous().served_over_tls(node.address, old.trusted_in(&[version]), HERE);
        let answer = client.get("/livez").await;
        assert_eq!(answer.status, 200, "{version:?}");
        assert_eq!(answer.header("strict-transport-security"), Some("max-age=63072000"));
    }
    let sent_on = test.anonymous().served_at(plain).get("/desk/tickets?q=a%20b").await;
    assert_eq!(sent_on.status, 301);
    assert_eq!(sent_on.header("location"), Some("https://desk.test/desk/tickets?q=a%20b"));
    assert_eq!(sent_on.header("x-content-type-options"), Some("nosniff"));
    let cunning = test.anonymous().served_at(plain).get("//evil.test/").await;
    assert_eq!(cunning.header("location"), Some("https://desk.test/evil.test/"));

    let cookie = format!("__Host-atum_session={}", manager.session);
    let before = Client::clone(&manager).served_over_tls(node.address, old.trust(), HERE).header("cookie", &cookie);
    let mut listening = Listening::open(&before).await;

    // A pair that cannot serve is told of, and the one before it stays.
    std::fs::write(&files.certificate, "half a certificate").unwrap();
    until("the log tells it", || node.log().contains("the certificate that is served stays"));
    let fresh = |authority: &Authority| test.anonymous().served_over_tls(node.address, authority.trust(), HERE);
    assert_eq!(fresh(&old).get("/livez").await.status, 200);

    new.lay_into(&directory);
    until("the log tells it", || node.log().contains("is served from now on"));
    assert_eq!(fresh(&new).get("/livez").await.status, 200);

    let ticket = serde_json::json!({ "subject": "Still here", "description": "On the connection from before." });
    before.post("/api/v1/tickets", ticket).await.expect(201);
    listening.until("ticket_created").await;
}

/// What `atum serve` says instead of serving.
fn refused(test: &Test, files: &Files) -> String {
    let Output { status, stderr, .. } = Node::command(test, "serve")
        .args(["--listen", "127.0.0.1:0", "--no-workers"])
        .args(arguments(files))
        .output()
        .unwrap();
    assert!(!status.success());
    String::from_utf8_lossy(&stderr).into_owned()
}

fn written(authority: &Authority, directory: &Path, days: [i64; 2], now: chrono::DateTime<chrono::Utc>) -> Files {
    let mut about = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    let [begin, end] = days.map(|days| {
        let date = now + TimeDelta::days(days);
        use chrono::Datelike;
        rcgen::date_time_ymd(date.year(), u8::try_from(date.month()).unwrap(), u8::try_from(date.day()).unwrap())
    });
    (about.not_before, about.not_after) = (begin, end);
    Files::write(directory, &authority.certificate(about))
}

#[tokio::test]
async fn files_that_could_serve_nobody_are_refused_by_name() {
    let test = Test::new().await;
    let authority = Authority::new();
    let now = test.clock.now();
    let directory = directory(&test, "refused");

    let files = written(&authority, &directory, [-30, -2], now);
    let said = refused(&test, &files);
    assert!(said.contains("certificate.pem ended on 2026-11-18 00:00:00 UTC; get a new one"), "{said}");

    let files = written(&authority, &directory, [2, 30], now);
    let said = refused(&test, &files);
    assert!(said.contains("begins on 2026-11-22 00:00:00 UTC only; is this machine's clock right?"), "{said}");

    let files = written(&authority, &directory, [-2, 30], now);
    std::fs::set_permissions(&files.key, Permissions::from_mode(0o644)).unwrap();
    let said = refused(&test, &files);
    assert!(said.contains("everybody on this machine may use the key") && said.contains("chmod 600"), "{said}");

    let other = authority.lay_into(&directory.join("other"));
    let said = refused(&test, &Files { certificate: files.certificate.clone(), key: other.key });
    assert!(said.contains("belongs to another certificate than"), "{said}");

    let key = other.certificate.with_file_name("empty.pem");
    std::fs::write(&key, "").unwrap();
    std::fs::set_permissions(&key, Permissions::from_mode(0o600)).unwrap();
    let said = refused(&test, &Files { certificate: files.certificate.clone(), key: key.clone() });
    assert!(said.contains("empty.pem holds no private key in PEM"), "{said}");
    let said = refused(&test, &Files { certificate: key.clone(), key });
    assert!(said.contains("empty.pem holds no certificate"), "{said}");
    let said = refused(&test, &Files { certificate: directory.join("absent.pem"), key: files.certificate });
    assert!(said.contains("absent.pem cannot be read: No such file"), "{said}");
}
