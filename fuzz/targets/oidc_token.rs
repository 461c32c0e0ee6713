//! An ID token and a key set: with a key that is somebody else's nothing is taken, whatever the token's header says.

#![no_main]

use atum_identity::fuzzing::single_sign_on::subject;
use chrono::DateTime;

/// Public keys of which nobody here has the private half (RFC 7515, appendix A.3; RFC 8037, appendix A.2).
const THEIRS: &[u8] = br#"{"keys":[
  {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},
  {"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;

libfuzzer_sys::fuzz_target!(|given: (&str, &[u8], &[u8], &[u8], u32)| {
    let (token, keys, payload, signature, second) = given;
    let now = DateTime::from_timestamp(second.into(), 0).expect("a time");
    let _ = subject(token, keys, now);
    assert_eq!(subject(token, THEIRS, now), None, "a signature out of nothing");
    for algorithm in ["none", "HS256", "RS256", "PS512", "ES256", "ES384", "EdDSA", ""] {
        let header = encoded(format!(r#"{{"alg":"{algorithm}"}}"#).as_bytes());
        let token = format!("{header}.{}.{}", encoded(payload), encoded(signature));
        let _ = subject(&token, keys, now);
        assert_eq!(subject(&token, THEIRS, now), None, "a signature out of nothing");
    }
});

/// RFC 4648 §5, without padding.
fn encoded(bytes: &[u8]) -> String {
    let letter =
        |six: u32| char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[six as usize]);
    let group = |bytes: &[u8]| {
        let bits = bytes.iter().chain(&[0, 0]).take(3).fold(0, |bits, byte| bits << 8 | u32::from(*byte));
        (0..=bytes.len()).map(move |nth| letter(bits >> (18 - 6 * nth) & 63)).collect::<String>()
    };
    bytes.chunks(3).map(group).collect()
}
