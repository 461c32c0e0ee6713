//! Where backups lie: a directory or an S3-compatible store. What is in it is compressed and sealed on the way.
//!
//! `recipient.txt`                      what seals; opens nothing
//! `backup/<time>/base.tar.gz.age`      PostgreSQL's base backup
//! `backup/<time>/manifest.age`         written last: without it there is no such backup
//! `file/<2 digits>/<hmac>.age`         each file once, for all backups
//! `wal/<cluster>/<segment>/<sha256>.age`

use std::{
    fs::{DirBuilder, Permissions},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use age::{Decryptor, Encryptor, x25519};
use anyhow::{Context, bail};
use bytes::Bytes;
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use futures::TryStreamExt;
use object_store::{
    ObjectMeta, ObjectStore, ObjectStoreExt, aws::AmazonS3Builder, buffered::BufWriter, local::LocalFileSystem,
    path::Path as Name, prefix::PrefixStore,
};
use sha2::{Digest, Sha256};
use tokio_util::io::{StreamReader, SyncIoBridge};

use super::{key::Key, s3::Connector};

const RECIPIENT: &str = "recipient.txt";

#[derive(Clone)]
pub struct Vault {
    store: Arc<dyn ObjectStore>,
    /// As the operator wrote it.
    pub place: String,
    directory: Option<PathBuf>,
}

/// What went in: length and hash before it was compressed and sealed, and the bytes that it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    pub bytes: u64,
    pub sha256: String,
    pub sealed_bytes: u64,
}

impl Vault {
    /// A directory is made if it is not there; of a store the credentials come from `AWS_…`.
    pub fn open(place: &str) -> anyhow::Result<Self> {
        match place.strip_prefix("s3://") {
            Some(address) => Self::of_store(place, address),
            None => Self::of_directory(Path::new(place)),
        }
        .with_context(|| format!("the place of the backups, {place}, cannot be opened"))
    }

    fn of_directory(path: &Path) -> anyhow::Result<Self> {
        if !path.exists() {
            // As the data directory: another user's PostgreSQL must pass through it where the caller is root.
            let mode = if rustix::process::geteuid().is_root() { 0o711 } else { 0o700 };
            DirBuilder::new().recursive(true).mode(mode).create(path)?;
        }
        let path = path.canonicalize()?;
        let store = Arc::new(LocalFileSystem::new_with_prefix(&path)?.with_fsync(true));
        Ok(Self { store, place: path.display().to_string(), directory: Some(path) })
    }

    fn of_store(place: &str, address: &str) -> anyhow::Result<Self> {
        let (bucket, prefix) = address.split_once('/').unwrap_or((address, ""));
        let builder = AmazonS3Builder::from_env().with_bucket_name(bucket).with_http_connector(Connector);
        let store = PrefixStore::new(builder.build()?, prefix.trim_matches('/'));
        Ok(Self { store: Arc::new(store), place: place.to_owned(), directory: None })
    }

    pub fn directory(&self) -> Option<&Path> {
        self.directory.as_deref()
    }

    /// Says for which key everything here is sealed. A place that was begun with another key is refused.
    pub async fn claim(&self, key: &Key) -> anyhow::Result<()> {
        let name = Name::from(RECIPIENT);
        match self.store.get(&name).await {
            Ok(found) => {
                let text = String::from_utf8(found.bytes().await?.to_vec()).unwrap_or_default();
                self.must_be_for(key, text.trim())
            }
            Err(object_store::Error::NotFound { .. }) => {
                let text = format!("{}\n", key.recipient());
                self.store.put(&name, text.into()).await.context("writing into it")?;
                // Whoever archives may be another user; this opens nothing.
                match &self.directory {
                    Some(path) => Ok(std::fs::set_permissions(path.join(RECIPIENT), Permissions::from_mode(0o644))?),
                    None => Ok(()),
                }
            }
            Err(error) => Err(error).with_context(|| format!("reading {}", self.place)),
        }
    }

    /// Before anything is opened, so that a wrong key is named as such.
    pub async fn must_open_with(&self, key: &Key) -> anyhow::Result<()> {
        let recipient = self.recipient().await?;
        self.must_be_for(key, &recipient.to_string())
    }

    fn must_be_for(&self, key: &Key, recipient: &str) -> anyhow::Result<()> {
        if key.recipient().to_string() != recipient {
            bail!(
                "wrong key: {} is sealed for the key with fingerprint {}, and this one has {}; give the right one with \
                 --backup-key-file",
                self.place,
                super::key::fingerprint(recipient),
                key.fingerprint(),
            );
        }
        Ok(())
    }

    pub async fn recipient(&self) -> anyhow::Result<x25519::Recipient> {
        let nothing = || format!("{} holds no backups: {RECIPIENT} is missing", self.place);
        let found = self.store.get(&Name::from(RECIPIENT)).await.with_context(nothing)?;
        let text = String::from_utf8(found.bytes().await?.to_vec())?;
        text.trim().parse().map_err(|wrong| anyhow::anyhow!("{RECIPIENT} of {}: {wrong}", self.place))
    }

    /// Compresses and seals what `source` gives. It is there when all of it was written, or not at all.
    pub async fn seal(
        &self,
        name: &str,
        recipient: &x25519::Recipient,
        source: impl Read + Send + 'static,
    ) -> anyhow::Result<Sealed> {
        let writer = SyncIoBridge::new(BufWriter::new(self.store.clone(), Name::from(name)));
        let recipient = recipient.clone();
        // Most of a segment that was ended early is nothing, which takes a quarter of the room at the usual level.
        let level = if name.starts_with("wal/") { Compression::default() } else { Compression::fast() };
        let written = tokio::task::spawn_blocking(move || write_sealed(writer, &recipient, level, source)).await?;
        written.with_context(|| format!("writing {name} into {}", self.place))
    }

    /// Opens and expands, and gives what `read` makes of it. What was damaged or exchanged is named.
    pub async fn unseal<T: Send + 'static>(
        &self,
        name: &str,
        key: &Key,
        read: impl FnOnce(&mut dyn Read) -> anyhow::Result<T> + Send + 'static,
    ) -> anyhow::Result<T> {
        let what = || format!("{name} of {}", self.place);
        let found = self.store.get(&Name::from(name)).await.map_err(|error| match error {
            object_store::Error::NotFound { .. } => anyhow::anyhow!("it is missing"),
            other => other.into(),
        });
        let stream = found.with_context(what)?.into_stream().map_err(io::Error::other);
        let bridge = SyncIoBridge::new(StreamReader::new(stream));
        let key = key.clone();
        let outcome = tokio::task::spawn_blocking(move || {
            let opened = Decryptor::new(bridge).and_then(|sealed| sealed.decrypt(std::iter::once(&key.0 as _)));
            let mut plain = GzDecoder::new(opened.context("it is damaged or sealed for another key")?);
            let made = read(&mut plain)?;
            // To the last byte: only the end proves that nothing was cut off.
            io::copy(&mut plain, &mut io::sink()).context("it is damaged")?;
            io::copy(&mut plain.into_inner(), &mut io::sink()).context("it is damaged")?;
            anyhow::Ok(made)
        });
        outcome.await?.with_context(what)
    }

    pub async fn unseal_bytes(&self, name: &str, key: &Key) -> anyhow::Result<Bytes> {
        self.unseal(name, key, |plain| {
            let mut bytes = vec![];
            plain.read_to_end(&mut bytes).context("it is damaged")?;
            Ok(bytes.into())
        })
        .await
    }

    /// Reads all of it, and compares its hash.
    pub async fn check(&self, name: &str, key: &Key, sha256: &str) -> anyhow::Result<()> {
        let found = self.unseal(name, key, |plain| hash(plain).context("it is damaged")).await?;
        anyhow::ensure!(found.1 == sha256, "{name} of {} is not what was put there: another hash", self.place);
        Ok(())
    }

    pub async fn list(&self, prefix: &str) -> anyhow::Result<Vec<ObjectMeta>> {
        let listed = self.store.list(Some(&Name::from(prefix))).try_collect().await;
        listed.with_context(|| format!("listing {prefix} of {}", self.place))
    }

    /// The folders directly below.
    pub async fn folders(&self, prefix: &str) -> anyhow::Result<Vec<String>> {
        let listed = self.store.list_with_delimiter(Some(&Name::from(prefix))).await;
        let listed = listed.with_context(|| format!("listing {prefix} of {}", self.place))?;
        Ok(listed.common_prefixes.iter().filter_map(|path| path.filename().map(str::to_owned)).collect())
    }

    pub async fn exists(&self, name: &str) -> anyhow::Result<bool> {
        match self.store.head(&Name::from(name)).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(error).with_context(|| format!("looking for {name} in {}", self.place)),
        }
    }

    pub async fn remove(&self, name: &Name) -> anyhow::Result<()> {
        match self.store.delete(name).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error).with_context(|| format!("removing {name} from {}", self.place)),
        }
    }

    /// What PostgreSQL's user writes is read by the group that the directory was given to.
    pub fn share(&self, name: &str) {
        if let Some(directory) = &self.directory {
            let _ = std::fs::set_permissions(directory.join(name), Permissions::from_mode(0o640));
        }
    }

    /// What writers left that died: it counts for nothing and takes room. Whoever calls makes the only backup; segments and
    /// files may be coming in at this moment.
    pub fn remove_remains(&self) -> io::Result<()> {
        let Some(directory) = self.directory.as_deref() else { return Ok(()) };
        remove_old_drafts(&directory.join("backup"), SystemTime::now(), Duration::ZERO)?;
        remove_old_drafts(directory, SystemTime::now(), Duration::from_hours(24))
    }
}

/// The store writes to `name#1` and renames it.
fn remove_old_drafts(directory: &Path, now: SystemTime, age: Duration) -> io::Result<()> {
    for entry in std::fs::read_dir(directory)? {
        let entry = entry?;
        let (metadata, name) = (entry.metadata()?, entry.file_name());
        let is_draft = name.to_string_lossy().contains('#');
        if metadata.is_dir() {
            remove_old_drafts(&entry.path(), now, age)?;
        } else if is_draft && now.duration_since(metadata.modified()?).unwrap_or_default() >= age {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn write_sealed(
    writer: SyncIoBridge<BufWriter>,
    recipient: &x25519::Recipient,
    level: Compression,
    source: impl Read,
) -> anyhow::Result<Sealed> {
    let encryptor = Encryptor::with_recipients(std::iter::once(recipient as _)).context("sealing")?;
    let sealed = encryptor.wrap_output(Counting { inner: writer, bytes: 0 })?;
    let mut compressed = GzEncoder::new(sealed, level);
    let mut source = Hashing { inner: source, digest: Sha256::new(), bytes: 0 };
    io::copy(&mut source, &mut compressed)?;
    let mut counting = compressed.finish()?.finish()?;
    counting.inner.shutdown()?;
    Ok(Sealed { bytes: source.bytes, sha256: hex::encode(source.digest.finalize()), sealed_bytes: counting.bytes })
}

/// Length and SHA-256 of what is left to read.
pub fn hash(source: impl Read) -> io::Result<(u64, String)> {
    let mut hashing = Hashing { inner: source, digest: Sha256::new(), bytes: 0 };
    io::copy(&mut hashing, &mut io::sink())?;
    Ok((hashing.bytes, hex::encode(hashing.digest.finalize())))
}

struct Hashing<R> {
    inner: R,
    digest: Sha256,
    bytes: u64,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.digest.update(&buffer[..read]);
        self.bytes += read as u64;
        Ok(read)
    }
}

struct Counting<W> {
    inner: W,
    bytes: u64,
}

impl<W: Write> Write for Counting<W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(buffer)?;
        self.bytes += written as u64;
        Ok(written)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn vault(name: &str) -> (Vault, Key) {
        let directory = std::env::temp_dir().join(format!("atum-vault-{name}-{}", std::process::id()));
        let vault = Vault::open(directory.to_str().unwrap()).unwrap();
        let key = Key(x25519::Identity::generate());
        vault.claim(&key).await.unwrap();
        (vault, key)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_sealed_is_opened_and_a_changed_byte_is_noticed() {
        let (vault, key) = vault("byte").await;
        let text = "something that nobody reads ".repeat(50_000);
        let sealed = vault.seal("file/one", &key.recipient(), io::Cursor::new(text.clone())).await.unwrap();
        assert_eq!((sealed.bytes, vault.unseal_bytes("file/one", &key).await.unwrap()), (1_400_000, text.into()));
        vault.check("file/one", &key, &sealed.sha256).await.unwrap();

        let path = vault.directory().unwrap().join("file/one");
        let whole = std::fs::read(&path).unwrap();
        for place in [0, 40, 100, 230, whole.len() / 2, whole.len() - 1] {
            let mut changed = whole.clone();
            changed[place] ^= 1;
            std::fs::write(&path, changed).unwrap();
            let error = vault.check("file/one", &key, &sealed.sha256).await.unwrap_err();
            assert!(format!("{error:#}").contains("file/one of"), "byte {place}: {error:#}");
        }
        for length in [0, 10, whole.len() / 2, whole.len() - 1] {
            std::fs::write(&path, &whole[..length]).unwrap();
            vault.check("file/one", &key, &sealed.sha256).await.unwrap_err();
        }
        std::fs::remove_dir_all(vault.directory().unwrap()).unwrap();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn another_key_is_named_and_opens_nothing() {
        let (vault, key) = vault("key").await;
        let other = Key(x25519::Identity::generate());
        vault.seal("file/one", &key.recipient(), &b"secret"[..]).await.unwrap();
        vault.must_open_with(&key).await.unwrap();
        let said = vault.must_open_with(&other).await.unwrap_err().to_string();
        assert!(said.contains("wrong key") && said.contains(&key.fingerprint()), "{said}");
        assert!(vault.claim(&other).await.is_err());
        assert!(vault.unseal_bytes("file/one", &other).await.is_err());
        std::fs::remove_dir_all(vault.directory().unwrap()).unwrap();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_source_that_breaks_off_leaves_nothing_that_counts() {
        struct Broken(u32);
        impl Read for Broken {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                self.0 += 1;
                if self.0 > 3_000 { Err(io::Error::other("gone")) } else { Ok(buffer.len()) }
            }
        }
        let (vault, key) = vault("half").await;
        vault.seal("file/half", &key.recipient(), Broken(0)).await.unwrap_err();
        assert!(!vault.exists("file/half").await.unwrap());
        assert!(vault.list("file").await.unwrap().is_empty());
        std::fs::write(vault.directory().unwrap().join("half#1"), "left by a killed writer").unwrap();
        remove_old_drafts(vault.directory().unwrap(), SystemTime::now(), Duration::ZERO).unwrap();
        assert!(!vault.directory().unwrap().join("half#1").exists());
        std::fs::remove_dir_all(vault.directory().unwrap()).unwrap();
    }
}
