use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::json;

use super::*;

const NOW: i64 = 1_795_000_000;

fn read_with(changes: Value) -> Result<String, Untrue> {
    let mut claims = json!({
        "iss": "https://id.example", "aud": "atum", "sub": "248289761001", "nonce": "n", "iat": NOW, "exp": NOW + 300,
    });
    for (name, value) in changes.as_object().expect("an object") {
        claims[name] = value.clone();
    }
    claims.as_object_mut().expect("an object").retain(|_, value| !value.is_null());
    let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
    let encoded = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let signed = format!("{}.{}", encoded(br#"{"alg":"EdDSA"}"#), encoded(claims.to_string().as_bytes()));
    let token = format!("{signed}.{}", encoded(pair.sign(signed.as_bytes()).as_ref()));
    let key = json!({ "kty": "OKP", "crv": "Ed25519", "x": encoded(pair.public_key().as_ref()) });
    let keys = signature::keys(&json!({ "keys": [key] }));
    let now = DateTime::from_timestamp(NOW, 0).unwrap();
    read(&token, &keys, &Expected { issuer: "https://id.example", client_id: "atum", nonce: "n", now })
        .map(|(sub, _)| sub)
}

#[test]
fn a_token_that_says_what_it_must_gives_its_subject() {
    for same in [
        json!({}),
        json!({ "aud": ["atum"] }),
        json!({ "aud": ["atum", "other"], "azp": "atum" }),
        json!({ "azp": "atum" }),
        json!({ "exp": NOW - 59 }),
        json!({ "iat": NOW + 60 }),
        json!({ "iat": NOW - 600 }),
        json!({ "exp": NOW as f64 + 0.5 }),
        json!({ "nbf": NOW + 60 }),
    ] {
        assert_eq!(read_with(same.clone()), Ok("248289761001".into()), "{same}");
    }
}

#[test]
fn every_other_is_refused_by_the_claim_that_is_wrong() {
    for (changed, claim) in [
        (json!({ "iss": "https://id.example/" }), "iss"),
        (json!({ "iss": null }), "iss"),
        (json!({ "aud": "other" }), "aud"),
        (json!({ "aud": [] }), "aud"),
        (json!({ "aud": null }), "aud"),
        (json!({ "aud": ["atum", "other"] }), "azp"),
        (json!({ "azp": "other" }), "azp"),
        (json!({ "nonce": "m" }), "nonce"),
        (json!({ "nonce": null }), "nonce"),
        (json!({ "exp": NOW - 60 }), "exp"),
        (json!({ "exp": null }), "exp"),
        (json!({ "exp": "later" }), "exp"),
        (json!({ "exp": i64::MIN }), "exp"),
        (json!({ "iat": NOW + 61 }), "iat"),
        (json!({ "iat": NOW - 601 }), "iat"),
        (json!({ "iat": i64::MAX }), "iat"),
        (json!({ "iat": null }), "iat"),
        (json!({ "nbf": NOW + 61 }), "nbf"),
        (json!({ "sub": "" }), "sub"),
        (json!({ "sub": null }), "sub"),
        (json!({ "sub": 7 }), "sub"),
        (json!({ "sub": "a".repeat(256) }), "sub"),
    ] {
        assert_eq!(read_with(changed.clone()), Err(Untrue::Claim(claim)), "{changed}");
    }
}
