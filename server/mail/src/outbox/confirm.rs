use atum_core::{
    App, Problem, Problems, Result,
    extract::{Json, Path},
    ids::OutgoingEnvelopeId,
};
use atum_identity::Agent;
use atum_tickets::EnvelopeState;
use axum::extract::State;

use super::{
    send_again::{lock, require_author_or_manager},
    tell,
    view::{self, OutgoingMail},
};

/// Says of an uncertain mail that it arrived: somebody asked the recipient, or looked at the server. By whoever wrote it or a
/// manager.
#[utoipa::path(post, path = "/api/v1/outbox/envelopes/{id}/confirm", tag = "mail",
    params(("id" = OutgoingEnvelopeId, Path)), responses((status = 200, body = OutgoingMail), Problems))]
pub(crate) async fn confirm_envelope(
    State(app): State<App>,
    agent: Agent,
    Path(id): Path<OutgoingEnvelopeId>,
) -> Result<Json<OutgoingMail>> {
    let mut tx = app.db.write(&agent).await?;
    let found = lock(&mut tx, id).await?;
    require_author_or_manager(&agent, found.author_id)?;
    if found.state != EnvelopeState::Uncertain {
        return Err(Problem::wrong_state("there is no doubt about it"));
    }
    let now = tx.now;
    sqlx::query!(
        "update desk.outgoing_envelope
            set state = 'accepted', next_attempt_at = null, last_error = null, doubted = false, changed_at = $2
          where id = $1",
        id.0,
        now,
    )
    .execute(&mut *tx)
    .await?;
    tell::event(&mut tx, found.mail_id, "mail_confirmed", &found.recipient, None).await?;
    tell::wake(&mut tx).await?;
    let mail = view::one(&app, &mut tx, found.mail_id).await?;
    tx.commit().await?;
    Ok(Json(mail))
}
