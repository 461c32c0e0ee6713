use std::time::{Duration, Instant};

use atum_core::caller::Role;
use futures::{StreamExt, stream};
use serde_json::json;

use super::{front::Front, headers::ALL};
use crate::support::{Answer, Client, Test};

async fn at_once(count: usize, ask: impl AsyncFn() -> Answer) -> (Vec<Answer>, Duration) {
    let begun = Instant::now();
    // On some dozens of connections: more would measure how fast they are opened.
    let answers = stream::iter(0..count).map(|_| ask()).buffer_unordered(32).collect().await;
    (answers, begun.elapsed())
}

/// So many as the burst lets through, and those whose time came while the rest were being sent.
#[track_caller]
fn assert_limited((answers, took): &(Vec<Answer>, Duration), rate: f64, burst: usize) {
    // What reaches the binary comes back with a name; it has limits of its own.
    let (heard, busy): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.header("x-request-id").is_some());
    let most = burst + 1 + (took.as_secs_f64() * rate).ceil() as usize;
    assert!((burst + 1..=most).contains(&heard.len()), "{} of {} were heard in {took:?}", heard.len(), answers.len());
    assert!(!busy.is_empty(), "nothing was refused");
    for answer in busy {
        assert_eq!(answer.header("retry-after"), Some("1"));
        answer.problem("too-many-requests");
        assert!(ALL.iter().all(|name| answer.header(name).is_some()), "{:?}", answer.headers);
    }
}

/// Check 21: 20 sign-ins at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn six_of_twenty_sign_ins_at_once_are_heard() {
    let test = Test::new().await;
    let front = Front::start(&test);
    let guess = json!({ "email": "nobody@acme.test", "password": "guessed" });
    let anonymous = front.anonymous(&test);

    let answered = at_once(20, async || anonymous.post("/api/v1/session", guess.clone()).await).await;

    assert_limited(&answered, 1.0, 5);
    assert!(answered.0.iter().filter(|answer| answer.status == 401).count() >= 5, "the real sign-in answered");
    // Looking who is signed in is no try, and the neighbours' tries are their own.
    assert_eq!(anonymous.get("/api/v1/session").await.status, 401);
    let neighbour = front.anonymous_from(&test, [127, 0, 0, 9].into());
    let own = json!({ "email": "neighbour@acme.test", "password": "mistyped" });
    assert_eq!(neighbour.post("/api/v1/session", own).await.status, 401);
    for door in ["session/passkey", "session/second-factor", "session/second-factor/passkey", "password-requests"] {
        let path = format!("/api/v1/{door}");
        let answered = at_once(12, async || anonymous.post(&path, json!({})).await).await.0;
        assert!(answered.iter().any(|answer| answer.status == 429), "{path} is no door that is watched");
    }
}

/// Check 22: 100 requests in a second.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_signed_in_is_counted_alone_and_made_up_sessions_together() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (one, other) = (acme.sign_in(Role::Agent).await, acme.sign_in(Role::Agent).await);
    let front = Front::start(&test);
    let (one, other) = (front.signed_in(&test, &one), front.signed_in(&test, &other));
    let session = async |client: &Client| client.get("/api/v1/session").await;

    let answered = at_once(100, async || session(&one).await).await;
    assert_limited(&answered, 10.0, 20);
    assert!(answered.0.iter().any(|answer| answer.status == 200));
    assert_eq!(session(&other).await.status, 200, "the same office, another person");

    let anonymous = front.anonymous_from(&test, [127, 0, 0, 8].into());
    let answered = at_once(100, async || session(&anonymous).await).await;
    assert_limited(&answered, 10.0, 20);

    let stranger = front.anonymous_from(&test, [127, 0, 0, 7].into());
    let made_up = async || {
        let cookie = format!("__Host-atum_session={}", hex::encode(rand::random::<[u8; 32]>()));
        stranger.header("cookie", &cookie).get("/api/v1/absent").await
    };
    let begun = Instant::now();
    let (mut answers, mut busy) = (vec![], false);
    while !busy {
        assert!(answers.len() < 5_000, "made-up sessions are counted by nobody");
        let more = at_once(200, made_up).await.0;
        busy = more.iter().any(|answer| answer.status == 429);
        answers.extend(more);
    }
    assert_limited(&(answers, begun.elapsed()), 100.0, 400);
}
