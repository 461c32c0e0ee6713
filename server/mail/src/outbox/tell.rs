//! A mail that did not reach somebody, or about which nobody knows, is a fact of its ticket.

use atum_audit::Event;
use atum_core::{
    Result,
    db::{ReadWrite, TenantTx},
    ids::{MessageId, OutgoingMailId, TicketId},
};
use serde_json::json;

/// Nothing where the mail is not a message of a ticket.
pub(super) async fn event(
    tx: &mut TenantTx<ReadWrite>,
    mail_id: OutgoingMailId,
    kind: &'static str,
    recipient: &str,
    reason: Option<&str>,
) -> Result<()> {
    let about = sqlx::query!(
        r#"select ticket_id as "ticket_id: TicketId", message_id as "message_id: MessageId" from desk.outgoing_mail
            where id = $1"#,
        mail_id.0,
    )
    .fetch_one(&mut **tx)
    .await?;
    let (Some(ticket), Some(message)) = (about.ticket_id, about.message_id) else { return Ok(()) };
    let detail = json!({ "recipient": recipient, "reason": reason });
    atum_audit::record(tx, Event::internal(kind).ticket(ticket).message(message).detail(detail)).await?;
    Ok(())
}

/// Whoever looks at the ticket sees where its mail stands.
pub(super) async fn wake(tx: &mut TenantTx<ReadWrite>) -> Result<()> {
    let organization = tx.organization_id.to_string();
    sqlx::query!("select pg_notify($1, $2)", atum_core::wake::LIVE, organization).execute(&mut **tx).await?;
    Ok(())
}
