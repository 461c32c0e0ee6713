use atum_audit::Event;
use atum_core::{
    App, Problem, Problems, Result,
    caller::Role,
    extract::{Json, Path},
    ids::{MessageId, OutgoingMailId, PersonId, TicketId},
    problem::Kind,
};
use atum_identity::Agent;
use axum::extract::State;

use super::view::{self, OutgoingMail};

/// Takes a mail back before it is sent: within ten seconds, by whoever wrote it or a manager. The message stays in the
/// ticket.
#[utoipa::path(post, path = "/api/v1/outbox/{id}/undo", tag = "mail", params(("id" = OutgoingMailId, Path)),
    responses((status = 200, body = OutgoingMail), Problems))]
pub(crate) async fn undo_outgoing_mail(
    State(app): State<App>,
    agent: Agent,
    Path(id): Path<OutgoingMailId>,
) -> Result<Json<OutgoingMail>> {
    let mut tx = app.db.write(&agent).await?;
    let now = tx.now;
    let mail = sqlx::query!(
        r#"select m.send_after, m.ticket_id as "ticket_id: TicketId", m.message_id as "message_id: MessageId",
                  w.author_id as "author_id?: PersonId"
             from desk.outgoing_mail m
             left join desk.message w on w.organization_id = m.organization_id and w.id = m.message_id
            where m.id = $1 for update of m"#,
        id.0,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or_else(Problem::not_found)?;
    let manager = matches!(agent.role, Role::Manager | Role::Admin);
    if !manager && mail.author_id != Some(agent.person_id) {
        return Err(Problem::new(Kind::Forbidden).detail("only who wrote it or a manager can take it back"));
    }
    let late = || Problem::wrong_state("it is being sent or was sent; it can be taken back for ten seconds only");
    if now >= mail.send_after {
        return Err(late());
    }
    let untouched = sqlx::query!(
        r#"select state in ('queued', 'kept') and attempts = 0 as "untouched!" from desk.outgoing_envelope
            where mail_id = $1 for update"#,
        id.0,
    )
    .fetch_all(&mut *tx)
    .await?;
    if !untouched.iter().all(|envelope| envelope.untouched) {
        return Err(late());
    }
    sqlx::query!(
        "update desk.outgoing_envelope set state = 'cancelled', next_attempt_at = null, changed_at = $2
          where mail_id = $1",
        id.0,
        now,
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "update desk.outgoing_mail set cancelled_at = $2, cancelled_by = $3 where id = $1",
        id.0,
        now,
        agent.person_id.0,
    )
    .execute(&mut *tx)
    .await?;
    if let (Some(ticket), Some(message)) = (mail.ticket_id, mail.message_id) {
        let event = Event::internal("mail_cancelled").ticket(ticket).message(message);
        atum_audit::record(&mut tx, event).await?;
    }
    let cancelled = view::one(&app, &mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(cancelled))
}
