//! Certificates that browsers or mail servers see. Only their end is looked at: who signed them is the browser's affair.

use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use x509_parser::pem::Pem;

use super::Component;

/// Authorities that renew by themselves do so thirty days before the end: at three weeks that has failed for a while.
const SOON: TimeDelta = TimeDelta::days(21);
/// A weekend and a day to mend it.
const VERY_SOON: TimeDelta = TimeDelta::days(3);

pub(crate) struct Certificate {
    pub file: PathBuf,
    /// Of the first certificate in the file, which is the server's own; or why it cannot be told.
    pub ends: Result<DateTime<Utc>, String>,
    /// Until then, by the machine's clock, as whoever is shown the certificate counts.
    left: TimeDelta,
}

pub(super) async fn look(files: Vec<PathBuf>) -> Vec<Certificate> {
    let read = || files.into_iter().map(Certificate::read).collect();
    tokio::task::spawn_blocking(read).await.unwrap_or_default()
}

impl Certificate {
    fn read(file: PathBuf) -> Self {
        let ends = end(&file);
        let now = x509_parser::time::ASN1Time::now().timestamp();
        let left = ends.as_ref().map_or(TimeDelta::zero(), |ends| TimeDelta::seconds(ends.timestamp() - now));
        Self { file, ends, left }
    }
}

fn end(file: &Path) -> Result<DateTime<Utc>, String> {
    let text = std::fs::read(file).map_err(|error| error.to_string())?;
    let pem = Pem::iter_from_buffer(&text).flatten().find(|pem| pem.label == "CERTIFICATE");
    let pem = pem.ok_or("it holds no certificate in PEM")?;
    let certificate = pem.parse_x509().map_err(|error| error.to_string())?;
    let ends = certificate.validity().not_after.timestamp();
    DateTime::from_timestamp(ends, 0).ok_or_else(|| "its end is no time".to_owned())
}

/// The one that ends first speaks for all.
pub(super) fn judged(certificates: &[Certificate]) -> Option<Component> {
    let first = certificates.iter().min_by_key(|certificate| certificate.left)?;
    let file = first.file.display();
    let ends = match &first.ends {
        Ok(ends) => *ends,
        Err(error) => return Some(Component::fail("certificate", format!("{file} cannot be read: {error}"))),
    };
    let left = first.left;
    let output = || {
        let when = if left <= TimeDelta::zero() { "ended" } else { "ends" };
        format!("{file} {when} on {}: renew it and reload what serves it", ends.format("%F %R UTC"))
    };
    let judged = match left {
        left if left <= VERY_SOON => Component::fail("certificate", output()),
        left if left <= SOON => Component::warn("certificate", output()),
        _ => Component::pass("certificate"),
    };
    Some(judged.observed(left.as_seconds_f64().floor(), "s"))
}
