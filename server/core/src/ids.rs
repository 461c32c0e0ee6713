//! Typed ids. All are UUIDv7 (RFC 9562): they sort by the time they were made.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
                 serde::Serialize, serde::Deserialize, sqlx::Type, utoipa::ToSchema)]
        #[serde(transparent)]
        #[sqlx(transparent)]
        #[schema(value_type = uuid::Uuid)]
        pub struct $name(pub uuid::Uuid);

        impl $name {
            /// A new id. Ids come from the machine's clock, not the injected one: they must be unique, not meaningful.
            #[expect(clippy::new_without_default, reason = "every call gives another value")]
            pub fn new() -> Self {
                Self(uuid::Uuid::now_v7())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! {
    OrganizationId, AccountId, SessionId, ApiTokenId, InvitationId, ImpersonationId, PasskeyId,
    CompanyId, PersonId,
    TicketId, MessageId, EventId, NotificationId, FileId,
    MailChannelId, InboundMailId, OutgoingMailId, OutgoingEnvelopeId,
    PolicyId, CalendarId, ClockId, SegmentId,
    JobId, WorkerId,
}
