use atum_audit::Event;
use atum_core::{
    App, Problem, Problems, Result,
    checks::Checks,
    db::{ReadWrite, TenantTx},
    extract::{Json, Path},
    ids::MailChannelId,
    problem::{Conflict, OnConstraint},
    version::IfMatch,
};
use atum_identity::Admin;
use axum::extract::State;
use serde_json::json;
use sqlx::types::Json as Stored;

use super::{
    checked,
    create::{address_taken, authserv_id, first_state, from_name, keep_secrets},
    entity::{self, Channel},
    given::NewMailChannel,
    secret::{self, Secret},
    view::{self, MS_PER_HOUR, MailChannel},
};

/// Writes all of it anew. A secret that is left out stays, as long as it would be shown to nobody else.
#[utoipa::path(put, path = "/api/v1/mail-channels/{id}", tag = "mail",
    params(("id" = MailChannelId, Path), ("If-Match" = String, Header, description = "the version that you saw")),
    responses((status = 200, body = MailChannel), Problems))]
pub(crate) async fn update_mail_channel(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<MailChannelId>,
    IfMatch(seen): IfMatch,
    Json(new): Json<NewMailChannel>,
) -> Result<Json<MailChannel>> {
    checked::check(&new)?;
    let mut tx = app.db.write(&admin).await?;
    lock(&mut tx, id).await?;
    let old = entity::find(&mut tx, id).await?;
    if old.version != seen {
        return Err(Problem::stale(conflicts(&old, &new)));
    }
    refuse_to_show_elsewhere(&mut tx, &old, &new).await?;
    save(&mut tx, &old, &new).await?;
    keep_secrets(&app, &mut tx, id, &new).await?;
    forget_unused(&mut tx, &old, &new).await?;
    atum_audit::record(&mut tx, changed(&old, &new)).await?;
    let now = tx.now;
    let channel = view::one(&mut tx, id, now).await?;
    tx.commit().await?;
    Ok(Json(channel))
}

async fn lock(tx: &mut TenantTx<ReadWrite>, id: MailChannelId) -> Result<()> {
    let lock = sqlx::query_scalar!("select id from desk.mail_channel where id = $1 for update", id.0);
    lock.fetch_one(&mut **tx).await?;
    Ok(())
}

/// A kept secret is of one server and one user. It is not shown to another just because an address was changed.
async fn refuse_to_show_elsewhere(tx: &mut TenantTx<ReadWrite>, old: &Channel, new: &NewMailChannel) -> Result<()> {
    let kept: Vec<String> =
        sqlx::query_scalar!("select kind from desk.mail_channel_secret where channel_id = $1", old.id.0)
            .fetch_all(&mut **tx)
            .await?;
    let is_kept = |secret: Secret| kept.iter().any(|kind| kind == secret.key());
    let imap = old.imap.as_ref().zip(new.imap.as_ref());
    let imap_moved =
        imap.is_some_and(|(old, new)| (&*old.host, &*old.username) != (new.host.trim(), new.username.trim()));
    let smtp = old.smtp.as_ref().zip(new.smtp.as_ref().map(|smtp| (smtp, smtp.settings())));
    let smtp_moved =
        smtp.as_ref().is_some_and(|(old, (_, new))| (&old.host, &old.username) != (&new.host, &new.username));
    let oauth = old.oauth.as_ref().zip(new.oauth.as_ref());
    let oauth_moved = oauth
        .is_some_and(|(old, new)| (&*old.token_url, &*old.client_id) != (new.token_url.trim(), new.client_id.trim()));
    let given = |text: Option<&String>| text.is_some();
    let mut checks = Checks::new();
    let words = "the one that is kept was for another server or user: give this one's";
    let mut need = |moved: bool, secret: Secret, given: bool, pointer: &str| {
        checks.require(!moved || given || !is_kept(secret), pointer, "required", words);
    };
    need(imap_moved, Secret::ImapPassword, given(imap.and_then(|(_, new)| new.password.as_ref())), "imap/password");
    let smtp_password = smtp.as_ref().and_then(|(_, (new, _))| new.password.as_ref());
    need(smtp_moved, Secret::SmtpPassword, given(smtp_password), "smtp/password");
    let (secret, token) =
        (oauth.and_then(|(_, o)| o.client_secret.as_ref()), oauth.and_then(|(_, o)| o.refresh_token.as_ref()));
    need(oauth_moved, Secret::OauthClientSecret, given(secret), "oauth/client_secret");
    need(oauth_moved, Secret::OauthRefreshToken, given(token), "oauth/refresh_token");
    checks.finish()
}

async fn save(tx: &mut TenantTx<ReadWrite>, old: &Channel, new: &NewMailChannel) -> Result<()> {
    let begins = new.active && !old.active;
    sqlx::query!(
        "update desk.mail_channel
            set name = $2, address = $3, from_name = $4, signature = $5, active = $6, imap = $7, smtp = $8, oauth = $9,
                trusted_authserv_id = $10, subject_token = $11, plus_address = $12, silence_ms = $13, state = $14,
                state_detail = null, state_since = $15, next_attempt_at = null, sending_error = null,
                sending_error_since = null, version = version + 1,
                activated_at = case when $16 then $15 else activated_at end, updated_at = $15, updated_by = $17
          where id = $1",
        old.id.0,
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
        begins,
        tx.actor.map(|actor| actor.0),
    )
    .execute(&mut **tx)
    .await
    .on_constraint("mail_channel_address", address_taken)?;
    Ok(())
}

/// What no setting needs any more, and the token that the settings before were good for.
async fn forget_unused(tx: &mut TenantTx<ReadWrite>, old: &Channel, new: &NewMailChannel) -> Result<()> {
    secret::forget(tx, old.id, Secret::OauthAccessToken).await?;
    if new.imap.is_none() {
        secret::forget(tx, old.id, Secret::ImapPassword).await?;
    }
    if new.smtp.is_none() {
        secret::forget(tx, old.id, Secret::SmtpPassword).await?;
    }
    if new.oauth.is_none() {
        secret::forget(tx, old.id, Secret::OauthClientSecret).await?;
        secret::forget(tx, old.id, Secret::OauthRefreshToken).await?;
    }
    Ok(())
}

/// Each field with its old and its new value; a secret is only said to be given.
fn fields(old: &Channel, new: &NewMailChannel) -> Vec<(&'static str, serde_json::Value, serde_json::Value)> {
    vec![
        ("name", json!(old.name), json!(new.name.trim())),
        ("address", json!(old.address), json!(new.address.trim())),
        ("from_name", json!(old.from_name), json!(from_name(new))),
        ("signature", json!(old.signature), json!(new.signature)),
        ("active", json!(old.active), json!(new.active)),
        ("imap", json!(old.imap), json!(new.imap.as_ref().map(|imap| imap.settings()))),
        ("smtp", json!(old.smtp), json!(new.smtp.as_ref().map(|smtp| smtp.settings()))),
        ("oauth", json!(old.oauth), json!(new.oauth.as_ref().map(|oauth| oauth.settings()))),
        ("trusted_authserv_id", json!(old.trusted_authserv_id), json!(authserv_id(new))),
        ("subject_token", json!(old.subject_token), json!(new.subject_token)),
        ("plus_address", json!(old.plus_address), json!(new.plus_address)),
        ("silence_hours", json!(old.silence_ms.map(|ms| ms / MS_PER_HOUR)), json!(new.silence_hours)),
    ]
}

fn conflicts(old: &Channel, new: &NewMailChannel) -> Vec<Conflict> {
    let differing = fields(old, new).into_iter().filter(|(_, theirs, yours)| theirs != yours);
    let conflict = |(field, theirs, yours): (&str, _, _)| Conflict {
        field: field.to_owned(),
        yours,
        theirs,
        changed_by: None,
        changed_at: None,
    };
    differing.map(conflict).collect()
}

fn changed(old: &Channel, new: &NewMailChannel) -> Event {
    let event = Event::internal("mail_channel_updated").subject(old.id.0);
    let event = fields(old, new).into_iter().fold(event, |event, (field, old, new)| event.change(field, old, new));
    let (imap, smtp) = (new.imap.as_ref(), new.smtp.as_ref());
    let secret = imap.is_some_and(|imap| imap.password.is_some())
        || smtp.is_some_and(|smtp| smtp.password.is_some())
        || new.oauth.as_ref().is_some_and(|oauth| oauth.client_secret.is_some() || oauth.refresh_token.is_some());
    event.detail(json!({ "secret_given": secret }))
}
