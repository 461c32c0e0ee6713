//! Answers of authenticators, to a question that is always the same.

use atum_core::{
    extract,
    ids::{AccountId, PasskeyId},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use passki::{AuthenticationOptions, AuthenticationState, RegistrationOptions, RegistrationState};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    add_passkey::{NewPasskey, hold},
    passkey::Passkey,
    passkey_proof::{PasskeyAnswer, verified},
    relying_party::RelyingParty,
};

const CHALLENGE: [u8; 32] = [7; 32];
const CREDENTIAL: [u8; 16] = [9; 16];

/// The place, the question and a passkey whose private half nobody has.
pub struct Passkeys {
    place: RelyingParty,
    asked: AuthenticationState,
    wanted: RegistrationState,
    passkey: Passkey,
}

impl Default for Passkeys {
    fn default() -> Self {
        let place = RelyingParty { id: "desk.example".into(), origin: "https://desk.example".into() };
        let webauthn = place.webauthn();
        let (_, mut asked) =
            webauthn.start_passkey_authentication(&[], AuthenticationOptions::default()).expect("a question");
        let (_, mut wanted) = webauthn
            .start_passkey_registration(&[1; 16], "ana", "ana", RegistrationOptions::default())
            .expect("a question");
        asked.challenge = CHALLENGE.to_vec();
        wanted.challenge = CHALLENGE.to_vec();
        Self { place, asked, wanted, passkey: passkey() }
    }
}

/// The base point of P-256 as a public key (its private half is 1, which no signature here is made with).
fn passkey() -> Passkey {
    let point = hex::decode(
        "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296\
         4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
    );
    let point = point.expect("a point");
    let (x, y) = point.split_at(32);
    let public_key = [b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20".as_slice(), x, b"\x22\x58\x20", y].concat();
    Passkey {
        id: PasskeyId::new(),
        account_id: AccountId::new(),
        credential_id: CREDENTIAL.to_vec(),
        public_key,
        algorithm: -7,
        sign_count: 0,
        backup_eligible: false,
        suspected_at: None,
        transports: vec![],
    }
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn client_data(kind: &str) -> String {
    let data = json!({ "type": kind, "challenge": encoded(&CHALLENGE), "origin": "https://desk.example" });
    encoded(data.to_string().as_bytes())
}

/// Attestation without a statement, of a passkey with this public key (COSE), for our place, with our credential's id.
pub fn attested(flags: u8, public_key: &[u8]) -> Vec<u8> {
    let place = Sha256::digest(b"desk.example");
    let length = u16::try_from(CREDENTIAL.len()).expect("short").to_be_bytes();
    let data = [&place[..], &[flags], &[0; 4], &[0; 16], &length, &CREDENTIAL, public_key].concat();
    let length = u16::try_from(data.len()).unwrap_or(u16::MAX).to_be_bytes();
    [b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59".as_slice(), &length, &data].concat()
}

impl Passkeys {
    /// Whether a body is taken for a signature of the passkey.
    pub fn signed_in(&self, body: &[u8]) -> bool {
        let read = extract::read::<PasskeyAnswer>(body);
        read.is_ok_and(|answer| verified(&self.place, &self.asked, &self.passkey, &answer.credential).is_ok())
    }

    /// The same with all that is no secret as it should be.
    pub fn signed(&self, data: &[u8], signature: &[u8], user_handle: Option<&str>) -> bool {
        let place = Sha256::digest(b"desk.example");
        let response = json!({
            "clientDataJSON": client_data("webauthn.get"),
            "authenticatorData": encoded(&[&place[..], data].concat()),
            "signature": encoded(signature), "userHandle": user_handle,
        });
        self.signed_in(&body(&response))
    }

    /// Length of the credential's id, and the algorithm, of a new passkey that would be kept.
    pub fn added(&self, body: &[u8]) -> Option<(usize, i32)> {
        let new = extract::read::<NewPasskey>(body).ok()?;
        let stored = hold(&self.place, &new, &self.wanted).ok()?;
        Some((stored.credential_id.len(), stored.algorithm))
    }

    pub fn attested(&self, attestation: &[u8]) -> Option<(usize, i32)> {
        let attestation = encoded(attestation);
        let response = json!({ "clientDataJSON": client_data("webauthn.create"), "attestationObject": attestation });
        self.added(&body(&response))
    }
}

fn body(response: &Value) -> Vec<u8> {
    let credential = json!({ "id": encoded(&CREDENTIAL), "rawId": encoded(&CREDENTIAL), "type": "public-key",
        "response": response, "clientExtensionResults": {} });
    json!({ "ceremony": "c", "name": "Key", "credential": credential }).to_string().into_bytes()
}
