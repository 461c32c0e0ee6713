//! Reports for people: addresses and codes out of what servers write, up to the mail that they return.

use std::sync::LazyLock;

use mail_parser::Message;
use regex::Regex;

use crate::{bounce::Recipient, header, mailbox, reason};

static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"[A-Za-z0-9._%+\-=/']+@[A-Za-z0-9.\-]+\.[A-Za-z]{2,}"#).expect("a pattern of this crate")
});
/// Where the mail that came back begins.
static RETURNED: LazyLock<Regex> = LazyLock::new(|| {
    let words = "-+ ?(?:below this line is a copy|this is a copy|original message|unsent message|returned message|\
                 message header|the header|the following is)|received: |return-path: |message text follows|\
                 original message follows|the text you sent follows|a copy of (?:the|your) |begin message";
    Regex::new(&format!(r"(?im)^\W{{0,4}}(?:{words})")).expect("a pattern of this crate")
});

/// A report names no more; a text that does is something else.
const MOST: usize = 100;

/// Who did not get it. What follows an address, up to the next, tells why.
pub(crate) fn recipients(message: &Message<'_>, text: &str) -> Vec<Recipient> {
    let end = RETURNED.find(text).map_or(text.len(), |found| found.start());
    // Where the report begins with the mail, its words are below.
    let words = if end < 20 { text } else { &text[..end] };
    let failed = header::raw(message, "X-Failed-Recipients");
    let mut named = addresses(message, if failed.is_empty() { words } else { &failed });
    if !failed.is_empty() {
        named.iter_mut().for_each(|(_, at)| *at = 0);
    }
    let nexts: Vec<usize> = named.iter().skip(1).map(|(_, at)| *at).chain([words.len()]).collect();
    let told = |((address, at), next): ((String, usize), usize)| of(address, why(words, at, next));
    named.into_iter().zip(nexts).map(told).collect()
}

/// Each address once, with where it stands; not those of who sent and who gets the report.
fn addresses(message: &Message<'_>, text: &str) -> Vec<(String, usize)> {
    let own = mailbox::all(message.to()).into_iter().chain(mailbox::sender(message));
    let mut known: Vec<String> = own.map(|mailbox| mailbox.address.to_ascii_lowercase()).collect();
    let mut named = Vec::new();
    for found in ADDRESS.find_iter(text) {
        let address = found.as_str().trim_matches(['\'', '=']).to_owned();
        if named.len() < MOST && !known.contains(&address.to_ascii_lowercase()) {
            known.push(address.to_ascii_lowercase());
            named.push((address, found.start()));
        }
    }
    named
}

/// The words after an address, if they tell a code, else all.
fn why(words: &str, at: usize, next: usize) -> &str {
    let own = words.get(at..next.max(at)).unwrap_or(words);
    let coded = reason::status(own).or_else(|| reason::reply(own)).is_some();
    if coded { own } else { words }
}

fn of(address: String, why: &str) -> Recipient {
    let coded = reason::status(why).filter(|status| !status.starts_with('2'));
    let replied = reason::reply(why).map(|code| format!("{}.0.0", &code[..1]));
    let hard_words = reason::is_hard("5.0.0", why);
    let status = coded.or(replied).unwrap_or_else(|| if hard_words { "5.1.1".to_owned() } else { String::new() });
    Recipient { hard: reason::is_hard(&status, why), address, status, delivered: false, delayed: false }
}
