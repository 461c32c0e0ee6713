use std::sync::Arc;

use atum_core::{App, config::Config};

use crate::support::Test;

#[tokio::test]
async fn every_answer_carries_them() {
    let test = Test::new().await;
    for path in ["/api/v1/health", "/livez", "/api/v1/absent", "/"] {
        let answer = test.anonymous().get(path).await;
        let policy = answer.header("content-security-policy").unwrap_or_default();
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"), "{path}: {policy}");
        assert!(!policy.contains("unsafe") && !policy.contains('*'), "{path}: {policy}");
        for (name, value) in [
            ("x-content-type-options", Some("nosniff")),
            ("referrer-policy", Some("same-origin")),
            ("cross-origin-opener-policy", Some("same-origin")),
            ("cross-origin-resource-policy", Some("same-origin")),
            ("strict-transport-security", None),
        ] {
            assert_eq!(answer.header(name), value, "{path}: {name}");
        }
        assert!(answer.header("permissions-policy").is_some(), "{path}");
    }
}

#[tokio::test]
async fn behind_tls_browsers_are_told_to_stay_there() {
    let test = Test::new().await;
    let config = Config { public_url: "https://desk.test".into(), ..(*test.app.config).clone() };
    let client = test.anonymous().served_by(App { config: Arc::new(config), ..test.app.clone() });
    assert_eq!(client.get("/livez").await.header("strict-transport-security"), Some("max-age=63072000"));
}
