//! Which mail it is, wherever it is met again: its Message-ID and its header, without what servers on the way write into
//! it. The Message-ID alone is not enough: programs use the same one again for other mails.

use std::panic::catch_unwind;

use atum_core::ids::MailChannelId;
use sha2::{Digest, Sha256};

/// Longer ones are no ids; what stands for them is as good.
const LONGEST_ID: usize = 480;
/// So much of a header is read for the log.
const READ_BYTES: usize = 64 * 1024;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    /// The Message-ID without its brackets, or one made from the contents.
    pub identity: String,
    pub header_sha256: String,
    /// For people who look at the log.
    pub from_address: Option<String>,
    pub subject: Option<String>,
}

/// `whole_bytes` is the size of the mail, of which `raw` may be the header alone.
pub(super) fn of(raw: &[u8], whole_bytes: u64, channel_id: MailChannelId) -> Identity {
    let (header, body) = split(raw);
    let fields: Vec<(String, String)> = fields(header).filter(|(name, _)| !is_of_the_way(name)).collect();
    let mut digest = Sha256::new();
    for (name, value) in &fields {
        digest.update(format!("{name}:{value}\n"));
    }
    let header_sha256 = hex::encode(digest.clone().finalize());
    let given = fields.iter().find(|(name, _)| name == "message-id").and_then(|(_, value)| message_id(value));
    let identity = given.unwrap_or_else(|| {
        digest.update(whole_bytes.to_be_bytes());
        digest.update(body);
        format!("gen-{}@{channel_id}", hex::encode(digest.finalize()))
    });
    let (from_address, subject) = for_the_log(header);
    Identity { identity, header_sha256, from_address, subject }
}

fn split(raw: &[u8]) -> (&[u8], &[u8]) {
    let end = |pattern: &[u8]| raw.windows(pattern.len()).position(|window| window == pattern);
    match (end(b"\r\n\r\n"), end(b"\n\n")) {
        (Some(at), other) if other.is_none_or(|other| at <= other) => raw.split_at(at + 2),
        (_, Some(at)) => raw.split_at(at + 1),
        _ => (raw, &[]),
    }
}

/// Names in lower case, values unfolded and with single spaces: relays fold anew.
fn fields(header: &[u8]) -> impl Iterator<Item = (String, String)> {
    let text = String::from_utf8_lossy(header).replace('\0', "");
    let mut fields: Vec<(String, String)> = vec![];
    for line in text.lines() {
        match (line.starts_with([' ', '\t']), fields.last_mut(), line.split_once(':')) {
            (true, Some((_, value)), _) => {
                value.push(' ');
                value.push_str(line);
            }
            (_, _, Some((name, value))) => fields.push((name.trim().to_lowercase(), value.to_owned())),
            _ => {}
        }
    }
    fields.into_iter().map(|(name, value)| (name, value.split_whitespace().collect::<Vec<_>>().join(" ")))
}

/// Written by each server that hands the mail on.
fn is_of_the_way(name: &str) -> bool {
    const NAMES: [&str; 8] = [
        "received",
        "received-spf",
        "return-path",
        "delivered-to",
        "envelope-to",
        "authentication-results",
        "status",
        "dkim-signature",
    ];
    NAMES.contains(&name) || name.starts_with("x-") || name.starts_with("arc-")
}

fn message_id(value: &str) -> Option<String> {
    let inner = value.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or(value, |(id, _)| id);
    let id: String = inner.split_whitespace().collect();
    (!id.is_empty() && id.len() <= LONGEST_ID).then_some(id)
}

/// Stage one believes nothing that reads a mail: what goes wrong here costs two words in a list.
fn for_the_log(header: &[u8]) -> (Option<String>, Option<String>) {
    let header = [&header[..header.len().min(READ_BYTES)], b"\r\n"].concat();
    let Ok(reading) = catch_unwind(|| mail_reading::read(&header)) else { return (None, None) };
    let told = |text: String| Some(text.replace('\0', "")).filter(|text| !text.is_empty());
    (reading.from.and_then(|from| told(from.address)), told(reading.subject))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(raw: &str) -> Identity {
        of(raw.as_bytes(), raw.len() as u64, MailChannelId(uuid::Uuid::nil()))
    }

    const MAIL: &str = "Received: from a\r\nFrom: Ana <ana@example.com>\r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n\
        Message-ID: <1@example.com>\r\n\r\nbody\r\n";

    #[test]
    fn it_is_the_same_mail_by_whatever_way_it_came() {
        let other_way =
            MAIL.replace("Received: from a", "Received: from b\r\n\tby c\r\nX-Spam: 1\r\nDelivered-To: x@y");
        assert_eq!(identity(MAIL), identity(&other_way));
        let refolded = MAIL.replace("From: Ana <", "From: Ana\r\n <");
        assert_eq!(identity(MAIL).header_sha256, identity(&refolded).header_sha256);
        assert_eq!(identity(MAIL).identity, "1@example.com");
        assert_eq!(identity(MAIL).subject.as_deref(), Some("Grüße"));
        assert_eq!(identity(MAIL).from_address.as_deref(), Some("ana@example.com"));
    }

    #[test]
    fn a_message_id_that_is_used_again_is_another_mail() {
        let other = MAIL.replace("Subject: ", "Subject: Re: ");
        assert_eq!(identity(MAIL).identity, identity(&other).identity);
        assert_ne!(identity(MAIL).header_sha256, identity(&other).header_sha256);
    }

    #[test]
    fn without_a_message_id_the_contents_are_one() {
        let without = MAIL.replace("Message-ID: <1@example.com>\r\n", "");
        let made = identity(&without).identity;
        assert!(made.starts_with("gen-") && made.ends_with("@00000000-0000-0000-0000-000000000000"), "{made}");
        assert_eq!(made, identity(&without).identity);
        assert_ne!(made, identity(&without.replace("body", "another body")).identity);
        for odd in ["", "Message-ID: <>\r\n", "Message-ID:   \r\n"] {
            assert!(
                identity(&without.replace("From:", &format!("{odd}From:"))).identity.starts_with("gen-"),
                "{odd:?}"
            );
        }
    }

    #[test]
    fn anything_has_an_identity() {
        for raw in ["", "\0\0\0", "\r\n\r\n", "no colon at all", ": \n :\n", "Message-ID: <a\0b>\n\n\0"] {
            let told = identity(raw);
            assert!(!told.identity.contains('\0') && told.identity.len() <= 500, "{raw:?}: {told:?}");
        }
        let long = format!("Message-ID: <{}@x>\n\n", "a".repeat(100_000));
        assert!(identity(&long).identity.starts_with("gen-"));
    }
}
