use atum_audit::Event;
use atum_core::{
    App, Problem, Problems, Result,
    extract::{Json, Path},
    ids::InboundMailId,
};
use atum_identity::Admin;
use axum::extract::State;

use super::entry::{self, LoggedMail};
use crate::{
    intake::inbound::{self, Outcome},
    process::ProcessMailAgain,
};

/// Looks at a mail once more that failed, was quarantined, or waits for longer than it should.
#[utoipa::path(post, path = "/api/v1/mail-log/{id}/process", tag = "mail", params(("id" = InboundMailId, Path)),
    responses((status = 200, body = LoggedMail), Problems))]
pub(crate) async fn process_mail_again(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<InboundMailId>,
) -> Result<Json<LoggedMail>> {
    let mut tx = app.db.write(&admin).await?;
    let mail = inbound::lock(&mut tx, id).await?;
    match mail.outcome {
        Outcome::Stored | Outcome::Failed | Outcome::Quarantined => {}
        Outcome::Accepted => return Err(Problem::wrong_state("it was accepted already")),
        Outcome::Duplicate => return Err(Problem::wrong_state("the mail that it repeats is the one that counts")),
    }
    sqlx::query!(
        "update desk.inbound_mail
            set outcome = 'stored', attempts = 0, spared = 0, last_error = null, processed_at = null,
                reason = case when whole then null else reason end
          where id = $1",
        id.0,
    )
    .execute(&mut *tx)
    .await?;
    atum_jobs::enqueue(&mut tx, ProcessMailAgain { inbound_mail_id: id }).await?;
    let event = Event::internal("mail_processed_again").subject(id.0).change("outcome", mail.outcome, Outcome::Stored);
    atum_audit::record(&mut tx, event).await?;
    let mail = entry::find(&mut tx, id).await?.mail;
    tx.commit().await?;
    Ok(Json(mail))
}
