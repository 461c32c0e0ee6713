use super::reply::Reply;

/// What the server says it can, in answer to EHLO.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Extensions {
    pub starttls: bool,
    pub utf8: bool,
    /// In bytes; 0 or absent: it does not say (RFC 1870).
    pub largest: Option<u64>,
    /// In upper case.
    pub mechanisms: Vec<String>,
}

impl Extensions {
    pub fn of(reply: &Reply) -> Self {
        let mut extensions = Self::default();
        // The first line is the server's name.
        for line in reply.lines.iter().skip(1) {
            // Some old servers write AUTH=LOGIN.
            let line = line.to_ascii_uppercase().replacen("AUTH=", "AUTH ", 1);
            let mut words = line.split_ascii_whitespace();
            match words.next() {
                Some("STARTTLS") => extensions.starttls = true,
                Some("SMTPUTF8") => extensions.utf8 = true,
                Some("SIZE") => extensions.largest = words.next().and_then(|size| size.parse().ok()),
                Some("AUTH") => extensions.mechanisms.extend(words.map(str::to_owned)),
                _ => {}
            }
        }
        extensions.largest = extensions.largest.filter(|largest| *largest > 0);
        extensions
    }

    pub fn signs_in_by(&self, mechanism: &str) -> bool {
        self.mechanisms.iter().any(|offered| offered == mechanism)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn are_read_whatever_their_case() {
        let lines = ["mx.example.com", "starttls", "SIZE 1000", "AUTH=LOGIN", "Auth plain XOAUTH2", "SMTPUTF8", "X-Y"];
        let reply = Reply { code: 250, enhanced: None, lines: lines.map(str::to_owned).to_vec() };
        let mechanisms = ["LOGIN", "PLAIN", "XOAUTH2"].map(str::to_owned).to_vec();
        let expected = Extensions { starttls: true, utf8: true, largest: Some(1000), mechanisms };
        assert_eq!(Extensions::of(&reply), expected);
        let unlimited = Reply { code: 250, enhanced: None, lines: vec!["STARTTLS".into(), "SIZE 0".into()] };
        assert_eq!(Extensions::of(&unlimited), Extensions::default(), "the first line is a name");
    }
}
