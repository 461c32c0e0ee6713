//! Who wrote a mail: From, and never Reply-To.

use atum_core::{
    Result,
    caller::Role,
    db::{ReadWrite, TenantTx},
};
use atum_identity::Person;
use mail_reading::{Mailbox, Reading};

use crate::thread::{self, Authenticity};

/// For mails that name nobody who could be answered.
const NOBODY: &str = "unknown@invalid";

pub(super) struct Sender {
    pub person: Person,
    pub mailbox: Mailbox,
    pub authenticity: Authenticity,
}

impl Sender {
    /// Staff whose address was proved. Anybody can write anybody's address into From.
    pub fn agent(&self) -> Option<Role> {
        let proved = self.authenticity == Authenticity::Pass && self.person.active;
        Some(self.person.role).filter(|role| role.is_staff() && proved)
    }

    /// What staff are to know before they believe it.
    pub fn warning(&self, reading: &Reading) -> Option<&'static str> {
        let differs = |reply: &Mailbox| !reply.address.eq_ignore_ascii_case(&self.mailbox.address);
        if self.person.role.is_staff() && self.agent().is_none() {
            return Some("unauthenticated_agent");
        }
        if self.authenticity == Authenticity::Fail {
            return Some("authentication_failed");
        }
        reading.reply_to.first().filter(|reply| differs(reply)).map(|_| "reply_to_differs")
    }
}

/// The person of this address, who is made known where nobody is: without an account, as a customer.
pub(super) async fn sender(tx: &mut TenantTx<ReadWrite>, reading: &Reading, trusted: Option<&str>) -> Result<Sender> {
    let given = reading.from.clone().unwrap_or_default();
    let mailbox = mailbox(&given.address, &given.name);
    let authenticity = thread::authenticity(reading.authentication_results.as_deref(), trusted, &mailbox.address);
    let person = person(tx, &mailbox).await?;
    Ok(Sender { person, mailbox, authenticity })
}

/// The address in lower case, and a name that is one.
pub(super) fn mailbox(address: &str, name: &str) -> Mailbox {
    let address = address.trim().to_lowercase();
    let address = if thread::is_address(&address) { address } else { NOBODY.to_owned() };
    Mailbox { address, name: name.chars().filter(|letter| !letter.is_control()).take(120).collect() }
}

pub(super) async fn person(tx: &mut TenantTx<ReadWrite>, mailbox: &Mailbox) -> Result<Person> {
    let name = match mailbox.name.trim() {
        "" if mailbox.address == NOBODY => "Unknown sender",
        "" => &mailbox.address,
        name => name,
    };
    atum_identity::person::known_by_address(tx, &mailbox.address, name).await
}
