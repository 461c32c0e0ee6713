//! The file store's blobs, each kept once for all backups under a name that tells nothing.

use std::collections::{BTreeMap, HashMap, HashSet};

use anyhow::Context;
use atum_core::App;
use futures::TryStreamExt;
use object_store::{ObjectStoreExt, path::Path as BlobPath};
use tokio_util::io::{StreamReader, SyncIoBridge};

use super::{
    key::Key,
    manifest::File,
    progress::Progress,
    vault::{Vault, hash},
};

/// What is still coming in counts for nothing.
const INCOMING: &str = "upload/";

/// What a file is called among the backups.
pub fn object(key: &Key, path: &str) -> String {
    let blind = key.blind(path);
    format!("file/{}/{blind}.age", &blind[..2])
}

/// Copies what is not there yet, and gives everything that the file store holds. `known`: files of earlier backups, whose
/// hash need not be found out again; a blob never changes.
pub async fn copy(
    app: &App,
    vault: &Vault,
    key: &Key,
    known: &[File],
    progress: &Progress,
) -> anyhow::Result<BTreeMap<String, File>> {
    let blobs: Vec<_> = app.blobs.list(None).try_collect().await.context("listing the file store")?;
    let present: HashSet<String> =
        vault.list("file").await?.into_iter().map(|object| object.location.to_string()).collect();
    let known: HashMap<&str, &File> = known.iter().map(|file| (file.path.as_str(), file)).collect();
    let mut files = BTreeMap::new();
    let total = blobs.len() as u64;
    for (done, blob) in (1..).zip(blobs) {
        let path = blob.location.to_string();
        if path.starts_with(INCOMING) {
            continue;
        }
        let object = object(key, &path);
        let file = match (known.get(path.as_str()), present.contains(&object)) {
            (Some(file), true) => Some((*file).clone()),
            (None, true) => Some(look_up(vault, key, &path, object).await?),
            (_, false) => seal(app, vault, key, &path, object).await?,
        };
        if let Some(file) = file {
            files.insert(path, file);
        }
        progress.show("files", done, total);
    }
    Ok(files)
}

/// Between backups: copies what came, and tells how many that were.
pub async fn copy_new(app: &App, vault: &Vault, key: &Key) -> anyhow::Result<usize> {
    vault.claim(key).await?;
    let blobs: Vec<_> = app.blobs.list(None).try_collect().await.context("listing the file store")?;
    let present: HashSet<String> =
        vault.list("file").await?.into_iter().map(|object| object.location.to_string()).collect();
    let mut copied = 0;
    for path in blobs.into_iter().map(|blob| blob.location.to_string()) {
        let object = object(key, &path);
        if !path.starts_with(INCOMING) && !present.contains(&object) {
            copied += usize::from(seal(app, vault, key, &path, object).await?.is_some());
        }
    }
    Ok(copied)
}

/// `None`: it was removed meanwhile.
async fn seal(app: &App, vault: &Vault, key: &Key, path: &str, object: String) -> anyhow::Result<Option<File>> {
    let found = match app.blobs.get(&BlobPath::from(path)).await {
        Ok(found) => found,
        Err(object_store::Error::NotFound { .. }) => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("reading the file {path}")),
    };
    let stream = found.into_stream().map_err(std::io::Error::other);
    let reader = SyncIoBridge::new(StreamReader::new(stream));
    let sealed = vault.seal(&object, &key.recipient(), reader).await?;
    Ok(Some(File { path: path.to_owned(), object, bytes: sealed.bytes, sha256: sealed.sha256 }))
}

/// It was copied after the last backup.
async fn look_up(vault: &Vault, key: &Key, path: &str, object: String) -> anyhow::Result<File> {
    let (bytes, sha256) = vault.unseal(&object, key, |plain| hash(plain).context("it is damaged")).await?;
    Ok(File { path: path.to_owned(), object, bytes, sha256 })
}
