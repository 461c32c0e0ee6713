//! Secrets that the server itself must read again, kept so that the database alone does not tell them:
//! XChaCha20-Poly1305 under the installation's key. A nonce of 192 random bits may be drawn for ever without a thought.

use anyhow::anyhow;
use atum_core::{Result, config::SecretKey};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};

const NONCE_BYTES: usize = 24;

/// Seals a secret for one place: moved to another row it does not open.
pub fn seal(key: &SecretKey, secret: &[u8], place: &[u8]) -> Result<Vec<u8>> {
    let nonce = rand::random::<[u8; NONCE_BYTES]>();
    let sealed = cipher(key).encrypt(&XNonce::from(nonce), Payload { msg: secret, aad: place });
    let sealed = sealed.map_err(|_| anyhow!("sealing a secret"))?;
    Ok([&nonce[..], &sealed].concat())
}

/// Fails where key or place are not those it was sealed with.
pub fn open(key: &SecretKey, sealed: &[u8], place: &[u8]) -> Result<Vec<u8>> {
    let wrong = || anyhow!("a sealed secret does not open: the secrets file is not the one it was sealed with");
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or_else(wrong)?;
    let opened = cipher(key).decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: place });
    Ok(opened.map_err(|_| wrong())?)
}

fn cipher(key: &SecretKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&key.0.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_with_this_key_in_this_place_only() {
        let key = SecretKey([1; 32]);
        let sealed = seal(&key, b"twenty bytes, secret", b"maria").unwrap();
        assert_eq!(open(&key, &sealed, b"maria").unwrap(), b"twenty bytes, secret");
        assert!(open(&SecretKey([2; 32]), &sealed, b"maria").is_err());
        assert!(open(&key, &sealed, b"ben").is_err());
        assert!(open(&key, &sealed[..10], b"maria").is_err());
        let mut changed = sealed.clone();
        changed[30] ^= 1;
        assert!(open(&key, &changed, b"maria").is_err());
        assert!(!sealed.windows(6).any(|window| window == b"secret"), "the secret is not there to be read");
        assert_ne!(seal(&key, b"twenty bytes, secret", b"maria").unwrap(), sealed);
    }
}
