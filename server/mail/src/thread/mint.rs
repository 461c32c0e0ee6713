//! What goes out with a mail of ours, so that its answer finds home, and reading it back. Ids are without angle brackets.

use std::sync::LazyLock;

use regex::Regex;
use uuid::Uuid;

use super::Keys;

/// RFC 5321 §4.5.3.1.1.
const MOST_LOCAL_PART: usize = 64;

/// Where the answer to a ticket goes: the channel's address with a token, or without one where it would be too long.
pub fn reply_address(keys: &Keys, address: &str, number: i64) -> String {
    let number = number.to_string();
    let mac = keys.mac(&["reply", &number]);
    plus(address, &format!("t{number}.{mac}")).unwrap_or_else(|| address.to_owned())
}

/// The ticket's number.
pub fn read_reply_address(keys: &Keys, address: &str) -> Option<i64> {
    let (number, mac) = tag(address)?.strip_prefix(['t', 'T'])?.split_once('.')?;
    keys.verify(&["reply", number], mac).then(|| number.parse().ok()).flatten()
}

/// The Message-ID of a mail of ours. The id is the message's, or the outgoing mail's.
pub fn message_id(keys: &Keys, domain: &str, number: i64, id: Uuid) -> String {
    let (number, id) = (number.to_string(), id.simple().to_string());
    let mac = keys.mac(&["message", &number, &id]);
    format!("t.{number}.{id}.{mac}@{domain}")
}

/// The ticket's number and the id. The domain is not looked at: some relays put their own.
pub fn read_message_id(keys: &Keys, reference: &str) -> Option<(i64, Uuid)> {
    let local = reference.trim_matches(['<', '>', ' ']).split('@').next()?;
    let [prefix, number, id, mac] = local.split('.').collect::<Vec<_>>().try_into().ok()?;
    let valid = prefix.eq_ignore_ascii_case("t") && keys.verify(&["message", number, &id.to_ascii_lowercase()], mac);
    valid.then(|| Some((number.parse().ok()?, id.parse().ok()?))).flatten()
}

/// Where failures of one envelope come back to (VERP).
pub fn return_path(keys: &Keys, address: &str, envelope: Uuid) -> String {
    let id = envelope.simple().to_string();
    let mac = keys.mac(&["bounce", &id]);
    plus(address, &format!("b{id}.{mac}")).unwrap_or_else(|| address.to_owned())
}

/// The envelope's id.
pub fn read_return_path(keys: &Keys, address: &str) -> Option<Uuid> {
    let (id, mac) = tag(address)?.strip_prefix(['b', 'B'])?.split_once('.')?;
    keys.verify(&["bounce", &id.to_ascii_lowercase()], mac).then(|| id.parse().ok()).flatten()
}

/// For hidden text of the HTML part: found in what a program quotes that drops every header.
pub fn body_marker(keys: &Keys, number: i64) -> String {
    let number = number.to_string();
    format!("atum:t{number}.{}", keys.mac(&["body", &number]))
}

/// The ticket's number of the first valid marker.
pub fn read_body_marker(keys: &Keys, body: &str) -> Option<i64> {
    static MARKER: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"atum:t(\d{1,18})\.([a-z2-7]{16})").expect("a pattern of this crate"));
    let valid = |found: &regex::Captures<'_>| keys.verify(&["body", &found[1]], &found[2]);
    MARKER.captures_iter(body).take(100).find(valid).and_then(|found| found[1].parse().ok())
}

/// For the link by which a ticket's requester rates it.
pub fn rating(keys: &Keys, number: i64, requester: Uuid) -> String {
    keys.mac(&["rating", &number.to_string(), &requester.simple().to_string()])
}

pub fn is_rating(keys: &Keys, number: i64, requester: Uuid, mac: &str) -> bool {
    keys.verify(&["rating", &number.to_string(), &requester.simple().to_string()], mac)
}

fn plus(address: &str, tag: &str) -> Option<String> {
    let (local, domain) = address.rsplit_once('@')?;
    (local.len() + 1 + tag.len() <= MOST_LOCAL_PART).then(|| format!("{local}+{tag}@{domain}"))
}

/// What follows the plus in an address; its last part, since a channel's own address may have one.
fn tag(address: &str) -> Option<&str> {
    address.rsplit_once('@')?.0.rsplit_once('+').map(|(_, tag)| tag)
}

#[cfg(test)]
mod tests {
    use super::{super::keys::tests::keys, *};

    #[test]
    fn what_is_minted_is_read_and_what_is_forged_is_not() {
        let (ours, theirs) = (keys(1, 1), keys(1, 2));
        let id = Uuid::from_u128(7);
        let address = reply_address(&ours, "support@acme.test", 42);
        assert_eq!(read_reply_address(&ours, &address.to_uppercase()), Some(42), "{address}");
        assert_eq!(read_reply_address(&theirs, &address), None);
        assert_eq!(read_reply_address(&ours, &address.replace("t42", "t43")), None);
        let reference = message_id(&ours, "acme.test", 42, id);
        assert_eq!(read_message_id(&ours, &format!("<{reference}>")), Some((42, id)));
        assert_eq!(read_message_id(&theirs, &reference), None);
        assert_eq!(read_message_id(&ours, &reference.replace(".42.", ".43.")), None);
        let path = return_path(&ours, "support@acme.test", id);
        assert_eq!(read_return_path(&ours, &path), Some(id));
        assert_eq!((read_return_path(&theirs, &path), read_reply_address(&ours, &path)), (None, None));
        assert!(path.rsplit_once('@').unwrap().0.len() <= MOST_LOCAL_PART, "{path}");
        let marker = format!("<blockquote>{} {}", "atum:t1.aaaaaaaaaaaaaaaa", body_marker(&ours, 42));
        assert_eq!(read_body_marker(&ours, &marker), Some(42));
        assert_eq!(read_body_marker(&theirs, &marker), None);
    }

    #[test]
    fn an_address_that_would_be_too_long_stays_plain() {
        let long = format!("{}@acme.test", "s".repeat(60));
        assert_eq!(reply_address(&keys(1, 1), &long, 42), long);
        assert_eq!(read_reply_address(&keys(1, 1), "no address"), None);
    }

    proptest::proptest! {
        #[test]
        fn nothing_that_is_read_panics(text in ".{0,200}") {
            let keys = keys(1, 1);
            let _ = (read_reply_address(&keys, &text), read_message_id(&keys, &text));
            let _ = (read_return_path(&keys, &text), read_body_marker(&keys, &text));
        }
    }
}
