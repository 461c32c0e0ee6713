//! TLS by the binary itself, for an installation without a proxy: 1.2 and 1.3, by rustls on ring. The files are looked at
//! every two seconds; a new pair serves the next connection, and those that are open go on. A pair that cannot serve is
//! told in the log, and the one before it stays.

use std::{
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use anyhow::{Context, bail, ensure};
use atum_core::clock::Clock;
use chrono::{DateTime, Utc};
use rustls::{
    ServerConfig,
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
    version::{TLS12, TLS13},
};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use x509_parser::prelude::{FromDer, X509Certificate};

const LOOK: Duration = Duration::from_secs(2);

/// Where certificate and key lie, in PEM. The chain is behind the certificate in its file.
#[derive(Debug, Clone)]
pub struct Files {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

#[derive(Debug)]
struct Current(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.read().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

pub struct Tls {
    files: Files,
    current: Arc<Current>,
    seen: Stamp,
    clock: Clock,
    pub acceptor: TlsAcceptor,
}

impl Tls {
    /// Refuses what could not serve anybody: unreadable, of another key, over, or not yet begun.
    pub fn open(files: Files, clock: Clock) -> anyhow::Result<Self> {
        let seen = Stamp::of(&files);
        let current = Arc::new(Current(RwLock::new(Arc::new(load(&files, clock.now())?))));
        let config = ServerConfig::builder_with_provider(provider()).with_protocol_versions(&[&TLS13, &TLS12])?;
        let mut config = config.with_no_client_auth().with_cert_resolver(current.clone());
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { files, current, seen, clock, acceptor: TlsAcceptor::from(Arc::new(config)) })
    }

    /// Until told to stop.
    pub async fn keep_current(mut self, stop: CancellationToken) {
        loop {
            tokio::select! { () = stop.cancelled() => return, () = tokio::time::sleep(LOOK) => {} }
            self.look();
        }
    }

    fn look(&mut self) {
        let seen = Stamp::of(&self.files);
        if seen == self.seen {
            return;
        }
        self.seen = seen;
        match load(&self.files, self.clock.now()) {
            Ok(pair) => {
                *self.current.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(pair);
                tracing::info!("{} is served from now on", self.files.certificate.display());
            }
            Err(error) => tracing::error!("the certificate that is served stays: {error:#}"),
        }
    }
}

/// What changes when a file is written or replaced.
#[derive(Debug, Clone, PartialEq)]
struct Stamp([Option<(u64, u64, i64, i64)>; 2]);

impl Stamp {
    fn of(files: &Files) -> Self {
        Self([&files.certificate, &files.key].map(|path| {
            let file = path.metadata().ok()?;
            Some((file.ino(), file.size(), file.mtime(), file.mtime_nsec()))
        }))
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn load(files: &Files, now: DateTime<Utc>) -> anyhow::Result<CertifiedKey> {
    let Files { certificate, key } = files;
    let chain = chain(certificate)?;
    refuse_wrong_time(certificate, &chain[0], now)?;
    let secret = secret(key)?;
    match CertifiedKey::from_der(chain, secret, &provider()) {
        Ok(pair) => Ok(pair),
        Err(rustls::Error::InconsistentKeys(_)) => {
            bail!("the key {} belongs to another certificate than {}", key.display(), certificate.display())
        }
        Err(error) => Err(error).with_context(|| format!("the key {} cannot be used", key.display())),
    }
}

fn chain(path: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let text = std::fs::read(path).with_context(|| format!("the certificate {} cannot be read", path.display()))?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    let chain = chain.with_context(|| format!("the certificate {} is no PEM", path.display()))?;
    ensure!(!chain.is_empty(), "{} holds no certificate (-----BEGIN CERTIFICATE-----)", path.display());
    Ok(chain)
}

fn refuse_wrong_time(path: &Path, certificate: &CertificateDer<'_>, now: DateTime<Utc>) -> anyhow::Result<()> {
    let (_, read) = X509Certificate::from_der(certificate)
        .map_err(|error| anyhow::anyhow!("the certificate {} cannot be read: {error}", path.display()))?;
    let time = |time: x509_parser::time::ASN1Time| DateTime::from_timestamp(time.timestamp(), 0).unwrap_or_default();
    let (begin, end) = (time(read.validity().not_before), time(read.validity().not_after));
    ensure!(now <= end, "the certificate {} ended on {end}; get a new one", path.display());
    ensure!(now >= begin, "the certificate {} begins on {begin} only; is this machine's clock right?", path.display());
    Ok(())
}

fn secret(path: &Path) -> anyhow::Result<PrivateKeyDer<'static>> {
    let unreadable = || format!("the key {} cannot be read", path.display());
    let mode = path.metadata().with_context(unreadable)?.mode();
    ensure!(
        mode & 0o007 == 0,
        "everybody on this machine may use the key {0} (mode {1:o}): chmod 600 {0}",
        path.display(),
        mode & 0o777
    );
    let text = std::fs::read(path).with_context(unreadable)?;
    if text.windows(27).any(|window| window == b"BEGIN ENCRYPTED PRIVATE KEY") {
        bail!("the key {} is locked with a passphrase; give one without, readable by atum alone", path.display());
    }
    PrivateKeyDer::from_pem_slice(&text).with_context(|| format!("{} holds no private key in PEM", path.display()))
}
