use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair},
};
use serde_json::json;

use super::*;

/// RFC 7515, appendix A.2: RS256.
const RSA_TOKEN: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
const RSA_MODULUS: &str = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
/// Appendix A.3: ES256.
const EC_TOKEN: &str = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

fn rsa() -> Value {
    json!({ "kty": "RSA", "n": RSA_MODULUS, "e": "AQAB" })
}

fn ec() -> Value {
    json!({ "kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" })
}

fn set(keys: &[Value]) -> Vec<Key> {
    super::keys(&json!({ "keys": keys }))
}

fn encoded(json: &Value) -> String {
    URL_SAFE_NO_PAD.encode(json.to_string())
}

#[test]
fn the_standard_s_own_examples_hold() {
    for (token, key) in [(RSA_TOKEN, rsa()), (EC_TOKEN, ec())] {
        let payload = verify(token, &set(&[key])).expect("it is signed");
        assert!(payload.starts_with(b"{\"iss\":\"joe\""));
    }
}

#[test]
fn an_edwards_key_signs_too() {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
    let signed = format!("{}.{}", encoded(&json!({ "alg": "EdDSA" })), encoded(&json!({ "a": 1 })));
    let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(pair.sign(signed.as_bytes())));
    let x = URL_SAFE_NO_PAD.encode(pair.public_key());
    assert!(verify(&token, &set(&[json!({ "kty": "OKP", "crv": "Ed25519", "x": x })])).is_ok());
}

#[test]
fn a_changed_byte_anywhere_breaks_it() {
    for at in 0..RSA_TOKEN.len() {
        let mut bytes = RSA_TOKEN.as_bytes().to_vec();
        bytes[at] = if bytes[at] == b'B' { b'C' } else { b'B' };
        let changed = String::from_utf8(bytes).unwrap();
        assert!(verify(&changed, &set(&[rsa()])).is_err(), "byte {at}");
    }
}

/// RFC 8725, sections 2.1 and 3.1.
#[test]
fn a_token_chooses_neither_no_signature_nor_the_public_key_as_a_secret() {
    let payload = RSA_TOKEN.split('.').nth(1).unwrap();
    for algorithm in ["none", "None", "", "HS256", "HS512", "RS1", "rs256"] {
        let signed = format!("{}.{payload}", encoded(&json!({ "alg": algorithm })));
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &URL_SAFE_NO_PAD.decode(RSA_MODULUS).unwrap());
        let signature = URL_SAFE_NO_PAD.encode(ring::hmac::sign(&key, signed.as_bytes()));
        for token in [format!("{signed}."), format!("{signed}.{signature}")] {
            assert_eq!(verify(&token, &set(&[rsa()])), Err(Forged::Algorithm(algorithm.into())));
        }
    }
}

#[test]
fn a_key_serves_its_own_type_name_and_algorithm() {
    let with = |field: &str, value: &str| {
        let mut key = rsa();
        key[field] = json!(value);
        set(&[key])
    };
    assert_eq!(verify(RSA_TOKEN, &with("alg", "PS256")), Err(Forged::UnknownKey));
    assert_eq!(verify(RSA_TOKEN, &with("use", "enc")), Err(Forged::UnknownKey));
    assert!(verify(RSA_TOKEN, &with("use", "sig")).is_ok());
    assert!(verify(RSA_TOKEN, &with("kid", "a")).is_ok(), "a token that names no key is anybody's to try");
    assert_eq!(verify(RSA_TOKEN, &set(&[ec()])), Err(Forged::UnknownKey));
    assert_eq!(verify(RSA_TOKEN, &[]), Err(Forged::UnknownKey));

    let pair = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pair.as_ref(), &SystemRandom::new()).unwrap();
    let point = &pair.public_key().as_ref()[1..];
    let half = |half: &[u8]| URL_SAFE_NO_PAD.encode(half);
    let key = |kid: &str| json!({ "kty": "EC", "crv": "P-256", "kid": kid, "x": half(&point[..32]), "y": half(&point[32..]) });
    let signed = format!("{}.{}", encoded(&json!({ "alg": "ES256", "kid": "new" })), encoded(&json!({})));
    let signature = pair.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
    let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
    assert_eq!(verify(&token, &set(&[key("old")])), Err(Forged::UnknownKey));
    assert!(verify(&token, &set(&[key("old"), key("new")])).is_ok());
    let impostor = json!({ "kty": "EC", "crv": "P-256", "kid": "new", "x": ec()["x"], "y": ec()["y"] });
    assert_eq!(verify(&token, &set(&[impostor])), Err(Forged::Signature));
}

#[test]
fn a_header_that_must_be_understood_is_not() {
    let token = format!("{}.e30.AAAA", encoded(&json!({ "alg": "RS256", "crit": ["b64"] })));
    assert_eq!(verify(&token, &set(&[rsa()])), Err(Forged::Malformed));
    for none in ["", ".", "..", "a.b", "e30.e30.e30", RSA_MODULUS] {
        assert_eq!(verify(none, &set(&[rsa()])), Err(Forged::Malformed), "{none}");
    }
}
