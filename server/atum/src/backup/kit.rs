//! What a backup does not hold and a restore needs: the key and the secrets, on one page for the safe.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

use super::key::{self, Key};
use crate::{cluster::DataDir, database::Secrets};

#[derive(Serialize, Deserialize)]
pub struct Kit {
    /// For whoever finds it.
    pub about: String,
    /// By the names that they have in the data directory.
    pub files: BTreeMap<String, String>,
}

/// By the names that they have in a data directory.
const SECRETS: &str = "secrets.json";
const AUDIT_KEY: &str = "audit.key";
pub const KEY: &str = "backup.key";

impl Kit {
    pub fn of(data_dir: &DataDir, secrets: &Secrets, key: &Key) -> anyhow::Result<Self> {
        let secrets = serde_json::to_string_pretty(secrets)?;
        let mut files = BTreeMap::from([(KEY.to_owned(), key.text()), (SECRETS.to_owned(), secrets)]);
        let audit_key = data_dir.root().join(AUDIT_KEY);
        if audit_key.exists() {
            let text = std::fs::read_to_string(&audit_key);
            files.insert(AUDIT_KEY.to_owned(), text.with_context(|| format!("reading {}", audit_key.display()))?);
        }
        let about = "Atum Desk: opens the backups of one installation. Keep it apart from them, where nobody else reads \
                     it; use it with: atum restore --kit FILE";
        Ok(Self { about: about.to_owned(), files })
    }

    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
        serde_json::from_slice(&text).with_context(|| format!("{} is not what atum backup kit printed", path.display()))
    }

    /// Into their places. Others that are there already are never written over.
    pub fn unpack(&self, data_dir: &DataDir, secrets_file: &Path, key_file: &Path) -> anyhow::Result<()> {
        for (name, text) in &self.files {
            let path = match name.as_str() {
                SECRETS => secrets_file.to_owned(),
                KEY => key_file.to_owned(),
                AUDIT_KEY => data_dir.root().join(AUDIT_KEY),
                other => bail!("the kit holds {other}, which this version does not know"),
            };
            match std::fs::read_to_string(&path) {
                Ok(present) if same(&present, text) => {}
                Ok(_) => bail!("{} is there already and is another one than the kit's", path.display()),
                Err(_) => key::save(&path, text.trim()).with_context(|| format!("writing {}", path.display()))?,
            }
        }
        Ok(())
    }
}

/// However their JSON is laid out.
fn same(one: &str, other: &str) -> bool {
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
    one.trim() == other.trim() || json(one).is_some_and(|one| json(other).as_ref() == Some(&one))
}
