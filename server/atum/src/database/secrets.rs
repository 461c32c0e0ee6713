use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions},
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use anyhow::Context;
use atum_core::config::SecretKey;
use serde::{Deserialize, Serialize};

use super::Role;

/// Passwords that nobody chose and nobody needs to know: made at the first start, kept in a file of the caller alone.
#[derive(Clone, Serialize, Deserialize)]
pub struct Secrets {
    pub superuser_password: String,
    owner_password: String,
    identity_password: String,
    app_password: String,
    jobs_password: String,
    /// Seals second factors' secrets. Empty in the file of a version that had none.
    #[serde(default)]
    secret_key: String,
}

impl Secrets {
    pub fn generate() -> Self {
        Self {
            superuser_password: password(),
            owner_password: password(),
            identity_password: password(),
            app_password: password(),
            jobs_password: password(),
            secret_key: password(),
        }
    }

    /// The secrets of this installation, made if there are none.
    pub fn keep(path: &Path) -> anyhow::Result<Self> {
        match std::fs::read(path) {
            Ok(text) => {
                let secrets: Self =
                    serde_json::from_slice(&text).with_context(|| format!("{} cannot be read", path.display()))?;
                secrets.completed(path)
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let secrets = Self::generate();
                secrets.save(path).with_context(|| format!("writing {}", path.display()))?;
                Ok(secrets)
            }
            Err(error) => Err(error).with_context(|| format!("reading {}", path.display())),
        }
    }

    /// What the service manager gives is whole: what is missing could not be kept.
    pub fn given(text: &str) -> anyhow::Result<Self> {
        let secrets: Self = serde_json::from_str(text)?;
        anyhow::ensure!(!secrets.secret_key.is_empty(), "secret_key is missing; `atum migrate` adds it to the file");
        Ok(secrets)
    }

    /// Adds what an earlier version's file does not have.
    fn completed(self, path: &Path) -> anyhow::Result<Self> {
        if !self.secret_key.is_empty() {
            return Ok(self);
        }
        let secrets = Self { secret_key: password(), ..self };
        secrets.save(path).with_context(|| format!("writing {}", path.display()))?;
        Ok(secrets)
    }

    pub fn secret_key(&self) -> anyhow::Result<SecretKey> {
        let mut key = [0; 32];
        hex::decode_to_slice(&self.secret_key, &mut key).context("secret_key must be 64 hexadecimal digits")?;
        Ok(SecretKey(key))
    }

    /// Each by its name in the file.
    pub fn named(&self) -> anyhow::Result<BTreeMap<String, String>> {
        Ok(serde_json::from_value(serde_json::to_value(self)?)?)
    }

    pub fn password(&self, role: Role) -> &str {
        match role {
            Role::Owner => &self.owner_password,
            Role::Identity => &self.identity_password,
            Role::App => &self.app_password,
            Role::Jobs => &self.jobs_password,
        }
    }

    /// Whole or not at all: half a file of passwords would lock the database for ever.
    fn save(&self, path: &Path) -> anyhow::Result<()> {
        let draft = path.with_extension("new");
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        file.write_all(&serde_json::to_vec_pretty(self)?)?;
        file.sync_all()?;
        std::fs::rename(&draft, path)?;
        Ok(File::open(path.parent().unwrap_or(Path::new("/")))?.sync_all()?)
    }
}

/// 256 random bits.
pub fn password() -> String {
    hex::encode(rand::random::<[u8; 32]>())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn secrets_are_made_once_and_are_nobody_elses() {
        let path = std::env::temp_dir().join(format!("atum-secrets-{}.json", std::process::id()));
        let made = Secrets::keep(&path).unwrap();
        let read = Secrets::keep(&path).unwrap();
        assert_eq!(made.password(Role::App), read.password(Role::App));
        assert_ne!(made.password(Role::App), made.password(Role::Owner));
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn an_earlier_versions_file_gets_its_key_once() {
        let path = std::env::temp_dir().join(format!("atum-secrets-earlier-{}.json", std::process::id()));
        let mut file = serde_json::to_value(Secrets::generate()).unwrap();
        file.as_object_mut().unwrap().remove("secret_key");
        std::fs::write(&path, file.to_string()).unwrap();
        let first = Secrets::keep(&path).unwrap();
        let second = Secrets::keep(&path).unwrap();
        assert_eq!(first.secret_key().unwrap().0, second.secret_key().unwrap().0);
        assert_eq!(first.password(Role::App), file["app_password"]);
        std::fs::remove_file(path).unwrap();
    }
}
