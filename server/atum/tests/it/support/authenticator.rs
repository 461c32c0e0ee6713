//! An authenticator in software: makes the very objects that a browser hands on from a telephone or a security key
//! (WebAuthn Level 3, §6). Its fields are open, so that a test can let it lie.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const USER_PRESENT: u8 = 0x01;
pub const USER_VERIFIED: u8 = 0x04;
pub const BACKUP_ELIGIBLE: u8 = 0x08;
const ATTESTED: u8 = 0x40;

/// One passkey in it.
pub struct Authenticator {
    pub key: EcdsaKeyPair,
    pub credential_id: Vec<u8>,
    pub user_handle: Option<Vec<u8>>,
    pub origin: String,
    pub rp_id: String,
    pub flags: u8,
    /// Of the latest answer; 0 for ever where it does not count.
    pub sign_count: u32,
}

impl Authenticator {
    /// One that is about to be asked for a passkey by the server at this origin.
    pub fn at(origin: &str) -> Self {
        let random = SystemRandom::new();
        let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).expect("a key");
        Self {
            key: EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, key.as_ref(), &random).expect("a key"),
            credential_id: rand::random::<[u8; 32]>().to_vec(),
            user_handle: None,
            origin: origin.to_owned(),
            rp_id: String::new(),
            flags: USER_PRESENT | USER_VERIFIED,
            sign_count: 0,
        }
    }

    /// `navigator.credentials.create`.
    pub fn create(&mut self, question: &Value) -> Value {
        let options = &question["options"];
        self.rp_id = options["rp"]["id"].as_str().expect("a domain").to_owned();
        self.user_handle = Some(decode(&options["user"]["id"]));
        let client_data = self.client_data("webauthn.create", options);
        json!({
            "id": encode(&self.credential_id), "rawId": encode(&self.credential_id), "type": "public-key",
            "clientExtensionResults": {}, "authenticatorAttachment": "platform",
            "response": {
                "clientDataJSON": encode(&client_data),
                "attestationObject": encode(&self.attestation()),
                "transports": ["internal"],
            },
        })
    }

    /// `navigator.credentials.get`.
    pub fn get(&mut self, question: &Value) -> Value {
        let client_data = self.client_data("webauthn.get", &question["options"]);
        let data = self.data(self.flags);
        let signed = [data.as_slice(), &Sha256::digest(&client_data)].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).expect("a signature");
        json!({
            "id": encode(&self.credential_id), "rawId": encode(&self.credential_id), "type": "public-key",
            "clientExtensionResults": {}, "authenticatorAttachment": "platform",
            "response": {
                "clientDataJSON": encode(&client_data),
                "authenticatorData": encode(&data),
                "signature": encode(signature.as_ref()),
                "userHandle": self.user_handle.as_deref().map(encode),
            },
        })
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        json!({ "type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": false })
            .to_string()
            .into_bytes()
    }

    /// Authenticator data, §6.1: hash of the domain, flags, count.
    fn data(&self, flags: u8) -> Vec<u8> {
        [&Sha256::digest(self.rp_id.as_bytes())[..], &[flags], &self.sign_count.to_be_bytes()].concat()
    }

    /// §6.5.4, in CBOR by hand: no statement, and the key as COSE writes it (RFC 9053, §7.1).
    fn attestation(&self) -> Vec<u8> {
        let (x, y) = self.key.public_key().as_ref()[1..].split_at(32);
        let key = [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32][..], x, &[0x22, 0x58, 32], y].concat();
        let length = u16::try_from(self.credential_id.len()).expect("a short id").to_be_bytes();
        let data =
            [&self.data(self.flags | ATTESTED), &[0; 16][..], &length, &self.credential_id, key.as_slice()].concat();
        let size = u8::try_from(data.len()).expect("below 256");
        [b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".as_slice(), &[size], &data].concat()
    }
}

pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decode(text: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text.as_str().expect("text")).expect("base64url")
}
