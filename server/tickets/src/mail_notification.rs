use atum_core::ids::{EventId, PersonId};
use atum_jobs::Job;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::notification::NotificationKind;

/// Tells somebody of an event by mail. Enqueued with the notification; `mail` does it.
#[derive(Debug, Serialize, Deserialize)]
pub struct MailNotification {
    pub event_id: EventId,
    pub person_id: PersonId,
    pub kind: NotificationKind,
    /// The end of the person's quiet hours. None: at once.
    pub not_before: Option<DateTime<Utc>>,
}

impl Job for MailNotification {
    const KIND: &'static str = "mail_notification";

    fn unique_key(&self) -> Option<String> {
        Some(format!("{} {}", self.event_id, self.person_id))
    }
}
