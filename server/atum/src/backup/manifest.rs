//! What a backup is: everything that must be found again when it is restored.

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{census::Count, key::Key, vault::Vault};

const FORMAT: u32 = 1;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u32,
    /// The UTC time of its begin; the folder's name.
    pub name: String,
    pub started_at: DateTime<Utc>,
    /// Of the rows that were counted. Moments after it can be restored from this backup.
    pub counted_at: DateTime<Utc>,
    pub version: String,
    /// The newest migration of the schema.
    pub migration: i64,
    pub cluster: Cluster,
    pub key: String,
    /// Fingerprints, by name. The secrets themselves are in no backup.
    pub secrets: BTreeMap<String, String>,
    pub base: Stored,
    /// The log from the begin of the base backup to the count, without which it cannot be started.
    pub wal: Vec<Segment>,
    /// Up to here the log was replayed when the rows were counted.
    pub lsn: String,
    pub tables: BTreeMap<String, Count>,
    pub files: Vec<File>,
    /// Text files by their path.
    pub configuration: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Cluster {
    pub system_identifier: String,
    pub segment_bytes: u64,
    pub postgresql: u32,
    pub database: String,
    /// Of `atum up`; otherwise somebody else's server.
    pub private: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Stored {
    pub object: String,
    pub bytes: u64,
    pub sha256: String,
    pub sealed_bytes: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Segment {
    pub name: String,
    pub object: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct File {
    /// In the file store.
    pub path: String,
    pub object: String,
    pub bytes: u64,
    pub sha256: String,
}

impl Manifest {
    pub const FORMAT: u32 = FORMAT;

    /// The act that makes it a backup.
    pub async fn publish(&self, vault: &Vault, key: &Key) -> anyhow::Result<()> {
        let text = serde_json::to_string(self)?;
        let signed = format!("{}\n{text}", key.sign(text.as_bytes()));
        vault.seal(&object(&self.name), &key.recipient(), std::io::Cursor::new(signed)).await?;
        Ok(())
    }

    pub async fn read(vault: &Vault, key: &Key, name: &str) -> anyhow::Result<Self> {
        let bytes = vault.unseal_bytes(&object(name), key).await?;
        let what = || format!("{} of {}", object(name), vault.place);
        let text = std::str::from_utf8(&bytes).with_context(what)?;
        let (signature, text) = text.split_once('\n').with_context(what)?;
        if !key.has_signed(text.as_bytes(), signature) {
            bail!("{} was not written by the owner of the key", what());
        }
        let format = serde_json::from_str::<serde_json::Value>(text).with_context(what)?["format"].clone();
        anyhow::ensure!(format == FORMAT, "{} has format {format}, which this version does not know", what());
        serde_json::from_str(text).with_context(what)
    }
}

fn object(name: &str) -> String {
    format!("backup/{name}/manifest.age")
}

pub fn name(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

pub fn time(name: &str) -> Option<DateTime<Utc>> {
    NaiveDateTime::parse_from_str(name, "%Y%m%dT%H%M%SZ").ok().map(|time| time.and_utc())
}

/// Folders of backups, oldest first: those that are whole, and those that only began.
pub struct Listed {
    pub whole: Vec<String>,
    pub unfinished: Vec<String>,
}

pub async fn list(vault: &Vault) -> anyhow::Result<Listed> {
    let mut listed = Listed { whole: vec![], unfinished: vec![] };
    let mut names = vault.folders("backup").await?;
    names.retain(|name| time(name).is_some());
    names.sort_unstable();
    for name in names {
        match vault.exists(&object(&name)).await? {
            true => listed.whole.push(name),
            false => listed.unfinished.push(name),
        }
    }
    Ok(listed)
}
