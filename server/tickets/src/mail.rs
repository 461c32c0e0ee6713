//! What is told of a message that came by mail. The rows are written by the mail domain.

use std::collections::HashMap;

use atum_core::{
    Result,
    ids::{InboundMailId, MessageId},
};
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, types::Json};
use utoipa::ToSchema;

use crate::sight::Sight;

/// An address with the name that stood beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MailAddress {
    pub address: String,
    pub name: Option<String>,
}

/// A part of the message's body that is shown folded, in UTF-16 code units; the second is the first one after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FoldedRange {
    pub start_utf16: u64,
    pub end_utf16: u64,
}

/// What a calendar part invites to.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct MailInvitation {
    pub summary: String,
    /// RFC 3339; without a zone where it is not known, a date where it is a whole day.
    pub start: Option<String>,
    pub end: Option<String>,
    pub organizer: Option<String>,
    pub location: Option<String>,
    pub join_url: Option<String>,
    pub attendees: Vec<String>,
}

/// The mail that a message came as.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MessageMail)]
pub struct Mail {
    pub from: MailAddress,
    /// Where the sender wants answers, if that is another address. Who wrote is `from` alone.
    pub reply_to: Option<String>,
    pub to: Vec<MailAddress>,
    pub cc: Vec<MailAddress>,
    /// There is an HTML view.
    pub has_html: bool,
    /// The HTML shows pictures from elsewhere, which are blocked until asked for.
    pub has_remote_content: bool,
    pub folded: Vec<FoldedRange>,
    /// Why the message is in this ticket: docs/mail.md lists the keys.
    pub reason: String,
    /// It came with a token from somebody who takes no part in the ticket, and changed nothing.
    pub third_party: bool,
    /// `unauthenticated_agent`, `authentication_failed`, `reply_to_differs`.
    pub warning: Option<String>,
    /// A program wrote it.
    pub automatic: bool,
    pub invitation: Option<MailInvitation>,
    /// `not_checked`: there is a signature that nobody looked at.
    pub signed: Option<String>,
    /// For staff: its row in the mail log.
    pub inbound_mail_id: Option<InboundMailId>,
}

/// Of each message that came by mail.
pub(crate) async fn of_messages(
    conn: &mut PgConnection,
    sight: Sight,
    ids: &[MessageId],
) -> Result<HashMap<MessageId, Mail>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = sqlx::query!(
        r#"select message_id as "message_id: MessageId", inbound_mail_id as "inbound_mail_id: InboundMailId",
                  from_address, from_name, reply_to, sent_to as "sent_to: Json<Vec<MailAddress>>",
                  cc as "cc: Json<Vec<MailAddress>>", html is not null as "has_html!", remote_content,
                  folded as "folded: Json<Vec<FoldedRange>>", thread_reason, third_party, warning, automatic,
                  invitation as "invitation: Json<MailInvitation>", signed
             from desk.mail_message where message_id = any($1)"#,
        &ids.iter().map(|id| id.0).collect::<Vec<_>>(),
    )
    .fetch_all(conn)
    .await?;
    let mails = rows.into_iter().map(|row| {
        let name = Some(row.from_name).filter(|name| !name.is_empty());
        let mail = Mail {
            from: MailAddress { address: row.from_address, name },
            reply_to: row.reply_to,
            to: row.sent_to.0,
            cc: row.cc.0,
            has_html: row.has_html,
            has_remote_content: row.remote_content,
            folded: row.folded.0,
            reason: row.thread_reason,
            third_party: row.third_party,
            warning: row.warning.filter(|_| sight.staff),
            automatic: row.automatic,
            invitation: row.invitation.map(|json| json.0),
            signed: row.signed,
            inbound_mail_id: Some(row.inbound_mail_id).filter(|_| sight.staff),
        };
        (row.message_id, mail)
    });
    Ok(mails.collect())
}
