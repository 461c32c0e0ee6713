//! What must not be believed.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};

use super::{Desk, ana, location, provider::Forgery, signed_in};
use crate::{identity::cookie, support::Test};

#[tokio::test]
async fn a_token_that_is_wrong_anywhere_signs_nobody_in() {
    let test = Test::new().await;
    let desk = Desk::new(&test).await;
    let now = test.clock.now().timestamp();
    for claims in [
        json!({ "nonce": "another" }),
        json!({ "nonce": Value::Null }),
        json!({ "aud": "another" }),
        json!({ "aud": ["another", super::CLIENT] }),
        json!({ "azp": "another" }),
        json!({ "iss": "http://127.0.0.1:1" }),
        json!({ "exp": now - 61 }),
        json!({ "iat": now - 3600 }),
        json!({ "sub": Value::Null }),
    ] {
        desk.provider.forges(Forgery { claims: claims.clone(), ..Forgery::default() });
        desk.refused(&desk.come(ana()).await, "unproven");
    }
    desk.provider.forges(Forgery::default());
    desk.come_in(ana()).await;
}

#[tokio::test]
async fn a_token_without_a_real_signature_signs_nobody_in() {
    let test = Test::new().await;
    let desk = Desk::new(&test).await;
    let public = Ed25519KeyPair::from_seed_unchecked(&[1; 32]).unwrap().public_key().as_ref().to_vec();
    for (header, signature) in [
        (json!({ "alg": "none" }), Some(vec![])),
        (json!({ "alg": "none" }), None),
        (json!({ "alg": "HS256" }), Some(public.clone())),
        (json!({ "alg": "RS256" }), None),
        (json!({}), Some(vec![0; 64])),
    ] {
        desk.provider.forges(Forgery { header, signature, ..Forgery::default() });
        desk.refused(&desk.come(ana()).await, "unproven");
    }
}

/// The public key as the secret of an HMAC over the very token: what a confused library takes for a signature.
#[tokio::test]
async fn the_public_key_is_no_secret() {
    let test = Test::new().await;
    let desk = Desk::new(&test).await;
    let (browser, asked) = desk.set_out().await;
    let nonce = asked.query_pairs().find(|(name, _)| name == "nonce").unwrap().1.into_owned();
    let now = test.clock.now().timestamp();
    let mut claims = ana();
    for (name, value) in [("iss", json!(desk.provider.issuer)), ("aud", json!(super::CLIENT)), ("nonce", json!(nonce))]
    {
        claims[name] = value;
    }
    (claims["iat"], claims["exp"]) = (json!(now), json!(now + 300));
    let encoded = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
    // Field for field what the provider will write, so that the signature is over these very bytes.
    let header = json!({ "alg": "HS256", "kid": "1" });
    let public = Ed25519KeyPair::from_seed_unchecked(&[1; 32]).unwrap();
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, public.public_key().as_ref());
    let signed = format!("{}.{}", encoded(&header), encoded(&claims));
    let signature = ring::hmac::sign(&key, signed.as_bytes()).as_ref().to_vec();
    desk.provider.forges(Forgery { header, signature: Some(signature), ..Forgery::default() });
    let code = desk.provider.let_in(&asked, ana());
    desk.refused(&browser.get(&desk.callback(&asked, &code)).await, "unproven");
}

#[tokio::test]
async fn keys_are_rotated_without_a_word_to_us() {
    let test = Test::new().await;
    let desk = Desk::new(&test).await;
    desk.come_in(ana()).await;
    desk.provider.signs_with(2, &[1]);
    desk.refused(&desk.come(ana()).await, "unproven");
    desk.provider.signs_with(2, &[1, 2]);
    desk.come_in(ana()).await;
    desk.provider.signs_with(1, &[2]);
    desk.refused(&desk.come(ana()).await, "unproven");
}

#[tokio::test]
async fn an_answer_is_good_once_in_the_browser_that_asked_and_not_for_long() {
    let test = Test::new().await;
    let desk = Desk::new(&test).await;
    let (browser, asked) = desk.set_out().await;
    let code = desk.provider.let_in(&asked, ana());
    let back = desk.callback(&asked, &code);

    desk.refused(&desk.browser().get(&back).await, "over");
    let (stranger, _) = desk.set_out().await;
    desk.refused(&stranger.get(&back).await, "over");
    let other_state = back.replace("state=", "state=x");
    desk.refused(&browser.get(&other_state).await, "over");
    signed_in(&browser, &browser.get(&back).await);
    desk.refused(&browser.get(&back).await, "over");

    let (slow, asked) = desk.set_out().await;
    let code = desk.provider.let_in(&asked, ana());
    test.clock.set(test.clock.now() + TimeDelta::minutes(10));
    desk.refused(&slow.get(&desk.callback(&asked, &code)).await, "over");
}

#[tokio::test]
async fn a_code_of_another_attempt_is_none_of_this_one() {
    let test = Test::new().await;
    let desk = Desk::new(&test).await;
    let (_, attacker) = desk.set_out().await;
    let injected = desk.provider.let_in(&attacker, ana());
    let (victim, asked) = desk.set_out().await;
    // PKCE: the code was asked for with another verifier.
    desk.refused(&victim.get(&desk.callback(&asked, &injected)).await, "unproven");
}

#[tokio::test]
async fn an_answer_of_another_issuer_or_for_another_organization_is_none() {
    let test = Test::new().await;
    let desk = Desk::new(&test).await;
    let other = Desk::with(&test, "globex", json!({})).await;
    let (browser, asked) = desk.set_out().await;
    let code = desk.provider.let_in(&asked, ana());
    let mixed = desk.callback(&asked, &code).replace(&encoded(&desk.provider.issuer), &encoded(&other.provider.issuer));
    desk.refused(&browser.get(&mixed).await, "unproven");

    let (browser, asked) = desk.set_out().await;
    let code = desk.provider.let_in(&asked, ana());
    let unnamed = desk.callback(&asked, &code).split("&iss=").next().unwrap().to_owned();
    desk.refused(&browser.get(&unnamed).await, "unproven");

    let (browser, asked) = desk.set_out().await;
    let code = desk.provider.let_in(&asked, ana());
    let elsewhere = desk.callback(&asked, &code).replace("/acme/", "/globex/");
    other.refused(&browser.get(&elsewhere).await, "over");
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[tokio::test]
async fn a_provider_that_is_down_or_strange_is_told_and_nothing_waits_for_it() {
    let test = Test::new().await;
    let desk = Desk::new(&test).await;
    let start = desk.at("start");
    for about in [
        json!({ "issuer": "http://127.0.0.1:1" }),
        json!({ "token_endpoint": "file:///etc/passwd" }),
        json!({ "jwks_uri": "http://192.0.2.1/keys" }),
        json!({ "authorization_endpoint": "javascript:alert(1)" }),
        json!({ "token_endpoint": Value::Null }),
    ] {
        desk.provider.says_of_itself(about.clone());
        assert_eq!(location(&desk.browser().get(&start).await), "/sign-in/acme?refused=unreachable", "{about}");
    }
    desk.provider.says_of_itself(json!({}));
    desk.provider.pads_its_documents(300 * 1024);
    desk.refused(&desk.browser().get(&start).await, "unreachable");
    desk.provider.pads_its_documents(0);
    desk.provider.says_of_itself(json!({ "jwks_uri": format!("{}/moved", desk.provider.issuer) }));
    desk.refused(&desk.come(ana()).await, "unreachable");

    let nobody = json!({ "issuer": "http://127.0.0.1:1" });
    desk.set(1, nobody).await.expect(200);
    desk.refused(&desk.browser().get(&start).await, "unreachable");
}

#[tokio::test]
async fn whoever_declines_at_the_provider_is_back_at_the_door() {
    let test = Test::new().await;
    let desk = Desk::new(&test).await;
    let (browser, asked) = desk.set_out().await;
    let back = desk.callback(&asked, "").replace("code=", "error=access_denied&code=");
    desk.refused(&browser.get(&back).await, "declined");
}

#[tokio::test]
async fn userinfo_is_believed_about_the_same_subject_and_never_against_the_token() {
    let test = Test::new().await;
    let desk = Desk::new(&test).await;
    desk.provider.tells_more(json!({ "sub": "ben-1" }));
    desk.refused(&desk.come(ana()).await, "unproven");
    desk.provider.tells_more(json!({ "email": "ceo@acme.example", "name": "Ana from there" }));
    let claims = json!({ "sub": "ana-1", "email": "ana@acme.example", "email_verified": true, "groups": ["desk"] });
    let (_, session) = desk.come_in(claims).await;
    assert_eq!((&session["email"], &session["person"]["name"]), (&json!("ana@acme.example"), &json!("Ana from there")));
}

#[tokio::test]
async fn the_way_back_stays_here() {
    let test = Test::new().await;
    let desk = Desk::new(&test).await;
    for (next, expected) in [
        ("%2Fdesk%2Ftickets%2F7", "/desk/tickets/7"),
        ("https%3A%2F%2Fevil.example", "/desk"),
        ("%2F%2Fevil.example", "/desk"),
        ("%2F%5Cevil.example", "/desk"),
    ] {
        let (browser, asked) = desk.set_out_from(&desk.browser(), &format!("start?next={next}")).await;
        let code = desk.provider.let_in(&asked, ana());
        assert_eq!(location(&browser.get(&desk.callback(&asked, &code)).await), expected);
    }
    let (browser, asked) = desk.set_out_from(&desk.browser(), "start?next=%2Fdesk").await;
    let code = desk.provider.let_in(&asked, super::ana_with(json!({ "groups": [] })));
    let answer = browser.get(&desk.callback(&asked, &code)).await;
    assert_eq!(location(&answer), "/portal", "a customer is not sent to the desk");
    assert!(cookie(&answer, "atum_session").is_some());
}
