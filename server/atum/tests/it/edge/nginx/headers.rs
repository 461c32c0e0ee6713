use atum_core::caller::Role;
use axum::http::Method;
use serde_json::json;

use super::front::Front;
use crate::support::{Answer, Test};

pub const ALL: [&str; 7] = [
    "strict-transport-security",
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "permissions-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
];

/// Each of them, and once: two policies in one answer are read by nobody as either of them meant it.
fn values(answer: &Answer) -> Vec<Vec<&str>> {
    let all = ALL.iter().map(|name| answer.headers.get_all(*name));
    all.map(|values| values.iter().map(|value| value.to_str().unwrap()).collect()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_carries_the_whole_set_whoever_gives_it() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let agent = acme.sign_in(Role::Agent).await;
    let mut front = Front::start(&test);
    let (anonymous, agent) = (front.anonymous(&test), front.signed_in(&test, &agent));
    let expected = anonymous.get("/livez").await;
    assert_eq!(expected.status, 200);
    let expected = values(&expected);
    assert!(expected.iter().all(|values| values.len() == 1), "{expected:?}");

    let file = agent.upload("/api/v1/files?name=page.html", "<script>alert(1)</script>").await.expect(201);
    let download = agent.get(&format!("/api/v1/files/{}", file["id"].as_str().unwrap())).await;
    assert_eq!(download.header("content-security-policy"), Some("sandbox; default-src 'none'"));
    assert_eq!(download.headers.get_all("content-security-policy").iter().count(), 1);
    let mut stricter = expected.clone();
    stricter[1] = vec!["sandbox; default-src 'none'"];
    assert_eq!(values(&download), stricter, "a download");

    let sign_in = json!({ "email": "nobody@acme.test", "password": "guessed" });
    for (what, status, answer) in [
        ("a page", None, anonymous.get("/desk/tickets").await),
        ("the app's own file", None, anonymous.get("/favicon.svg").await),
        ("a missing asset", Some(404), anonymous.get("/assets/absent.js").await),
        ("the API", Some(200), agent.get("/api/v1/session").await),
        ("refused by the API", Some(401), anonymous.get("/api/v1/session").await),
        ("a wrong password", Some(401), anonymous.post("/api/v1/session", sign_in).await),
        ("an absent operation", Some(404), anonymous.get("/api/v1/absent").await),
        ("closed by nginx", Some(404), anonymous.get("/metrics").await),
        ("too large for nginx", Some(413), agent.upload("/api/v1/files?name=a", vec![0; (1 << 20) + 1]).await),
        ("a method nginx refuses", Some(405), anonymous.call(Method::TRACE, "/", None).await),
    ] {
        assert!(status.is_none_or(|status| answer.status == status), "{what}: {}", answer.status);
        assert_eq!(values(&answer), expected, "{what}");
    }

    front.node.child.kill().unwrap();
    front.node.child.wait().unwrap();
    for path in ["/api/v1/session", "/desk"] {
        let away = anonymous.get(path).await;
        assert_eq!((away.status.as_u16(), away.header("retry-after")), (503, Some("5")), "{path}");
        assert_eq!(values(&away), expected, "{path} while the server is away");
    }
    anonymous.get("/api/v1/session").await.problem("unavailable");
}
