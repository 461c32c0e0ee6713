//! A network of addresses as people write it: `203.0.113.0/24`, `2001:db8::/48`, or one address alone (RFC 4632, RFC 4291
//! §2.3). IPv4 inside IPv6 (`::ffff:203.0.113.9`) is the IPv4 address.

use std::{fmt, net::IpAddr, str::FromStr};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network {
    first: IpAddr,
    prefix: u8,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotANetwork {
    Unreadable,
    /// `203.0.113.9/24`: bits are set behind the prefix. The network that has the address.
    NotItsFirst(Network),
}

impl Network {
    /// The network of this size that has the address in it.
    fn around(address: IpAddr, prefix: u8) -> Self {
        let first = match address {
            IpAddr::V4(v4) => IpAddr::from(std::net::Ipv4Addr::from_bits(v4.to_bits() & mask(prefix, 32) as u32)),
            IpAddr::V6(v6) => IpAddr::from(std::net::Ipv6Addr::from_bits(v6.to_bits() & mask(prefix, 128))),
        };
        Self { first, prefix }
    }

    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.first.is_ipv4() && Self::around(address, self.prefix).first == self.first
    }
}

/// The upper `prefix` of `width` bits.
fn mask(prefix: u8, width: u8) -> u128 {
    let all = u128::MAX >> (128 - u32::from(width));
    all & !all.checked_shr(prefix.into()).unwrap_or(0)
}

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let (address, prefix) = text.split_once('/').map_or((text, None), |(address, rest)| (address, Some(rest)));
        let given: IpAddr = address.parse().map_err(|_| NotANetwork::Unreadable)?;
        let width = if given.is_ipv4() { 32 } else { 128 };
        let digits = prefix.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
        let prefix = match (prefix, digits.and_then(|digits| digits.parse::<u8>().ok())) {
            (None, _) => width,
            (Some(_), Some(bits)) if bits <= width => bits,
            _ => return Err(NotANetwork::Unreadable),
        };
        let address = given.to_canonical();
        // ::ffff:0:0/96 is all of IPv4.
        let prefix = match address.is_ipv4() && !given.is_ipv4() {
            true => prefix.checked_sub(96).ok_or(NotANetwork::Unreadable)?,
            false => prefix,
        };
        let network = Self::around(address, prefix);
        if network.first == address { Ok(network) } else { Err(NotANetwork::NotItsFirst(network)) }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.prefix)
    }
}

impl fmt::Display for NotANetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable => f.write_str("is no address and no network such as 203.0.113.0/24 or 2001:db8::/48"),
            Self::NotItsFirst(network) => write!(f, "has bits behind its prefix; the network is {network}"),
        }
    }
}

impl std::error::Error for NotANetwork {}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        text.parse().unwrap_or_else(|error| panic!("{text} {error}"))
    }

    #[test]
    fn what_is_in_and_what_is_out() {
        for (text, inside, outside) in [
            ("203.0.113.0/24", "203.0.113.255", "203.0.114.0"),
            ("203.0.113.9", "203.0.113.9", "203.0.113.8"),
            ("0.0.0.0/0", "255.1.2.3", "2001:db8::1"),
            ("2001:db8::/48", "2001:db8:0:ffff::1", "2001:db8:1::1"),
            ("2001:db8::7", "2001:db8::7", "2001:db8::8"),
            ("::/0", "2001:db8::1", "203.0.113.9"),
            ("203.0.113.128/25", "::ffff:203.0.113.200", "::ffff:203.0.113.100"),
            ("::ffff:203.0.113.0/120", "203.0.113.77", "203.0.112.77"),
        ] {
            assert!(network(text).contains(inside.parse().unwrap()), "{inside} is in {text}");
            assert!(!network(text).contains(outside.parse().unwrap()), "{outside} is not in {text}");
        }
    }

    #[test]
    fn a_network_is_written_in_one_way() {
        for (text, written) in [
            ("203.0.113.9", "203.0.113.9/32"),
            ("2001:DB8::0/48", "2001:db8::/48"),
            ("::ffff:203.0.113.0/120", "203.0.113.0/24"),
            ("::ffff:0:0/96", "0.0.0.0/0"),
        ] {
            assert_eq!(network(text).to_string(), written);
        }
    }

    #[test]
    fn bits_behind_the_prefix_are_refused_with_what_was_meant() {
        let refused = "203.0.113.9/24".parse::<Network>();
        assert_eq!(refused, Err(NotANetwork::NotItsFirst(network("203.0.113.0/24"))));
        assert!("2001:db8::1/48".parse::<Network>().is_err());
    }

    #[test]
    fn what_is_no_network() {
        for text in
            ["", "here", "203.0.113.0/33", "203.0.113.0/", "203.0.113.0/+8", "::/129", "1.2.3/24", "::ffff:1.2.3.4/64"]
        {
            assert_eq!(text.parse::<Network>(), Err(NotANetwork::Unreadable), "{text}");
        }
    }
}
