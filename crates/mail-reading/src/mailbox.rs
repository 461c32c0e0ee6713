//! Who: addresses with names, also where the field is broken.

use mail_parser::{Address, Message};
use serde::Serialize;

/// An address and the name beside it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Mailbox {
    /// As it was written; empty where there was none.
    pub address: String,
    /// Empty where there was none.
    pub name: String,
}

/// All mailboxes of a field, those of groups too.
pub(crate) fn all(address: Option<&Address<'_>>) -> Vec<Mailbox> {
    let one = |addr: &mail_parser::Addr<'_>| {
        let address = addr.address().unwrap_or_default().trim().to_owned();
        sorted(Mailbox { address, name: bare_name(addr.name().unwrap_or_default()) })
    };
    address.into_iter().flat_map(Address::iter).map(one).filter(|mailbox| *mailbox != Mailbox::default()).collect()
}

/// `Ana ana@example.com` and `"ana@example.com"`: brackets are missing, the address is there.
fn sorted(mailbox: Mailbox) -> Mailbox {
    let Mailbox { address, name } = &mailbox;
    match address.rsplit_once(char::is_whitespace) {
        Some((before, last)) if last.contains('@') && !before.contains('@') && name.is_empty() => {
            Mailbox { address: last.to_owned(), name: bare_name(before) }
        }
        _ if address.is_empty() && name.contains('@') && !name.contains(char::is_whitespace) => {
            Mailbox { address: name.clone(), name: String::new() }
        }
        _ => mailbox,
    }
}

fn bare_name(name: &str) -> String {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    name.trim_matches(['"', '\'']).trim().to_owned()
}

/// Who wrote: the first mailbox of From with an address, and if From has none, who else says to be responsible. The name
/// is the one beside that address: another's would lend it a face.
pub(crate) fn sender(message: &Message<'_>) -> Option<Mailbox> {
    let fields = [message.from(), message.reply_to(), message.sender()];
    let found = fields.into_iter().flat_map(all).find(|mailbox| mailbox.address.contains('@'));
    let path = || message.return_address().filter(|path| path.contains('@'));
    let found = found.or_else(|| path().map(|path| Mailbox { address: path.to_owned(), name: String::new() }));
    let found = found.or_else(|| all(message.from()).into_iter().next())?;
    let name = if found.name == found.address { String::new() } else { found.name };
    Some(Mailbox { name, ..found })
}
