//! Reports for people: addresses and codes out of what servers write, up to the mail that they return.

use std::sync::LazyLock;

use mail_parser::Message;
use regex::Regex;

use crate::{bounce::Recipient, header, mailbox, reason};

static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"[A-Za-z0-9._%+\-=/']+@[A-Za-z0-9.\-]+\.[A-Za-z]{2,}"#).expect("a pattern of this crate")
});
static RETURNED: LazyLock<Regex> = LazyLock::new(|| {
    let words = r"-+ ?(?:below this line is a copy|this is a copy|original message|unsent message|returned message|message header|the header|the following is)|\
                  received: |return-path: |message text follows|original message follows|the text you sent follows|a copy of (?:the|your) |------ returned|begin message";
    Regex::new(&format!(r"(?im)^\W{{0,4}}(?:{})", words.replace("\\\n                  ", "")))
        .expect("a pattern of this crate")
});

/// Who did not get it. What follows an address, up to the next, tells why.
pub(crate) fn recipients(message: &Message<'_>, text: &str) -> Vec<Recipient> {
    let own: Vec<String> = mailbox::all(message.to())
        .into_iter()
        .chain(mailbox::sender(message))
        .map(|mailbox| mailbox.address.to_ascii_lowercase())
        .collect();
    let end = RETURNED.find(text).map_or(text.len(), |found| found.start());
    let words = if end < 20 { text } else { &text[..end] };
    let failed = header::raw(message, "X-Failed-Recipients");
    let source = if failed.is_empty() { words } else { failed.as_str() };
    let mut addresses: Vec<(String, usize)> = Vec::new();
    for found in ADDRESS.find_iter(source) {
        let address = found.as_str().trim_matches(['\'', '=']).to_owned();
        let known = addresses.iter().any(|(known, _)| known.eq_ignore_ascii_case(&address));
        if !known && !own.contains(&address.to_ascii_lowercase()) {
            addresses.push((address, if failed.is_empty() { found.start() } else { 0 }));
        }
    }
    let nexts: Vec<usize> = addresses.iter().skip(1).map(|(_, at)| *at).chain([words.len()]).collect();
    let told = |((address, at), next): ((String, usize), usize)| {
        let own_words = words.get(at..next.max(at)).unwrap_or(words);
        let why =
            if reason::status(own_words).or_else(|| reason::reply(own_words)).is_some() { own_words } else { words };
        of(address, why)
    };
    addresses.into_iter().zip(nexts).map(told).take(100).collect()
}

fn of(address: String, why: &str) -> Recipient {
    let coded = reason::status(why).filter(|status| !status.starts_with('2'));
    let replied = reason::reply(why).map(|code| format!("{}.0.0", &code[..1]));
    let hard_words = reason::is_hard("5.0.0", why);
    let status = coded.or(replied).unwrap_or_else(|| if hard_words { "5.1.1".to_owned() } else { String::new() });
    Recipient { hard: reason::is_hard(&status, why), address, status, delivered: false }
}
