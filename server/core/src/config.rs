use std::{net::SocketAddr, path::PathBuf};

use crate::network::Network;

/// What the operator decided. Made by the binary from its flags and environment.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where blobs and secrets lie.
    pub data_dir: PathBuf,
    /// The address people use, without a trailing slash; links are made with it and it decides `Secure` cookies.
    pub public_url: String,
    /// Largest upload in bytes.
    pub upload_limit_bytes: u64,
    /// Proxies, or networks of them, whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Lets a scraper that is not on this machine read `/metrics`.
    pub metrics_token: Option<String>,
    /// Passwords known from breaches that the operator adds to those of the program: see docs/passwords.md.
    pub breached_passwords_file: Option<PathBuf>,
    /// Where mail is taken that a server hands over. `None`: nowhere.
    pub mail_listen: Option<SocketAddr>,
    /// Certificates in PEM whose end health tells of, whoever serves them.
    pub watched_certificates: Vec<PathBuf>,
    /// Seals what the database must not tell by itself.
    pub secret_key: SecretKey,
}

/// 256 bits of the installation's secrets file. It never shows in a log.
#[derive(Clone)]
pub struct SecretKey(pub [u8; 32]);

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey")
    }
}

impl Config {
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}
