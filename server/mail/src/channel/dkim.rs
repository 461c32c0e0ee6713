use atum_audit::Event;
use atum_core::{
    App, Problem, Problems, Result,
    checks::Checks,
    extract::{Json, Path},
    ids::MailChannelId,
};
use atum_identity::Admin;
use axum::{extract::State, http::StatusCode};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;
use sqlx::types::Json as Stored;
use utoipa::ToSchema;

use super::{
    entity,
    secret::{self, Secret},
    settings::DkimSettings,
};
use crate::smtp::DkimKey;

#[derive(Deserialize, ToSchema)]
#[schema(as = NewMailDkim)]
pub(crate) struct NewDkim {
    /// Left out: that of the channel's address.
    #[schema(max_length = 253, example = "example.com")]
    domain: Option<String>,
    /// Names the key in the DNS: `<selector>._domainkey.<domain>`.
    #[schema(min_length = 1, max_length = 63, example = "desk")]
    selector: String,
    /// RSA of 2,048 bits or more, or Ed25519, in PKCS #8 (PEM). Left out: an Ed25519 key is made, which not every receiving
    /// server can check yet. It is never told again.
    #[schema(max_length = 8000)]
    private_key: Option<String>,
}

/// Signs what this channel sends from now on (DKIM, RFC 6376). The answer has the text to publish in the DNS.
#[utoipa::path(put, path = "/api/v1/mail-channels/{id}/dkim", tag = "mail", params(("id" = MailChannelId, Path)),
    responses((status = 200, body = DkimSettings), Problems))]
pub(crate) async fn set_mail_channel_dkim(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<MailChannelId>,
    Json(new): Json<NewDkim>,
) -> Result<Json<DkimSettings>> {
    let mut tx = app.db.write(&admin).await?;
    let channel = entity::find(&mut tx, id).await?;
    let own = channel.address.rsplit_once('@').map(|(_, domain)| domain.to_owned()).unwrap_or_default();
    let domain = new.domain.map_or(own, |domain| domain.trim().to_lowercase());
    let selector = new.selector.trim().to_lowercase();
    Checks::new()
        .require(is_name(&domain), "domain", "invalid", "must be a domain such as example.com")
        .require(is_name(&selector), "selector", "invalid", "must be letters, digits, hyphens and dots")
        .finish()?;
    let wrong = |error: anyhow::Error| Problem::field("private_key", "invalid", format!("{error:#}"));
    let kept = match new.private_key {
        Some(pem) => pem,
        None => STANDARD.encode(DkimKey::generate()?),
    };
    let key = DkimKey::from_kept(&kept).map_err(wrong)?;
    let settings = DkimSettings { domain, selector, public_record: key.public_record() };
    sqlx::query!(
        "update desk.mail_channel set dkim = $2, version = version + 1, updated_at = $3, updated_by = $4 where id = $1",
        id.0,
        Stored(&settings) as _,
        tx.now,
        admin.person_id.0,
    )
    .execute(&mut *tx)
    .await?;
    secret::keep(&app, &mut tx, id, Secret::DkimKey, &kept, None).await?;
    let was = channel.dkim.map(|dkim| dkim.public_record);
    let event = Event::internal("mail_channel_updated").subject(id.0).change("dkim", was, &settings.public_record);
    atum_audit::record(&mut tx, event).await?;
    tx.commit().await?;
    Ok(Json(settings))
}

/// Signs no more.
#[utoipa::path(delete, path = "/api/v1/mail-channels/{id}/dkim", tag = "mail", params(("id" = MailChannelId, Path)),
    responses((status = 204), Problems))]
pub(crate) async fn remove_mail_channel_dkim(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<MailChannelId>,
) -> Result<StatusCode> {
    let mut tx = app.db.write(&admin).await?;
    let channel = entity::find(&mut tx, id).await?;
    if let Some(dkim) = channel.dkim {
        sqlx::query!(
            "update desk.mail_channel set dkim = null, version = version + 1, updated_at = $2, updated_by = $3
              where id = $1",
            id.0,
            tx.now,
            admin.person_id.0,
        )
        .execute(&mut *tx)
        .await?;
        secret::forget(&mut tx, id, Secret::DkimKey).await?;
        let event = Event::internal("mail_channel_updated").subject(id.0).change("dkim", dkim.public_record, ());
        atum_audit::record(&mut tx, event).await?;
        tx.commit().await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

fn is_name(name: &str) -> bool {
    let label = |label: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        (1..=63).contains(&label.len()) && label.bytes().all(plain)
    };
    name.len() <= 253 && name.split('.').all(label)
}
