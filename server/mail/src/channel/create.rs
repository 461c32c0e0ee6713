use atum_audit::Event;
use atum_core::{
    App, Problem, Problems, Result,
    db::{ReadWrite, TenantTx},
    extract::Json,
    ids::MailChannelId,
    problem::{Kind, OnConstraint},
};
use atum_identity::Admin;
use axum::{extract::State, http::StatusCode};
use sqlx::types::Json as Stored;

use super::{
    checked,
    given::NewMailChannel,
    secret::{self, Secret},
    view::{self, MS_PER_HOUR, MailChannel},
};

#[utoipa::path(post, path = "/api/v1/mail-channels", tag = "mail",
    responses((status = 201, body = MailChannel), Problems))]
pub(crate) async fn create_mail_channel(
    State(app): State<App>,
    admin: Admin,
    Json(new): Json<NewMailChannel>,
) -> Result<(StatusCode, Json<MailChannel>)> {
    checked::check(&new)?;
    let id = MailChannelId::new();
    let mut tx = app.db.write(&admin).await?;
    insert(&mut tx, id, &new).await?;
    keep_secrets(&app, &mut tx, id, &new).await?;
    let created = Event::internal("mail_channel_created").subject(id.0).change("address", (), new.address.trim());
    atum_audit::record(&mut tx, created).await?;
    let now = tx.now;
    let channel = view::one(&mut tx, id, now).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(channel)))
}

async fn insert(tx: &mut TenantTx<ReadWrite>, id: MailChannelId, new: &NewMailChannel) -> Result<()> {
    sqlx::query!(
        "insert into desk.mail_channel
             (organization_id, id, name, address, from_name, signature, active, imap, smtp, oauth, trusted_authserv_id,
              subject_token, plus_address, silence_ms, state, state_since, activated_at, created_at, updated_at, updated_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16, $16, $16, $17)",
        tx.organization_id.0,
        id.0,
        new.name.trim(),
        new.address.trim(),
        from_name(new),
        new.signature,
        new.active,
        new.imap.as_ref().map(|imap| Stored(imap.settings())) as _,
        new.smtp.as_ref().map(|smtp| Stored(smtp.settings())) as _,
        new.oauth.as_ref().map(|oauth| Stored(oauth.settings())) as _,
        authserv_id(new),
        new.subject_token,
        new.plus_address,
        new.silence_hours.map(|hours| hours * MS_PER_HOUR),
        first_state(new),
        tx.now,
        tx.actor.map(|actor| actor.0),
    )
    .execute(&mut **tx)
    .await
    .on_constraint("mail_channel_address", address_taken)?;
    Ok(())
}

pub(super) fn address_taken() -> Problem {
    Problem::new(Kind::Conflict).detail("another channel has this address")
}

pub(super) fn from_name(new: &NewMailChannel) -> &str {
    let given = new.from_name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    given.unwrap_or_else(|| new.name.trim())
}

pub(super) fn authserv_id(new: &NewMailChannel) -> Option<&str> {
    new.trusted_authserv_id.as_deref().map(str::trim).filter(|id| !id.is_empty())
}

/// Until the fetcher has looked.
pub(super) fn first_state(new: &NewMailChannel) -> &'static str {
    if new.active && new.imap.is_some() { "connecting" } else { "off" }
}

/// Keeps what was given; what was not stays. Empty: there is none.
pub(super) async fn keep_secrets(
    app: &App,
    tx: &mut TenantTx<ReadWrite>,
    id: MailChannelId,
    new: &NewMailChannel,
) -> Result<()> {
    let (imap, smtp, oauth) = (new.imap.as_ref(), new.smtp.as_ref(), new.oauth.as_ref());
    let given = [
        (Secret::ImapPassword, imap.and_then(|imap| imap.password.as_deref())),
        (Secret::SmtpPassword, smtp.and_then(|smtp| smtp.password.as_deref())),
        (Secret::OauthClientSecret, oauth.and_then(|oauth| oauth.client_secret.as_deref())),
        (Secret::OauthRefreshToken, oauth.and_then(|oauth| oauth.refresh_token.as_deref())),
    ];
    for (kind, text) in given {
        match text {
            None => {}
            Some("") => secret::forget(tx, id, kind).await?,
            Some(text) => secret::keep(app, tx, id, kind, text, None).await?,
        }
    }
    Ok(())
}
