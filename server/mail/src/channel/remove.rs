use atum_audit::Event;
use atum_core::{App, Problems, Result, extract::Path, ids::MailChannelId};
use atum_identity::Admin;
use axum::{extract::State, http::StatusCode};

use super::{entity, secret};

/// Nothing is fetched or sent by it any more, and its secrets are gone. What came in by it stays in the log.
#[utoipa::path(delete, path = "/api/v1/mail-channels/{id}", tag = "mail", params(("id" = MailChannelId, Path)),
    responses((status = 204), Problems))]
pub(crate) async fn delete_mail_channel(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<MailChannelId>,
) -> Result<StatusCode> {
    let mut tx = app.db.write(&admin).await?;
    let channel = entity::find(&mut tx, id).await?;
    sqlx::query!(
        "update desk.mail_channel set deleted_at = $2, active = false, updated_at = $2, updated_by = $3 where id = $1",
        id.0,
        tx.now,
        tx.actor.map(|actor| actor.0),
    )
    .execute(&mut *tx)
    .await?;
    secret::forget_all(&mut tx, id).await?;
    let removed = Event::internal("mail_channel_removed").subject(id.0).change("address", channel.address, ());
    atum_audit::record(&mut tx, removed).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
