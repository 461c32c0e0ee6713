use atum_core::{checks::Checks, ids::MessageId};
use atum_jobs::Job;
use serde::{Deserialize, Serialize};

/// Sends staff's public reply by mail. Enqueued in the reply's own transaction; `mail` does it.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendReply {
    pub message_id: MessageId,
    pub cc: Vec<String>,
    pub bcc: Vec<String>,
}

impl Job for SendReply {
    const KIND: &'static str = "send_reply";
    const PRIORITY: i16 = 1;

    fn unique_key(&self) -> Option<String> {
        Some(self.message_id.to_string())
    }
}

/// Addresses that a mail of this organization may be copied to at once.
const MOST_COPIES: usize = 50;

/// Refuses what is no address, naming its place.
pub(crate) fn check_copies(checks: &mut Checks, field: &str, addresses: &[String]) {
    let most = addresses.len() <= MOST_COPIES;
    checks.require(most, field, "too_many", format!("has {} addresses, at most {MOST_COPIES}", addresses.len()));
    for (place, address) in addresses.iter().enumerate() {
        let sound = atum_identity::is_email(address) && !address.contains(['<', '>', ',', ';', '"', '(', ')', ':']);
        checks.require(sound, &format!("{field}/{place}"), "invalid", "is no e-mail address");
    }
}
