//! A certificate authority that nobody keeps, and what it vouches for.

use std::{
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, CertifiedKey, IsCa, KeyPair};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};

pub struct Authority(CertifiedIssuer<'static, KeyPair>);

/// Certificate and key as an operator keeps them.
pub struct Files {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

impl Authority {
    pub fn new() -> Self {
        let mut about = CertificateParams::default();
        about.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(about, KeyPair::generate().unwrap()).unwrap())
    }

    /// The file that an operator names.
    pub fn write(&self, path: &Path) {
        std::fs::write(path, self.0.pem()).unwrap();
    }

    pub fn certificate_for(&self, name: &str) -> CertifiedKey<KeyPair> {
        self.certificate(CertificateParams::new([name.to_owned()]).unwrap())
    }

    pub fn certificate(&self, about: CertificateParams) -> CertifiedKey<KeyPair> {
        let signing_key = KeyPair::generate().unwrap();
        CertifiedKey { cert: about.signed_by(&signing_key, &self.0).unwrap(), signing_key }
    }

    /// A certificate for this machine's own address, its key readable by its owner alone.
    pub fn lay_into(&self, directory: &Path) -> Files {
        Files::write(directory, &self.certificate_for("127.0.0.1"))
    }

    /// A client that trusts this authority and speaks these versions.
    pub fn trusted_in(&self, versions: &[&'static SupportedProtocolVersion]) -> Arc<ClientConfig> {
        let mut roots = RootCertStore::empty();
        roots.add(self.0.as_ref().der().clone()).unwrap();
        let config = ClientConfig::builder_with_protocol_versions(versions).with_root_certificates(roots);
        Arc::new(config.with_no_client_auth())
    }

    pub fn trust(&self) -> Arc<ClientConfig> {
        self.trusted_in(rustls::ALL_VERSIONS)
    }
}

impl Files {
    pub fn write(directory: &Path, pair: &CertifiedKey<KeyPair>) -> Self {
        std::fs::create_dir_all(directory).unwrap();
        let files = Self { certificate: directory.join("certificate.pem"), key: directory.join("key.pem") };
        // The key first, as a careful tool does it; between the two writes the pair does not match.
        replace(&files.key, &pair.signing_key.serialize_pem(), 0o600);
        replace(&files.certificate, &pair.cert.pem(), 0o644);
        files
    }
}

fn replace(path: &Path, text: &str, mode: u32) {
    let draft = path.with_extension("new");
    std::fs::write(&draft, text).unwrap();
    std::fs::set_permissions(&draft, std::fs::Permissions::from_mode(mode)).unwrap();
    std::fs::rename(draft, path).unwrap();
}
