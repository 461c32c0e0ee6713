//! What must not sign in. Whatever is wrong, the refusal is the same.

use atum_core::caller::Role;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{
    PASSWORD, account, cookie, keep,
    passkey::{
        MARIA, ORIGIN, add, answer, ask, ask_second, browser, enrolled, give_second, half_signed_in, kinds, maria,
    },
    sign_in,
};
use crate::support::{
    Answer, Test,
    authenticator::{Authenticator, BACKUP_ELIGIBLE, USER_VERIFIED, encode},
};

/// The refusal without what names the request: the same every time, byte for byte.
#[track_caller]
fn refused(answer: &Answer) {
    let mut problem = answer.problem("passkey-refused");
    problem.as_object_mut().unwrap().remove("instance");
    let expected =
        json!({ "type": "/problems/passkey-refused", "title": "This passkey was not accepted", "status": 401 });
    assert_eq!(problem, expected);
    assert_eq!(cookie(answer, "atum_session"), None);
}

type Lie = (&'static str, fn(&mut Authenticator));

#[tokio::test]
async fn an_authenticator_that_lies_is_refused() {
    let test = Test::new().await;
    let home = maria(&test, Role::Agent).await;
    let stranger = browser(&test);
    let mut telephone = enrolled(&home).await;
    let lies: [Lie; 7] = [
        ("another origin", |it| it.origin = "http://localhost:8001".into()),
        ("an origin that begins alike", |it| it.origin = "http://localhost:8000.evil.example".into()),
        ("another domain", |it| it.rp_id = "desk.example".into()),
        ("nobody verified", |it| it.flags &= !USER_VERIFIED),
        ("whether it can be copied", |it| it.flags |= BACKUP_ELIGIBLE),
        ("another account's handle", |it| it.user_handle = Some(vec![7; 16])),
        ("no handle", |it| it.user_handle = None),
    ];
    for (lie, tell) in lies {
        let mut liar = Authenticator::at(ORIGIN);
        std::mem::swap(&mut liar, &mut telephone);
        let truth = (liar.origin.clone(), liar.rp_id.clone(), liar.flags, liar.user_handle.clone());
        let question = ask(&stranger).await;
        tell(&mut liar);
        let told = liar.get(&question);
        println!("{lie}");
        refused(&answer(&stranger, &question, told).await);
        (liar.origin, liar.rp_id, liar.flags, liar.user_handle) = truth;
        telephone = liar;
    }
    let question = ask(&stranger).await;
    answer(&stranger, &question, telephone.get(&question)).await.expect(200);
    let failed = kinds(&test).await.iter().filter(|kind| *kind == "passkey_failed").count();
    assert_eq!(failed, lies.len());
}

#[tokio::test]
async fn a_question_is_answered_once_in_time_and_as_it_was_asked() {
    let test = Test::new().await;
    let home = maria(&test, Role::Agent).await;
    let mut telephone = enrolled(&home).await;
    let stranger = browser(&test);

    let question = ask(&stranger).await;
    let signed = telephone.get(&question);
    answer(&stranger, &question, signed.clone()).await.expect(200);
    refused(&answer(&stranger, &question, signed.clone()).await);
    // The recorded answer to a new question.
    refused(&answer(&stranger, &ask(&stranger).await, signed).await);
    // A question that was made up.
    let mut made_up = ask(&stranger).await;
    made_up["options"]["challenge"] = json!(encode(&[7; 32]));
    refused(&answer(&stranger, &made_up, telephone.get(&made_up)).await);
    made_up["ceremony"] = json!(encode(&[7; 32]));
    refused(&answer(&stranger, &made_up, telephone.get(&made_up)).await);
    // One that failed is used up.
    let question = ask(&stranger).await;
    let mut wrong = telephone.get(&question);
    wrong["response"]["signature"] = json!(encode(b"no signature"));
    refused(&answer(&stranger, &question, wrong).await);
    refused(&answer(&stranger, &question, telephone.get(&question)).await);
    let late = ask(&stranger).await;
    test.clock.set(test.clock.now() + TimeDelta::minutes(5));
    refused(&answer(&stranger, &late, telephone.get(&late)).await);
}

#[tokio::test]
async fn a_credential_that_is_unknown_removed_or_anothers_is_refused() {
    let test = Test::new().await;
    let home = maria(&test, Role::Agent).await;
    let mut telephone = enrolled(&home).await;
    account(&test, "acme", "ben@acme.example", Role::Agent).await;
    let ben = keep(&browser(&test), &sign_in(&browser(&test), "ben@acme.example", PASSWORD).await);
    let mut bens = enrolled(&ben).await;
    let stranger = browser(&test);

    let mut unknown = Authenticator::at(ORIGIN);
    (unknown.rp_id, unknown.user_handle) = (telephone.rp_id.clone(), telephone.user_handle.clone());
    let question = ask(&stranger).await;
    refused(&answer(&stranger, &question, unknown.get(&question)).await);
    // Ben's key under Maria's name, with either id.
    let question = ask(&stranger).await;
    let himself = bens.user_handle.clone();
    bens.user_handle.clone_from(&telephone.user_handle);
    refused(&answer(&stranger, &question, bens.get(&question)).await);
    let question = ask(&stranger).await;
    let own = std::mem::replace(&mut bens.credential_id, telephone.credential_id.clone());
    refused(&answer(&stranger, &question, bens.get(&question)).await);
    (bens.credential_id, bens.user_handle) = (own, himself);
    // After Maria's password, Ben's passkey, and a question that was asked of somebody else.
    let half = half_signed_in(&test).await;
    let question = ask_second(&half).await;
    let problem = give_second(&half, &question, bens.get(&question)).await.problem("validation");
    assert_eq!(problem["errors"][0]["pointer"], "#/passkey");
    let anybodys = ask(&stranger).await;
    give_second(&half, &anybodys, telephone.get(&anybodys)).await.problem("validation");
    let marias = ask_second(&half).await;
    refused(&answer(&stranger, &marias, telephone.get(&marias)).await);
}

#[tokio::test]
async fn a_count_that_goes_backwards_brings_the_passkey_under_suspicion() {
    let test = Test::new().await;
    let home = maria(&test, Role::Agent).await;
    let counting = Authenticator { sign_count: 5, ..Authenticator::at(ORIGIN) };
    let (mut key, _) = add(&home, counting).await;
    let stranger = browser(&test);
    let mut with_count = async |count, valid: bool| {
        key.sign_count = count;
        let question = ask(&stranger).await;
        let mut signed = key.get(&question);
        if !valid {
            signed["response"]["signature"] = json!(encode(b"no signature"));
        }
        answer(&stranger, &question, signed).await
    };
    with_count(6, true).await.expect(200);
    refused(&with_count(1, false).await);
    with_count(7, true).await.expect(200);
    refused(&with_count(7, true).await);
    refused(&with_count(8, true).await);

    let listed = home.get("/api/v1/profile/passkeys").await.expect(200);
    assert!(listed["passkeys"][0]["suspected_at"].is_string(), "{listed}");
    let kinds = kinds(&test).await;
    let suspected = kinds.iter().filter(|kind| *kind == "passkey_suspected").count();
    assert_eq!(suspected, 1, "{kinds:?}");
    // It stays a second factor that the password alone does not get around.
    sign_in(&stranger, MARIA, PASSWORD).await.problem("second-factor-needed");
}

#[tokio::test]
async fn who_is_disabled_or_belongs_nowhere_does_not_get_in() {
    let test = Test::new().await;
    let home = maria(&test, Role::Agent).await;
    let mut telephone = enrolled(&home).await;
    let stranger = browser(&test);
    atum_identity::disable_account(&test.app, MARIA).await.unwrap();
    let question = ask(&stranger).await;
    refused(&answer(&stranger, &question, telephone.get(&question)).await);
    atum_identity::enable_account(&test.app, MARIA).await.unwrap();
    let question = ask(&stranger).await;
    answer(&stranger, &question, telephone.get(&question)).await.expect(200);

    sqlx::query("update identity.membership set active = false").execute(&mut test.superuser().await).await.unwrap();

    let question = ask(&stranger).await;
    let answer = answer(&stranger, &question, telephone.get(&question)).await;
    answer.problem("forbidden");
    assert_eq!(cookie(&answer, "atum_session"), None);
}

#[tokio::test]
async fn a_flood_of_answers_is_slowed_and_does_not_stop_a_known_browser() {
    let test = Test::new().await;
    let home = maria(&test, Role::Agent).await;
    let mut telephone = enrolled(&home).await;
    let stranger = browser(&test);
    let nothing = || {
        json!({ "ceremony": "x", "credential": { "rawId": "", "response": {
        "clientDataJSON": "", "authenticatorData": "", "signature": "" } } })
    };
    for _ in 0..51 {
        refused(&stranger.post("/api/v1/session/passkey", nothing()).await);
    }
    let flooded = stranger.post("/api/v1/session/passkey", nothing()).await;
    flooded.problem("too-many-requests");
    assert_eq!(flooded.header("retry-after"), Some("1"));
    let question = ask(&home).await;
    answer(&home, &question, telephone.get(&question)).await.expect(200);
    let question = ask(&stranger).await;
    answer(&stranger.calling_from([198, 51, 100, 1]), &question, telephone.get(&question)).await.expect(200);
}

#[tokio::test]
async fn passkeys_share_the_slowness_of_codes_after_a_password() {
    let test = Test::new().await;
    let home = maria(&test, Role::Agent).await;
    let mut telephone = enrolled(&home).await;
    for _ in 0..6 {
        let half = half_signed_in(&test).await;
        let question = ask_second(&half).await;
        let mut wrong = telephone.get(&question);
        wrong["response"]["signature"] = json!(encode(b"no signature"));
        give_second(&half, &question, wrong).await.problem("validation");
    }
    let half = half_signed_in(&test).await;
    half.post("/api/v1/session/second-factor", json!({ "code": "abcdef" })).await.problem("too-many-requests");
    let failed: i64 = sqlx::query_scalar("select count(*) from identity.event where kind = 'second_factor_failed'")
        .fetch_one(&mut test.superuser().await)
        .await
        .unwrap();
    assert_eq!(failed, 6);
}

#[tokio::test]
async fn what_was_not_asked_for_is_not_added() {
    let test = Test::new().await;
    let home = maria(&test, Role::Agent).await;
    let begin = async |browser: &crate::support::Client| {
        let password = json!({ "current_password": PASSWORD });
        browser.post("/api/v1/profile/passkeys/challenge", password).await.expect(200)
    };
    let give = async |question: &Value, credential: Value| {
        let new = json!({ "ceremony": question["ceremony"], "name": "Key", "credential": credential });
        home.post("/api/v1/profile/passkeys", new).await
    };
    let wrong = json!({ "current_password": "plum-kettle-orbit-20" });
    let problem = home.post("/api/v1/profile/passkeys/challenge", wrong).await.problem("validation");
    assert_eq!(problem["errors"][0]["pointer"], "#/current_password");
    let refused = |answer: &Answer| {
        let problem = answer.problem("validation");
        assert_eq!(
            problem["errors"][0],
            json!({
                "pointer": "#/credential", "code": "refused", "detail": problem["errors"][0]["detail"],
            })
        );
    };

    let question = begin(&home).await;
    refused(
        &give(
            &question,
            Authenticator { origin: "http://evil.example".into(), ..Authenticator::at(ORIGIN) }.create(&question),
        )
        .await,
    );
    refused(&give(&question, Authenticator::at(ORIGIN).create(&question)).await);
    let question = begin(&home).await;
    refused(&give(&question, Authenticator { flags: 0x01, ..Authenticator::at(ORIGIN) }.create(&question)).await);
    let mut question = begin(&home).await;
    question["options"]["rp"]["id"] = json!("desk.example");
    refused(&give(&question, Authenticator::at(ORIGIN).create(&question)).await);
    let question = begin(&home).await;
    test.clock.set(test.clock.now() + TimeDelta::minutes(5));
    refused(&give(&question, Authenticator::at(ORIGIN).create(&question)).await);
    // Begun in another session of the same account.
    let elsewhere = keep(&browser(&test), &sign_in(&browser(&test), MARIA, PASSWORD).await);
    let question = begin(&elsewhere).await;
    refused(&give(&question, Authenticator::at(ORIGIN).create(&question)).await);
    // An assertion's question is none for a registration.
    let question = ask(&home).await;
    refused(
        &give(&question, json!({ "rawId": "", "response": { "clientDataJSON": "", "attestationObject": "" } })).await,
    );
    assert_eq!(home.get("/api/v1/profile/passkeys").await.expect(200)["passkeys"], json!([]));

    let mut telephone = enrolled(&home).await;
    account(&test, "acme", "ben@acme.example", Role::Agent).await;
    let ben = keep(&browser(&test), &sign_in(&browser(&test), "ben@acme.example", PASSWORD).await);
    let question = begin(&ben).await;
    let new = json!({ "ceremony": question["ceremony"], "name": "Key", "credential": telephone.create(&question) });
    let problem = ben.post("/api/v1/profile/passkeys", new).await.problem("validation");
    assert_eq!(problem["errors"][0]["code"], "taken");
}
