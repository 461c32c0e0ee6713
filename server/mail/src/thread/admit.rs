use atum_audit::Event;
use atum_core::{App, Problem, Problems, Result, extract::Path, ids::MessageId};
use atum_identity::Agent;
use axum::{extract::State, http::StatusCode};
use serde_json::json;

use super::{Kind, move_message, participate};

/// Lets a third party in: what it wrote is seen by the ticket's customers, and its later mails are answers like others.
#[utoipa::path(post, path = "/api/v1/messages/{id}/admit", tag = "messages", params(("id" = MessageId, Path)),
    responses((status = 204), Problems))]
pub(crate) async fn admit_third_party(
    State(app): State<App>,
    agent: Agent,
    Path(id): Path<MessageId>,
) -> Result<StatusCode> {
    let mut tx = app.db.write(&agent).await?;
    let mail = move_message::find(&mut tx, id).await?;
    if !mail.third_party {
        return Err(Problem::wrong_state("its writer takes part in the ticket already"));
    }
    sqlx::query!("update desk.mail_message set third_party = false where message_id = $1", id.0)
        .execute(&mut *tx)
        .await?;
    participate(&mut tx, mail.ticket_id, Kind::Admitted, std::slice::from_ref(&mail.from)).await?;
    atum_tickets::make_public(&mut tx, mail.ticket_id, id).await?;
    let detail = json!({ "address": mail.from.address });
    let event = Event::internal("third_party_admitted").ticket(mail.ticket_id).message(id).detail(detail);
    atum_audit::record(&mut tx, event).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
