//! Signatures of a provider's tokens (RFC 7515, 7518, 8037) against its published keys (RFC 7517).
//!
//! Only algorithms with a private half are known here: `none` and the HS family, with which whoever knows the public key
//! could sign, do not exist. A key serves the algorithms of its own type alone, whatever the token's header says.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512,
    RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey, VerificationAlgorithm,
};
use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, PartialEq, thiserror::Error)]
pub(super) enum Forged {
    #[error("it is no signed token")]
    Malformed,
    #[error("it is signed with {0:?}, which is not accepted")]
    Algorithm(String),
    #[error("none of the provider's keys is meant for it")]
    UnknownKey,
    #[error("its signature is wrong")]
    Signature,
}

/// One public key of the provider. What is missing or strange makes it fit nothing.
#[derive(Debug, Deserialize)]
pub(super) struct Key {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

/// The keys of a key set that can be read; others are of kinds that are not known here.
pub(super) fn keys(set: &Value) -> Vec<Key> {
    let all = set["keys"].as_array().map_or(&[][..], Vec::as_slice);
    all.iter().filter_map(|key| serde_json::from_value(key.clone()).ok()).filter(Key::can_verify).collect()
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<Value>,
}

enum Method {
    Rsa(&'static RsaParameters),
    Curve(&'static str, &'static dyn VerificationAlgorithm),
}

fn method(algorithm: &str) -> Option<Method> {
    Some(match algorithm {
        "RS256" => Method::Rsa(&RSA_PKCS1_2048_8192_SHA256),
        "RS384" => Method::Rsa(&RSA_PKCS1_2048_8192_SHA384),
        "RS512" => Method::Rsa(&RSA_PKCS1_2048_8192_SHA512),
        "PS256" => Method::Rsa(&RSA_PSS_2048_8192_SHA256),
        "PS384" => Method::Rsa(&RSA_PSS_2048_8192_SHA384),
        "PS512" => Method::Rsa(&RSA_PSS_2048_8192_SHA512),
        "ES256" => Method::Curve("P-256", &ECDSA_P256_SHA256_FIXED),
        "ES384" => Method::Curve("P-384", &ECDSA_P384_SHA384_FIXED),
        "EdDSA" | "Ed25519" => Method::Curve("Ed25519", &ED25519),
        _ => return None,
    })
}

/// The payload of a token that one of these keys signed.
pub(super) fn verify(token: &str, keys: &[Key]) -> Result<Vec<u8>, Forged> {
    let (signed, signature) = token.rsplit_once('.').ok_or(Forged::Malformed)?;
    let (header, payload) = signed.split_once('.').ok_or(Forged::Malformed)?;
    let header: Header = serde_json::from_slice(&decoded(header)?).map_err(|_| Forged::Malformed)?;
    let Some(method) = method(&header.alg) else { return Err(Forged::Algorithm(header.alg)) };
    if header.crit.is_some() {
        return Err(Forged::Malformed);
    }
    let signature = decoded(signature)?;
    let mut fitting = keys.iter().filter(|key| key.fits(&header, &method)).peekable();
    fitting.peek().ok_or(Forged::UnknownKey)?;
    if fitting.any(|key| key.signed(&method, signed.as_bytes(), &signature)) {
        decoded(payload)
    } else {
        Err(Forged::Signature)
    }
}

fn decoded(part: &str) -> Result<Vec<u8>, Forged> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| Forged::Malformed)
}

impl Key {
    fn can_verify(&self) -> bool {
        self.usage.as_deref().is_none_or(|usage| usage == "sig")
            && self.alg.as_deref().is_none_or(|algorithm| method(algorithm).is_some())
            && matches!(self.kty.as_str(), "RSA" | "EC" | "OKP")
    }

    /// Meant for this token: by its name where the token names one, and by its type in any case.
    fn fits(&self, header: &Header, method: &Method) -> bool {
        let named = header.kid.is_none() || header.kid == self.kid;
        let algorithm = self.alg.as_ref().is_none_or(|algorithm| *algorithm == header.alg);
        let kind = match method {
            Method::Rsa(_) => self.kty == "RSA",
            Method::Curve("Ed25519", _) => self.kty == "OKP" && self.crv.as_deref() == Some("Ed25519"),
            Method::Curve(curve, _) => self.kty == "EC" && self.crv.as_deref() == Some(*curve),
        };
        named && algorithm && kind
    }

    fn signed(&self, method: &Method, message: &[u8], signature: &[u8]) -> bool {
        let part = |text: &Option<String>| text.as_deref().and_then(|text| decoded(text).ok()).unwrap_or_default();
        match method {
            Method::Rsa(parameters) => {
                let key = RsaPublicKeyComponents { n: part(&self.n), e: part(&self.e) };
                key.verify(parameters, message, signature).is_ok()
            }
            Method::Curve(curve, algorithm) => {
                // SEC 1, 2.3.3: an uncompressed point begins with 4. An Edwards key is its x alone.
                let point =
                    if *curve == "Ed25519" { part(&self.x) } else { [vec![4], part(&self.x), part(&self.y)].concat() };
                UnparsedPublicKey::new(*algorithm, point).verify(message, signature).is_ok()
            }
        }
    }
}

#[cfg(test)]
#[path = "signature_tests.rs"]
mod tests;
