use std::{net::IpAddr, path::PathBuf};

/// What the operator decided. Made by the binary from its flags and environment.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where blobs and secrets lie.
    pub data_dir: PathBuf,
    /// The address people use, without a trailing slash; links are made with it and it decides `Secure` cookies.
    pub public_url: String,
    /// Largest upload in bytes.
    pub upload_limit_bytes: u64,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Lets a scraper that is not on this machine read `/metrics`.
    pub metrics_token: Option<String>,
}

impl Config {
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}
