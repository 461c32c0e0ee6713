//! Secrets that a browser or a link carries. 256 random bits, of which only the SHA-256 is stored: a value that cannot
//! be guessed needs no slow hash.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

pub struct Token(String);

impl Token {
    pub fn new() -> Self {
        Self(URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()))
    }

    pub fn hash(&self) -> Vec<u8> {
        hash(&self.0)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Token {
    fn default() -> Self {
        Self::new()
    }
}

/// One that a browser brought back.
impl From<String> for Token {
    fn from(token: String) -> Self {
        Self(token)
    }
}

pub fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_again_by_its_hash_and_tells_nothing_of_it() {
        let (one, other) = (Token::new(), Token::new());
        assert_eq!(hash(one.as_str()), one.hash());
        assert_ne!(one.hash(), other.hash());
        assert_eq!(one.as_str().len(), 43, "256 bits in base64");
    }
}
