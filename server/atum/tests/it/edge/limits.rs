//! The binary's own limits, by account, token and address.

use atum_core::{
    App,
    caller::Role,
    limits::{Limits, Rate, Rates},
};
use chrono::TimeDelta;
use serde_json::json;

use crate::support::{Answer, Client, Test};

const STRANGER: [u8; 4] = [203, 0, 113, 9];

fn limited(test: &Test, rates: Rates) -> App {
    App { limits: Limits::new(rates), ..test.app.clone() }
}

fn rate(per_second: f64, at_once: u32) -> Option<Rate> {
    Some(Rate { per_second, at_once })
}

/// Of so many requests one after another: how many were not refused as too many.
async fn heard(tries: usize, ask: impl AsyncFn(usize) -> Answer) -> usize {
    let mut heard = 0;
    for n in 0..tries {
        let answer = ask(n).await;
        if answer.status == 429 {
            answer.problem("too-many-requests");
            assert_eq!(answer.header("retry-after"), Some("1"));
            assert!(answer.header("content-security-policy").is_some());
        } else {
            heard += 1;
        }
    }
    heard
}

async fn session(client: &Client) -> Answer {
    client.get("/api/v1/session").await
}

#[tokio::test]
async fn an_account_is_counted_over_all_its_sessions_and_an_office_is_not() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (one, other) = (acme.sign_in(Role::Admin).await, acme.sign_in(Role::Agent).await);
    let app = limited(&test, Rates { caller: rate(10.0, 20), address: rate(1.0, 2), door: None });
    let at = |client: &Client| client.calling_from(STRANGER).served_by(app.clone());
    let (one_here, other_here) = (at(&one), at(&other));

    assert_eq!(heard(30, async |_| session(&one_here).await).await, 20);
    assert_eq!(heard(20, async |_| session(&other_here).await).await, 20, "the same address, another person");
    test.clock.set(test.clock.now() + TimeDelta::seconds(1));
    assert_eq!(heard(30, async |_| session(&one_here).await).await, 10);

    let new = json!({ "name": "Reports", "scopes": ["tickets:read"], "expires_at": "2026-12-20T10:00:00Z" });
    let made = other.post("/api/v1/profile/tokens", new).await.expect(201);
    let program = test.anonymous().served_by(app).calling_from(STRANGER).with_token(made["token"].as_str().unwrap());
    assert_eq!(heard(30, async |_| program.get("/api/v1/token").await).await, 20, "a token has its own count");
}

#[tokio::test]
async fn strangers_are_counted_by_address_made_up_sessions_with_them_and_this_machine_never() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let agent = acme.sign_in(Role::Agent).await;
    let app = limited(&test, Rates { caller: None, address: rate(10.0, 20), door: None });
    let stranger = test.anonymous().served_by(app.clone()).calling_from(STRANGER);
    let agent = agent.calling_from(STRANGER).served_by(app.clone());
    assert_eq!(session(&agent).await.status, 200);

    let made_up = async |n: usize| session(&stranger.header("cookie", &format!("atum_session=made-up-{n}"))).await;
    assert_eq!(heard(30, made_up).await, 20);
    assert_eq!(session(&stranger).await.status, 429);
    assert_eq!(session(&agent).await.status, 200, "who was let in before is not held up by the neighbours");
    assert_eq!(session(&stranger.calling_from([203, 0, 113, 10])).await.status, 401, "another address");
    assert_eq!(stranger.get("/").await.header("retry-after"), None, "the app itself is for everybody");
    let here = stranger.calling_from([127, 0, 0, 1]);
    assert_eq!(heard(100, async |_| session(&here).await).await, 100);
}

#[tokio::test]
async fn doors_have_a_limit_of_their_own() {
    let test = Test::new().await;
    let app = limited(&test, Rates { caller: None, address: rate(10.0, 100), door: rate(1.0, 5) });
    let stranger = test.anonymous().served_by(app).calling_from(STRANGER);
    let ask = async |n: usize| {
        let email = format!("somebody{n}@acme.test");
        stranger.post("/api/v1/password-requests", json!({ "email": email })).await
    };
    assert_eq!(heard(20, ask).await, 5);
    assert_eq!(session(&stranger).await.status, 401, "looking is no try");
    test.clock.set(test.clock.now() + TimeDelta::seconds(1));
    assert_eq!(heard(3, ask).await, 1);
}
