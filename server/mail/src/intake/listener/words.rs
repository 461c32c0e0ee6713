//! What the other side says, line by line.

/// One command of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Command {
    /// With the protocol that it begins.
    Hello(Protocol, String),
    Mail(String),
    Recipient(String),
    Data,
    Reset,
    Nothing,
    Verify,
    Quit,
    /// A known one that cannot be read.
    Garbled,
    Unknown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    Smtp,
    /// Answers for each recipient.
    Lmtp,
}

pub(super) fn read(line: &str) -> Command {
    let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
    let rest = rest.trim();
    match verb.to_ascii_uppercase().as_str() {
        "EHLO" | "HELO" => Command::Hello(Protocol::Smtp, rest.to_owned()),
        "LHLO" => Command::Hello(Protocol::Lmtp, rest.to_owned()),
        "MAIL" => path(rest, "FROM:").map_or(Command::Garbled, Command::Mail),
        "RCPT" => path(rest, "TO:").filter(|path| !path.is_empty()).map_or(Command::Garbled, Command::Recipient),
        "DATA" => Command::Data,
        "RSET" => Command::Reset,
        "NOOP" => Command::Nothing,
        "VRFY" => Command::Verify,
        "QUIT" => Command::Quit,
        _ => Command::Unknown,
    }
}

/// The address in the brackets, without a source route (RFC 5321, appendix C); parameters behind it are not asked.
fn path(rest: &str, before: &str) -> Option<String> {
    let begins = rest.get(..before.len())?.eq_ignore_ascii_case(before);
    let inner = rest.get(before.len()..).filter(|_| begins)?.trim_start().strip_prefix('<')?;
    let (path, _) = inner.split_once('>')?;
    let address = if path.starts_with('@') { path.split_once(':')?.1 } else { path };
    (address.len() <= 320 && !address.contains(char::is_control)).then(|| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_as_they_are_written() {
        assert_eq!(read("lhlo mx.example"), Command::Hello(Protocol::Lmtp, "mx.example".into()));
        assert_eq!(read("MAIL FROM:<> SIZE=12"), Command::Mail(String::new()));
        assert_eq!(read("mail from: <a@b> BODY=8BITMIME"), Command::Mail("a@b".into()));
        assert_eq!(read("RCPT TO:<@relay.example:a+t1@b>"), Command::Recipient("a+t1@b".into()));
        for garbled in ["MAIL", "MAIL TO:<a@b>", "RCPT TO:<>", "RCPT TO:a@b", "MAIL FROM:<a", "RCPT TÖ:<a@b>"] {
            assert_eq!(read(garbled), Command::Garbled, "{garbled}");
        }
        assert_eq!(read("AUTH PLAIN"), Command::Unknown);
    }
}
