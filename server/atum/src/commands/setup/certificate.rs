use std::path::Path;

use anyhow::{Context, ensure};
use atum_core::clock::Clock;
use chrono::{DateTime, Datelike, Duration, Utc};
use rcgen::{CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair};
use rustls::{
    client::verify_server_name,
    crypto::ring::default_provider,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject},
    server::ParsedCertificate,
    sign::CertifiedKey,
};

use super::{answers::Certificate, machine::Machine, report::Report};

/// As long as browsers accept of any certificate.
const DAYS: i64 = 397;

pub fn lay(
    machine: &Machine,
    certificate: &Certificate,
    host_name: &str,
    clock: &Clock,
    report: &mut Report,
) -> anyhow::Result<()> {
    machine.directory("/etc/atum/tls", 0o755)?;
    match certificate {
        Certificate::Files { certificate, key } => take(machine, certificate, key, host_name, report),
        Certificate::SelfSigned if !fits(machine, host_name) => sign(machine, host_name, clock.now(), report),
        Certificate::SelfSigned | Certificate::Keep => keep(machine, host_name, report),
    }
}

fn take(machine: &Machine, certificate: &Path, key: &Path, host_name: &str, report: &mut Report) -> anyhow::Result<()> {
    let chain = read(certificate, key)?;
    ensure!(is_for(&chain, host_name), "the certificate in {} is not for {host_name}", certificate.display());
    // The key first: nginx refuses a certificate whose key is another's, whenever it looks.
    let key_changed = machine.write(&machine.key(), &std::fs::read(key)?, 0o600)?;
    let changed = machine.write(&machine.certificate(), &std::fs::read(certificate)?, 0o644)?;
    report.step(key_changed || changed, &format!("the certificate of {host_name}, from {}", certificate.display()));
    Ok(())
}

fn keep(machine: &Machine, host_name: &str, report: &mut Report) -> anyhow::Result<()> {
    let chain = read(&machine.certificate(), &machine.key())?;
    report.step(false, &format!("the certificate in {}", machine.certificate().display()));
    if !is_for(&chain, host_name) {
        report.note(&format!("the certificate is not for {host_name}; give another with --certificate and --key"));
    }
    Ok(())
}

fn sign(machine: &Machine, host_name: &str, now: DateTime<Utc>, report: &mut Report) -> anyhow::Result<()> {
    let mut params = CertificateParams::new(vec![host_name.to_owned()])?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, host_name);
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let day = |at: DateTime<Utc>| rcgen::date_time_ymd(at.year(), at.month() as u8, at.day() as u8);
    (params.not_before, params.not_after) = (day(now - Duration::days(1)), day(now + Duration::days(DAYS)));
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?;
    machine.write(&machine.key(), key.serialize_pem().as_bytes(), 0o600)?;
    machine.write(&machine.certificate(), certificate.pem().as_bytes(), 0o644)?;
    report.made(&format!("a self-signed certificate for {host_name}, good for {DAYS} days"));
    Ok(())
}

fn fits(machine: &Machine, host_name: &str) -> bool {
    read(&machine.certificate(), &machine.key()).is_ok_and(|chain| is_for(&chain, host_name))
}

/// The certificates of a file, to the first of which the key belongs.
fn read(certificate: &Path, key: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let no_pem = |path: &Path| format!("{} cannot be read as PEM", path.display());
    let chain = CertificateDer::pem_file_iter(certificate).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let chain = chain.with_context(|| no_pem(certificate))?;
    ensure!(!chain.is_empty(), "{} has no certificate", certificate.display());
    let private = PrivateKeyDer::from_pem_file(key).with_context(|| no_pem(key))?;
    CertifiedKey::from_der(chain.clone(), private, &default_provider())
        .with_context(|| format!("the key in {} is not that of {}", key.display(), certificate.display()))?;
    Ok(chain)
}

fn is_for(chain: &[CertificateDer<'static>], host_name: &str) -> bool {
    let Some(Ok(parsed)) = chain.first().map(ParsedCertificate::try_from) else { return false };
    ServerName::try_from(host_name).is_ok_and(|name| verify_server_name(&parsed, &name).is_ok())
}
