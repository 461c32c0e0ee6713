use std::net::IpAddr;

use serde::Serialize;
use utoipa::ToSchema;

/// Where an address is, as far as its number tells (RFC 6890's registries).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The server itself.
    ThisMachine,
    /// A network that the internet does not see into: an office, a home, a VPN.
    PrivateNetwork,
    Internet,
    Unknown,
}

impl Place {
    pub fn of(ip: Option<IpAddr>) -> Self {
        match ip.map(|ip| ip.to_canonical()) {
            None => Self::Unknown,
            Some(ip) if ip.is_loopback() => Self::ThisMachine,
            Some(IpAddr::V4(ip)) if ip.is_private() || ip.is_link_local() => Self::PrivateNetwork,
            Some(IpAddr::V6(ip)) if ip.is_unique_local() || ip.is_unicast_link_local() => Self::PrivateNetwork,
            Some(_) => Self::Internet,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_tells_so_much_and_no_more() {
        for (ip, place) in [
            ("127.0.0.1", Place::ThisMachine),
            ("::1", Place::ThisMachine),
            ("::ffff:127.0.0.1", Place::ThisMachine),
            ("10.1.2.3", Place::PrivateNetwork),
            ("172.31.255.255", Place::PrivateNetwork),
            ("192.168.0.7", Place::PrivateNetwork),
            ("169.254.1.1", Place::PrivateNetwork),
            ("fd12::1", Place::PrivateNetwork),
            ("fe80::1", Place::PrivateNetwork),
            ("172.32.0.1", Place::Internet),
            ("203.0.113.9", Place::Internet),
            ("2001:db8::1", Place::Internet),
        ] {
            assert_eq!(Place::of(Some(ip.parse().unwrap())), place, "{ip}");
        }
        assert_eq!(Place::of(None), Place::Unknown);
    }
}
