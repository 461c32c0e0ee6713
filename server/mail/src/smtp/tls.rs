use std::sync::Arc;

use anyhow::ensure;
use rustls::{ClientConfig, RootCertStore};

/// The certificates that this machine trusts, as they are now (`SSL_CERT_FILE` and `SSL_CERT_DIR` name others).
pub fn trusted_by_this_machine() -> anyhow::Result<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    let (added, _) = roots.add_parsable_certificates(found.certs);
    ensure!(added > 0, "this machine trusts no certificate authority: {:?}", found.errors);
    Ok(Arc::new(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth()))
}
