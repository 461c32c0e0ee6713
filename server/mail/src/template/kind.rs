use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a mail is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[schema(as = MailKind)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum TemplateKind {
    TicketReceived,
    StaffReplied,
    TicketResolved,
    Invitation,
    PasswordReset,
    StaffNotification,
    Digest,
}

pub const LOCALES: [&str; 3] = ["en", "ar", "de"];

const ORGANIZATION: (&str, &str) = ("organization", "Acme Support");
const NAME: (&str, &str) = ("name", "Ann Miller");
const NUMBER: (&str, &str) = ("ticket_number", "1042");
const SUBJECT: (&str, &str) = ("ticket_subject", "The printer on floor 3 is on fire");
const TICKET_LINK: (&str, &str) = ("ticket_link", "https://desk.example/portal/tickets/1042");
const LINK: (&str, &str) = ("link", "https://desk.example/welcome/9mZ…");
const EXPIRES: (&str, &str) = ("expires_at", "2026-11-22 10:00 UTC");

impl TemplateKind {
    pub const ALL: [Self; 7] = [
        Self::TicketReceived,
        Self::StaffReplied,
        Self::TicketResolved,
        Self::Invitation,
        Self::PasswordReset,
        Self::StaffNotification,
        Self::Digest,
    ];

    /// What may stand in the text, each with an example. Nothing that an unverified sender wrote is in `TicketReceived`:
    /// such an answer may go to somebody who never wrote.
    pub fn variables(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::TicketReceived => &[ORGANIZATION, NUMBER, TICKET_LINK],
            Self::StaffReplied => &[
                ORGANIZATION,
                NAME,
                NUMBER,
                SUBJECT,
                TICKET_LINK,
                ("agent", "Sam Lee"),
                ("reply", "We put it out. Please do not print flames in colour."),
                ("signature", "Acme Support\n+1 555 0100"),
            ],
            Self::TicketResolved => &[
                ORGANIZATION,
                NAME,
                NUMBER,
                SUBJECT,
                TICKET_LINK,
                ("resolution", "The toner was replaced."),
                ("rating_link", "https://desk.example/portal/tickets/1042#rating"),
                ("signature", "Acme Support\n+1 555 0100"),
            ],
            Self::Invitation | Self::PasswordReset => &[ORGANIZATION, NAME, LINK, EXPIRES],
            Self::StaffNotification => &[
                ORGANIZATION,
                NAME,
                ("event", "Ann Miller answered"),
                NUMBER,
                SUBJECT,
                ("ticket_link", "https://desk.example/desk/tickets/1042"),
            ],
            Self::Digest => &[
                ORGANIZATION,
                NAME,
                ("count", "2"),
                ("list", "#1042 The printer on floor 3 is on fire: Ann Miller answered\n#1043 VPN: assigned to you"),
                ("link", "https://desk.example/desk"),
            ],
        }
    }

    /// Without these the mail would be of no use.
    pub fn required(self) -> &'static [&'static str] {
        match self {
            Self::StaffReplied => &["reply"],
            Self::Invitation | Self::PasswordReset => &["link"],
            Self::Digest => &["list"],
            Self::TicketReceived | Self::TicketResolved | Self::StaffNotification => &[],
        }
    }
}
