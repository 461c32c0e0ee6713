use std::fmt;

/// An address that can stand in an SMTP command and in a header without saying anything but itself: no control
/// characters, no white space, nothing that ends the address early.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address {
    local: String,
    domain: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no e-mail address")]
pub struct NotAnAddress;

/// Lengths in bytes: RFC 5321, section 4.5.3.1.
const LONGEST: usize = 254;
const LONGEST_LOCAL: usize = 64;

impl Address {
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// Whether the local part needs a server that takes UTF-8 (RFC 6531). A domain never does: it has a form in ASCII.
    pub fn needs_utf8(&self) -> bool {
        !self.local.is_ascii()
    }

    /// As it stands in a command.
    pub fn in_command(&self) -> String {
        let domain = url::Host::parse(&self.domain).map_or_else(|_| self.domain.clone(), |host| host.to_string());
        format!("{}@{domain}", self.local)
    }
}

impl std::str::FromStr for Address {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(NotAnAddress)?;
        let fits = text.len() <= LONGEST && (1..=LONGEST_LOCAL).contains(&local.len());
        let named = domain.split('.').all(is_label) && domain.contains(char::is_alphabetic);
        let local_is_plain = !local.starts_with('.') && !local.ends_with('.') && local.chars().all(is_plain);
        if !(fits && named && local_is_plain) {
            return Err(NotAnAddress);
        }
        Ok(Self { local: local.to_owned(), domain: domain.to_lowercase() })
    }
}

/// Quoted local parts are left out on purpose: nobody has one, and every program reads them differently.
fn is_plain(letter: char) -> bool {
    letter.is_alphanumeric() || ".!#$%&'*+-/=?^_`{|}~".contains(letter)
}

fn is_label(label: &str) -> bool {
    let edges = !label.starts_with('-') && !label.ends_with('-');
    (1..=63).contains(&label.len()) && edges && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-')
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local, self.domain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_say_more_than_an_address_is_none() {
        for address in ["ann@example.com", "o'neil+desk@mail.example.co", "björn@exämple.de", "a@localhost"] {
            assert_eq!(address.parse::<Address>().unwrap().to_string(), address);
        }
        for wrong in [
            "ann@example.com\r\nBcc: x@y.z",
            "ann@example.com>\r\nDATA",
            "ann@example.com> SIZE=1",
            "ann example@x.com",
            "@example.com",
            "ann@",
            "ann",
            "ann@-x.com",
            "ann@x..com",
            "ann@127.0.0.1",
            ".ann@x.com",
            "ann\0@x.com",
            "\u{202e}ann@x.com",
            "a,b@x.com",
            "<a@x.com>",
            &format!("{}@x.com", "a".repeat(65)),
        ] {
            assert!(wrong.parse::<Address>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_command_has_the_domain_in_ascii() {
        assert_eq!("ann@Exämple.de".parse::<Address>().unwrap().in_command(), "ann@xn--exmple-cua.de");
        assert!("björn@x.de".parse::<Address>().unwrap().needs_utf8());
    }
}
