use std::os::unix::fs::PermissionsExt;

use rustls::version::{TLS12, TLS13};

use super::front::{Front, HERE};
use crate::{
    edge::hello::{Reply, TLS_1_0, TLS_1_1, TLS_1_2, offer},
    support::Test,
};

/// Checks 24 and 25.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_tls_1_2_and_1_3_are_spoken_with_a_key_that_its_owner_alone_reads() {
    let test = Test::new().await;
    let front = Front::start(&test);
    assert_eq!(front.certificate.key.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    for old in [TLS_1_0, TLS_1_1] {
        assert_eq!(offer(front.https, old), Reply::Alert(70), "{old:?}");
    }
    assert_eq!(offer(front.https, TLS_1_2), Reply::Hello(TLS_1_2));
    for version in [&TLS12, &TLS13] {
        let trust = front.authority.trusted_in(&[version]);
        let client = test.anonymous().served_over_tls(front.https, trust, HERE);
        assert_eq!(client.get("/livez").await.status, 200, "{version:?}");
    }
    let plain = test.anonymous().served_at(front.http).get("/desk/tickets?q=a%20b").await;
    assert_eq!(plain.status, 301);
    assert_eq!(plain.header("location"), Some("https://desk.test/desk/tickets?q=a%20b"));
    assert_eq!(plain.header("strict-transport-security"), None, "it means nothing without TLS (RFC 6797 §7.2)");
    assert_eq!(plain.header("x-content-type-options"), Some("nosniff"));
    assert!(plain.header("content-security-policy").is_some());
    let mistaken = test.anonymous().served_at(front.https).get("/desk").await;
    assert_eq!((mistaken.status.as_u16(), mistaken.header("location")), (301, Some("https://desk.test/desk")));
}
