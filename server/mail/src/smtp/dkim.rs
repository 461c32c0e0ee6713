//! Signing of mail by DKIM (RFC 6376), for where we hand over to servers that do not sign themselves.

use anyhow::{Context, bail};
use base64::{Engine, engine::general_purpose::STANDARD};
use ring::{
    rand::SystemRandom,
    signature::{Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair},
};
use sha2::{Digest, Sha256};

/// RSA of 2,048 bits (RFC 6376) or Ed25519 (RFC 8463).
pub enum DkimKey {
    Rsa(Box<RsaKeyPair>),
    Ed25519(Ed25519KeyPair),
}

pub struct Signer {
    pub domain: String,
    pub selector: String,
    pub key: DkimKey,
}

/// What a mail must not be changed in afterwards. Those that are absent are signed as absent where adding one would
/// change what people see.
const SIGNED: [&str; 14] = [
    "from",
    "reply-to",
    "to",
    "cc",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "auto-submitted",
    "list-unsubscribe",
];

impl DkimKey {
    /// From PKCS #8, in PEM or DER.
    pub fn from_pkcs8(key: &[u8]) -> anyhow::Result<Self> {
        let der = match std::str::from_utf8(key) {
            Ok(pem) if pem.contains("-----BEGIN") => from_pem(pem)?,
            _ => key.to_vec(),
        };
        if let Ok(ed25519) = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der) {
            return Ok(Self::Ed25519(ed25519));
        }
        let rsa = RsaKeyPair::from_pkcs8(&der);
        rsa.map(|rsa| Self::Rsa(Box::new(rsa))).map_err(|why| anyhow::anyhow!("is no RSA or Ed25519 key: {why}"))
    }

    /// As a channel keeps it: PEM, or DER in base64.
    pub fn from_kept(key: &str) -> anyhow::Result<Self> {
        if key.contains("-----BEGIN") {
            return Self::from_pkcs8(key.as_bytes());
        }
        Self::from_pkcs8(&STANDARD.decode(key.trim()).context("is neither PEM nor base64")?)
    }

    /// A new Ed25519 key as PKCS #8.
    pub fn generate() -> anyhow::Result<Vec<u8>> {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new());
        Ok(document.map_err(|_| anyhow::anyhow!("no random numbers"))?.as_ref().to_vec())
    }

    fn algorithm(&self) -> &'static str {
        match self {
            Self::Rsa(_) => "rsa-sha256",
            Self::Ed25519(_) => "ed25519-sha256",
        }
    }

    /// The text to be published at `<selector>._domainkey.<domain>`.
    pub fn public_record(&self) -> String {
        match self {
            Self::Rsa(key) => {
                let numbers = der_sequence(&[key.public().as_ref()]);
                format!("v=DKIM1; k=rsa; p={}", STANDARD.encode(numbers))
            }
            Self::Ed25519(key) => format!("v=DKIM1; k=ed25519; p={}", STANDARD.encode(key.public_key().as_ref())),
        }
    }

    fn sign(&self, text: &[u8]) -> anyhow::Result<Vec<u8>> {
        match self {
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                let signed = key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text, &mut signature);
                signed.map_err(|_| anyhow::anyhow!("the key cannot sign"))?;
                Ok(signature)
            }
            // RFC 8463, section 3: the signature is of the hash.
            Self::Ed25519(key) => Ok(key.sign(&Sha256::digest(text)).as_ref().to_vec()),
        }
    }
}

/// SubjectPublicKeyInfo around an RSAPublicKey, as DNS records have it.
fn der_sequence(public_key: &[&[u8]]) -> Vec<u8> {
    const RSA_ENCRYPTION: [u8; 15] =
        [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
    let bits = der(0x03, &[&[0][..], &public_key.concat()].concat());
    der(0x30, &[&RSA_ENCRYPTION[..], &bits].concat())
}

fn der(tag: u8, contents: &[u8]) -> Vec<u8> {
    let length = contents.len().to_be_bytes();
    let length = length.iter().position(|byte| *byte > 0).map_or(&[0][..], |first| &length[first..]);
    let mut out = vec![tag];
    if contents.len() >= 0x80 {
        out.push(0x80 | u8::try_from(length.len()).unwrap_or(8));
    }
    out.extend_from_slice(length);
    out.extend_from_slice(contents);
    out
}

fn from_pem(pem: &str) -> anyhow::Result<Vec<u8>> {
    let Some((_, rest)) = pem.split_once("-----BEGIN PRIVATE KEY-----") else {
        bail!("must be a PKCS #8 key: -----BEGIN PRIVATE KEY-----");
    };
    let (body, _) = rest.split_once("-----END").context("has no end")?;
    let body: String = body.split_ascii_whitespace().collect();
    STANDARD.decode(body).context("is not base64")
}

impl Signer {
    /// The mail with a `DKIM-Signature` before it. `at` is in seconds since 1970.
    pub fn signed(&self, raw: &[u8], at: i64) -> anyhow::Result<Vec<u8>> {
        let (header, body) = split(raw);
        let fields = fields(header);
        let body_hash = STANDARD.encode(Sha256::digest(relaxed_body(body)));
        let (names, mut text) = selected(&fields);
        let unsigned = format!(
            "v=1; a={}; c=relaxed/relaxed; d={}; s={};\r\n\tt={at}; h={};\r\n\tbh={body_hash};\r\n\tb=",
            self.key.algorithm(),
            self.domain,
            self.selector,
            names.join(":\r\n\t "),
        );
        text.push_str(&relaxed_field("dkim-signature", &unsigned));
        let signature = STANDARD.encode(self.key.sign(text.as_bytes())?);
        let mut out = format!("DKIM-Signature: {unsigned}{}\r\n", folded(&signature)).into_bytes();
        out.extend_from_slice(raw);
        Ok(out)
    }
}

fn folded(signature: &str) -> String {
    let chunks: Vec<&str> =
        signature.as_bytes().chunks(70).filter_map(|chunk| std::str::from_utf8(chunk).ok()).collect();
    chunks.join("\r\n\t ")
}

fn split(raw: &[u8]) -> (&[u8], &[u8]) {
    let end = raw.windows(4).position(|window| window == b"\r\n\r\n");
    end.map_or((raw, &[][..]), |end| (&raw[..end + 2], &raw[end + 4..]))
}

/// Name in lower case and value, still folded, in their order.
fn fields(header: &[u8]) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = vec![];
    for line in String::from_utf8_lossy(header).split_inclusive("\r\n") {
        match (line.starts_with([' ', '\t']), fields.last_mut()) {
            (true, Some((_, value))) => value.push_str(line),
            _ => {
                if let Some((name, value)) = line.split_once(':') {
                    fields.push((name.trim().to_ascii_lowercase(), value.to_owned()));
                }
            }
        }
    }
    fields
}

/// What is signed: the names for `h=`, and the canonical text of the fields. `from` is named once more than it occurs, so
/// that nobody adds a second (RFC 6376, section 8.15).
fn selected(fields: &[(String, String)]) -> (Vec<String>, String) {
    let (mut names, mut text) = (vec![], String::new());
    for signed in SIGNED {
        for (name, value) in fields.iter().rev().filter(|(name, _)| name == signed) {
            names.push(name.clone());
            text.push_str(&relaxed_field(name, value));
            text.push_str("\r\n");
        }
        if ["from", "to", "cc", "subject", "reply-to"].contains(&signed) {
            names.push(signed.to_owned());
        }
    }
    (names, text)
}

/// RFC 6376, section 3.4.2, without the line's end.
fn relaxed_field(name: &str, value: &str) -> String {
    let words: Vec<&str> = value.split_ascii_whitespace().collect();
    format!("{name}:{}", words.join(" "))
}

/// RFC 6376, section 3.4.4.
fn relaxed_body(body: &[u8]) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::with_capacity(body.len());
    for line in body.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let start = out.len();
        for byte in line {
            match byte {
                b' ' | b'\t' if out.len() > start && out.ends_with(b" ") => {}
                b' ' | b'\t' => out.push(b' '),
                other => out.push(*other),
            }
        }
        if out.len() > start && out.ends_with(b" ") {
            out.pop();
        }
        out.extend_from_slice(b"\r\n");
    }
    while out.ends_with(b"\r\n\r\n") {
        out.truncate(out.len() - 2);
    }
    if out == b"\r\n" { vec![] } else { out }
}

#[cfg(test)]
mod tests {
    use ring::signature::{ED25519, UnparsedPublicKey};

    use super::*;

    #[test]
    fn bodies_are_made_canonical_as_the_standard_shows() {
        // RFC 6376, section 3.4.5.
        assert_eq!(relaxed_body(b" C \r\nD \t E\r\n\r\n\r\n"), b" C\r\nD E\r\n");
        assert_eq!(relaxed_body(b"\r\n\r\n"), b"");
        assert_eq!(relaxed_body(b""), b"");
        assert_eq!(relaxed_field("b", " Y\t\r\n\tZ  \r\n"), "b:Y Z");
    }

    /// RFC 8463, appendix A: the published key, mail and body hash.
    #[test]
    fn the_body_hash_is_that_of_the_standards_example() {
        let body = b"Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n";
        let hash = STANDARD.encode(Sha256::digest(relaxed_body(body)));
        assert_eq!(hash, "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=");
    }

    #[test]
    fn a_signature_holds_and_breaks_with_the_mail() {
        let key = DkimKey::from_pkcs8(&DkimKey::generate().unwrap()).unwrap();
        let DkimKey::Ed25519(pair) = &key else { panic!("made as Ed25519") };
        let public = pair.public_key().as_ref().to_vec();
        let signer = Signer { domain: "example.com".into(), selector: "desk".into(), key };
        let raw = b"From: a@example.com\r\nSubject: x\r\n\r\nHello\r\n";
        let signed = signer.signed(raw, 1_800_000_000).unwrap();
        let text = String::from_utf8(signed.clone()).unwrap();
        let field = text.strip_suffix(std::str::from_utf8(raw).unwrap()).unwrap();
        let (_, value) = field.split_once(':').unwrap();
        let (unsigned, signature) = value.split_once("\tb=").unwrap();
        let signature: String = signature.split_ascii_whitespace().collect();
        let signature = STANDARD.decode(signature).unwrap();
        let check = |subject: &str| {
            let text = format!(
                "from:a@example.com\r\nsubject:{subject}\r\n{}",
                relaxed_field("dkim-signature", &format!("{unsigned}\tb="))
            );
            UnparsedPublicKey::new(&ED25519, &public).verify(&Sha256::digest(text), &signature)
        };
        assert!(check("x").is_ok());
        assert!(check("y").is_err());
    }
}
