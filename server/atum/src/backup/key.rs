//! The key that opens backups: made by the first one, kept apart from all of them. Without it nobody reads them, their
//! owner neither; so `atum backup kit` prints it for the safe.

use std::{
    fs::OpenOptions,
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use age::{secrecy::ExposeSecret, x25519};
use anyhow::Context;
use ring::hmac;
use sha2::{Digest, Sha256};

#[derive(Clone)]
pub struct Key(pub x25519::Identity);

impl Key {
    pub fn keep(path: &Path) -> anyhow::Result<Self> {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&text).with_context(|| format!("reading {}", path.display())),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let key = Self(x25519::Identity::generate());
                save(path, &key.text()).with_context(|| format!("writing {}", path.display()))?;
                Ok(key)
            }
            Err(error) => Err(error).with_context(|| format!("reading {}", path.display())),
        }
    }

    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let what = || format!("the key of the backups, {}, cannot be read", path.display());
        Self::parse(&std::fs::read_to_string(path).with_context(what)?).with_context(what)
    }

    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
        let parsed = line.unwrap_or_default().parse();
        parsed.map(Self).map_err(|wrong| anyhow::anyhow!("no key of age (AGE-SECRET-KEY-1…): {wrong}"))
    }

    pub fn text(&self) -> String {
        self.0.to_string().expose_secret().to_owned()
    }

    /// What seals for this key. It opens nothing and may be seen by anybody.
    pub fn recipient(&self) -> x25519::Recipient {
        self.0.to_public()
    }

    pub fn fingerprint(&self) -> String {
        fingerprint(&self.recipient().to_string())
    }

    /// A name that tells nothing of what it names.
    pub fn blind(&self, name: &str) -> String {
        hex::encode(hmac::sign(&self.derived("names"), name.as_bytes()))
    }

    /// Whoever can write to the store knows the recipient and could seal a manifest of their own; without the key they
    /// cannot sign it.
    pub fn sign(&self, text: &[u8]) -> String {
        hex::encode(hmac::sign(&self.derived("manifest"), text))
    }

    pub fn has_signed(&self, text: &[u8], signature: &str) -> bool {
        hex::decode(signature).is_ok_and(|signature| hmac::verify(&self.derived("manifest"), text, &signature).is_ok())
    }

    fn derived(&self, purpose: &str) -> hmac::Key {
        let own = hmac::Key::new(hmac::HMAC_SHA256, self.text().as_bytes());
        hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&own, format!("atum backup {purpose}").as_bytes()).as_ref())
    }
}

/// Short enough to be compared by eye; of something with 256 random bits it tells nothing.
pub fn fingerprint(secret: &str) -> String {
    hex::encode(&Sha256::digest(format!("atum fingerprint {secret}"))[..8])
}

/// Whole or not at all, and never over another one.
pub fn save(path: &Path, text: &str) -> std::io::Result<()> {
    let draft = path.with_extension(format!("new.{}", std::process::id()));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    writeln!(file, "{text}")?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&draft, path);
    std::fs::remove_file(&draft)?;
    linked
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_key_is_made_once_is_nobody_elses_and_is_never_replaced() {
        let path = std::env::temp_dir().join(format!("atum-backup-key-{}", std::process::id()));
        let (made, read) = (Key::keep(&path).unwrap(), Key::keep(&path).unwrap());
        assert_eq!(made.fingerprint(), read.fingerprint());
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert!(save(&path, "another").is_err());
        std::fs::write(&path, "nothing of the kind").unwrap();
        assert!(format!("{:#}", Key::keep(&path).err().unwrap()).contains("no key of age"));
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn only_the_key_signs() {
        let (key, other) = (Key(x25519::Identity::generate()), Key(x25519::Identity::generate()));
        let signature = key.sign(b"manifest");
        assert!(key.has_signed(b"manifest", &signature));
        assert!(!key.has_signed(b"manifesto", &signature));
        assert!(!other.has_signed(b"manifest", &signature));
        assert_ne!(key.blind("a"), other.blind("a"));
    }
}
