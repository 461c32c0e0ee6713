use std::fmt;

/// What a server answered: RFC 5321, section 4.2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub code: u16,
    /// RFC 2034: where the server gives one.
    pub enhanced: Option<Enhanced>,
    /// Each line's text without codes.
    pub lines: Vec<String>,
}

/// RFC 3463: class, subject, detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enhanced(pub u8, pub u16, pub u16);

/// Lines of one reply, as they come.
#[derive(Debug, Default)]
pub(super) struct Lines {
    code: Option<u16>,
    enhanced: Option<Enhanced>,
    lines: Vec<String>,
}

/// A server that never ends its reply gets no further.
const MOST_LINES: usize = 200;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the server's answer is not SMTP: {0:?}")]
pub struct NotSmtp(pub String);

impl Lines {
    /// Takes a line without its end; gives the reply when it was the last.
    pub fn push(&mut self, line: &str) -> Result<Option<Reply>, NotSmtp> {
        let wrong = || NotSmtp(line.chars().take(120).collect());
        let code: u16 = line.get(..3).and_then(|code| code.parse().ok()).ok_or_else(wrong)?;
        let sound = (200..600).contains(&code) && self.code.is_none_or(|before| before == code);
        if !sound || self.lines.len() >= MOST_LINES {
            return Err(wrong());
        }
        let (goes_on, rest) = match line.as_bytes().get(3) {
            Some(b'-') => (true, &line[4..]),
            Some(b' ') => (false, &line[4..]),
            None => (false, ""),
            Some(_) => return Err(wrong()),
        };
        let (enhanced, text) = split_enhanced(rest, code);
        self.code = Some(code);
        self.enhanced = self.enhanced.or(enhanced);
        self.lines.push(text.trim().to_owned());
        if goes_on {
            return Ok(None);
        }
        let Self { enhanced, lines, .. } = std::mem::take(self);
        Ok(Some(Reply { code, enhanced, lines }))
    }
}

fn split_enhanced(text: &str, code: u16) -> (Option<Enhanced>, &str) {
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    // Class and code must agree; otherwise it is a text that begins with a number, such as a version.
    match word.parse::<Enhanced>() {
        Ok(enhanced) if u16::from(enhanced.0) == code / 100 => (Some(enhanced), rest),
        _ => (None, text),
    }
}

impl std::str::FromStr for Enhanced {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut numbers = text.split('.');
        let mut next = || numbers.next().filter(|number| (1..=3).contains(&number.len())).ok_or(());
        let (class, subject, detail) = (next()?, next()?, next()?);
        let class = class.parse().ok().filter(|class| [2, 4, 5].contains(class)).ok_or(())?;
        let (subject, detail) = (subject.parse().map_err(drop)?, detail.parse().map_err(drop)?);
        if numbers.next().is_some() { Err(()) } else { Ok(Self(class, subject, detail)) }
    }
}

impl Reply {
    pub fn is_positive(&self) -> bool {
        self.code < 400
    }

    /// 4yz: may be asked again.
    pub fn is_transient(&self) -> bool {
        (400..500).contains(&self.code)
    }
}

impl fmt::Display for Enhanced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// As the server said it, in one line.
impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        if let Some(enhanced) = self.enhanced {
            write!(f, " {enhanced}")?;
        }
        for line in self.lines.iter().filter(|line| !line.is_empty()) {
            write!(f, " {line}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Result<Option<Reply>, NotSmtp> {
        let mut reading = Lines::default();
        lines.iter().try_fold(None, |_, line| reading.push(line))
    }

    #[test]
    fn several_lines_are_one_reply_with_its_enhanced_code() {
        let reply = read(&["550-5.1.1 The account", "550-5.1.1 does not", "550 5.1.1 exist."]).unwrap().unwrap();
        assert_eq!(reply.enhanced, Some(Enhanced(5, 1, 1)));
        assert_eq!(reply.to_string(), "550 5.1.1 The account does not exist.");
        assert_eq!(read(&["250"]).unwrap().unwrap().to_string(), "250");
        assert_eq!(read(&["250-first"]).unwrap(), None);
    }

    #[test]
    fn a_number_that_is_no_enhanced_code_stays_text() {
        for line in ["220 4.8.1 ready", "250 2.0 ok", "250 2.0.0.1 ok", "250 1234.0.0 x", "250 9.0.0 x"] {
            let reply = read(&[line]).unwrap().unwrap();
            assert_eq!((reply.enhanced, reply.to_string().as_str()), (None, line));
        }
    }

    #[test]
    fn what_is_no_smtp_is_told_so() {
        for lines in [&["HTTP/1.1 400 Bad Request"][..], &["250x"], &["250-a", "251 b"], &["99 x"], &["é50 x"], &[""]]
        {
            assert!(read(lines).is_err(), "{lines:?}");
        }
        let endless = vec!["250-x"; MOST_LINES + 1];
        assert!(read(&endless).is_err());
    }
}
