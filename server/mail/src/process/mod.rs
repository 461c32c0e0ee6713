//! What becomes of a stored mail.

use atum_core::ids::InboundMailId;
use atum_jobs::Job;
use serde::{Deserialize, Serialize};

/// Makes of a stored mail what it is: a ticket, a message, a report. Enqueued in the transaction that stores it.
#[derive(Debug, Serialize, Deserialize)]
pub struct ProcessMail {
    pub inbound_mail_id: InboundMailId,
}

impl Job for ProcessMail {
    const KIND: &'static str = "process_mail";
    const PRIORITY: i16 = 1;

    fn unique_key(&self) -> Option<String> {
        Some(self.inbound_mail_id.to_string())
    }
}
