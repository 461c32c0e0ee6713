use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Jobs that bring or send mail, and all others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Queue {
    Jobs,
    Mail,
}

/// Kinds of jobs that are mail's. A test holds them to the kinds that somebody handles.
pub const MAIL: [&str; 6] =
    ["acknowledge_mail", "mail_access_link", "mail_notification", "process_mail", "process_mail_again", "send_reply"];

impl Queue {
    pub fn of(kind: &str) -> Self {
        if MAIL.contains(&kind) { Self::Mail } else { Self::Jobs }
    }
}

/// Those kinds, as a list for a query.
pub(super) fn mail() -> Vec<String> {
    MAIL.map(str::to_owned).to_vec()
}
