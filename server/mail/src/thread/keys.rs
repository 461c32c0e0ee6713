//! The key that signs an organization's tokens: HKDF-SHA256 (RFC 5869) of the installation's key, so that one
//! organization's token means nothing in another.

use atum_core::{config::Config, ids::OrganizationId};
use ring::{hkdf, hmac};

/// 80 bits: a mail for each try makes guessing hopeless, and a local part has room for 64 characters in all.
const MAC_BYTES: usize = 10;
/// RFC 4648 §6 in lower case: servers change the case of addresses.
const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

pub struct Keys(hmac::Key);

impl Keys {
    pub fn of(config: &Config, organization_id: OrganizationId) -> Self {
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, organization_id.0.as_bytes());
        let okm =
            salt.extract(&config.secret_key.0).expand(&[b"atum mail tokens"], hmac::HMAC_SHA256).map(hmac::Key::from);
        Self(okm.expect("32 bytes are less than 255 times 32"))
    }

    /// Sixteen letters over all parts. The purpose is one of them: a token for one use is none for another.
    pub(super) fn mac(&self, parts: &[&str]) -> String {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part.as_bytes());
        }
        letters(&context.sign().as_ref()[..MAC_BYTES])
    }

    pub(super) fn verify(&self, parts: &[&str], mac: &str) -> bool {
        let expected = self.mac(parts);
        let mac = mac.to_ascii_lowercase();
        // Every letter is looked at, whichever differs.
        mac.len() == expected.len() && mac.bytes().zip(expected.bytes()).fold(0, |all, (a, b)| all | (a ^ b)) == 0
    }
}

fn letters(bytes: &[u8]) -> String {
    let bit = |at: usize| bytes[at / 8] >> (7 - at % 8) & 1;
    let letter = |group: usize| (0..5).fold(0, |value, at| value << 1 | bit(group * 5 + at));
    (0..bytes.len() * 8 / 5).map(|group| char::from(LETTERS[usize::from(letter(group))])).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Keys of an organization in an installation.
    pub fn keys(installation: u8, organization: u128) -> Keys {
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, uuid::Uuid::from_u128(organization).as_bytes());
        let secret = [installation; 32];
        let prk = salt.extract(&secret);
        Keys(prk.expand(&[b"atum mail tokens"], hmac::HMAC_SHA256).map(hmac::Key::from).unwrap())
    }

    #[test]
    fn a_mac_holds_for_its_key_and_its_parts_alone() {
        let mac = keys(1, 1).mac(&["t", "42"]);
        assert_eq!(mac.len(), 16);
        assert!(keys(1, 1).verify(&["t", "42"], &mac));
        assert!(keys(1, 1).verify(&["t", "42"], &mac.to_uppercase()), "servers change the case of addresses");
        assert!(!keys(1, 2).verify(&["t", "42"], &mac), "another organization");
        assert!(!keys(2, 1).verify(&["t", "42"], &mac), "another installation");
        assert!(!keys(1, 1).verify(&["t4", "2"], &mac), "the same letters cut elsewhere");
        assert!(!keys(1, 1).verify(&["t", "42"], &mac[..15]));
    }
}
