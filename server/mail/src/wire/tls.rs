use std::{sync::Arc, time::Duration};

use tokio_rustls::{
    TlsConnector,
    rustls::{self, CertificateError, ClientConfig, RootCertStore, pki_types::ServerName},
};

use super::{Failed, StepName, Steps, Wire};

/// Encrypts a connection, and believes the certificates that this machine believes, as they are now.
pub async fn encrypt(
    wire: impl Wire + 'static,
    host: &str,
    longest: Duration,
    steps: &mut Steps,
) -> Result<Box<dyn Wire>, Failed> {
    steps.take(StepName::Tls, longest, shake_hands(wire, host)).await
}

async fn shake_hands(wire: impl Wire + 'static, host: &str) -> Result<(Box<dyn Wire>, String), Failed> {
    let failed = |words: String| Failed::new(StepName::Tls, words);
    let name =
        ServerName::try_from(host.to_owned()).map_err(|_| failed(format!("{host} is no name for a certificate")))?;
    let connector = TlsConnector::from(Arc::new(config()?));
    let stream = connector.connect(name, wire).await.map_err(|error| failed(words(host, &error)))?;
    let version = stream.get_ref().1.protocol_version().map(|version| format!("{version:?}").replace('_', "."));
    let told = format!("{}, and the certificate of {host} verifies", version.unwrap_or_default());
    Ok((Box::new(stream), told))
}

fn config() -> Result<ClientConfig, Failed> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        let words = "this machine trusts no certificate at all: install its ca-certificates";
        return Err(Failed::new(StepName::Tls, words));
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| Failed::new(StepName::Tls, error.to_string()))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

fn words(host: &str, error: &std::io::Error) -> String {
    use rustls::Error;
    let cause = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    match cause {
        Some(Error::InvalidCertificate(flaw)) => {
            format!("the certificate of {host} does not verify: {}", flaw_in_words(flaw))
        }
        Some(Error::InvalidMessage(_)) => format!("{host} does not speak TLS on this port: try STARTTLS"),
        Some(other) => format!("{host} and TLS do not come together: {other}"),
        None => format!("{host} broke off while TLS began: {error}"),
    }
}

fn flaw_in_words(flaw: &CertificateError) -> String {
    match flaw {
        CertificateError::UnknownIssuer => "it is signed by nobody whom this machine trusts".into(),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "it is for another name".into()
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "it has expired".into(),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => "it is not valid yet".into(),
        CertificateError::Revoked => "it was revoked".into(),
        other => other.to_string(),
    }
}
