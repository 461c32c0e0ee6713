//! The place that passkeys belong to (WebAuthn: the relying party): the domain and origin of the public address.

use std::net::IpAddr;

use atum_core::{Problem, Result, config::Config};
use axum::http::Uri;
use passki::Passki;

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RelyingParty {
    /// The domain. A passkey works under it and nowhere else.
    pub id: String,
    pub origin: String,
}

impl RelyingParty {
    /// `None`: at this public address browsers offer no passkeys. They want a domain, no IP address (WebAuthn §5.1.3),
    /// and a secure context: TLS, or the machine itself. A loopback address is the machine itself, which has a domain of
    /// its own, `localhost`.
    pub fn of(config: &Config) -> Option<Self> {
        let uri: Uri = config.public_url.parse().ok()?;
        let (scheme, host) = (uri.scheme_str()?, uri.host()?.to_lowercase());
        let host = match host.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(ip) if ip.is_loopback() => "localhost".to_owned(),
            Ok(_) => return None,
            Err(_) => host,
        };
        let is_this_machine = host == "localhost" || host.ends_with(".localhost");
        if scheme != "https" && !(scheme == "http" && is_this_machine) {
            return None;
        }
        let usual_port = if scheme == "https" { 443 } else { 80 };
        let port = uri.port_u16().filter(|port| *port != usual_port).map(|port| format!(":{port}"));
        let origin = format!("{scheme}://{host}{}", port.unwrap_or_default());
        Some(Self { id: host, origin })
    }

    pub fn required(config: &Config) -> Result<Self> {
        let missing = "passkeys need a public address with a domain name and TLS (or localhost); see ATUM_PUBLIC_URL";
        Self::of(config).ok_or_else(|| Problem::wrong_state(missing))
    }

    pub fn webauthn(&self) -> Passki {
        Passki::new(&self.id, &[&self.origin], "Atum Desk")
    }
}

#[cfg(test)]
mod tests {
    use atum_core::config::SecretKey;

    use super::*;

    fn of(public_url: &str) -> Option<(String, String)> {
        let config = Config {
            data_dir: "/nowhere".into(),
            public_url: public_url.into(),
            upload_limit_bytes: 0,
            trusted_proxies: vec![],
            metrics_token: None,
            breached_passwords_file: None,
            mail_listen: None,
            watched_certificates: vec![],
            secret_key: SecretKey([0; 32]),
        };
        RelyingParty::of(&config).map(|party| (party.id, party.origin))
    }

    fn place(id: &str, origin: &str) -> Option<(String, String)> {
        Some((id.into(), origin.into()))
    }

    #[test]
    fn a_domain_over_tls() {
        assert_eq!(of("https://desk.example"), place("desk.example", "https://desk.example"));
        assert_eq!(of("https://Desk.Example:443"), place("desk.example", "https://desk.example"));
        assert_eq!(of("https://desk.example:8443"), place("desk.example", "https://desk.example:8443"));
    }

    #[test]
    fn this_machine_is_localhost() {
        let localhost = place("localhost", "http://localhost:8000");
        assert_eq!(of("http://localhost:8000"), localhost);
        assert_eq!(of("http://127.0.0.1:8000"), localhost);
        assert_eq!(of("http://[::1]:8000"), localhost);
    }

    #[test]
    fn no_browser_offers_passkeys_elsewhere() {
        for address in ["http://desk.example", "https://192.0.2.7", "https://[2001:db8::7]", "http://10.0.0.7:8000", ""]
        {
            assert_eq!(of(address), None, "{address}");
        }
    }
}
