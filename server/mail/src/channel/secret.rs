//! What a channel's servers are shown: sealed with the installation's key, for this channel and this use alone.

use atum_core::{
    App, Result,
    db::{ReadWrite, TenantTx},
    ids::{MailChannelId, OrganizationId},
};
use atum_identity::seal;
use chrono::{DateTime, Utc};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secret {
    ImapPassword,
    SmtpPassword,
    OauthClientSecret,
    OauthRefreshToken,
    /// Expires.
    OauthAccessToken,
    DkimKey,
}

impl Secret {
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::ImapPassword => "imap_password",
            Self::SmtpPassword => "smtp_password",
            Self::OauthClientSecret => "oauth_client_secret",
            Self::OauthRefreshToken => "oauth_refresh_token",
            Self::OauthAccessToken => "oauth_access_token",
            Self::DkimKey => "dkim_key",
        }
    }
}

/// The secret, if there is one that has not expired.
pub async fn secret<Mode>(
    app: &App,
    tx: &mut TenantTx<Mode>,
    channel_id: MailChannelId,
    kind: Secret,
) -> Result<Option<String>> {
    let sealed = sqlx::query_scalar!(
        "select sealed from desk.mail_channel_secret
          where channel_id = $1 and kind = $2 and (expires_at is null or expires_at > $3)",
        channel_id.0,
        kind.key(),
        tx.now,
    )
    .fetch_optional(&mut **tx)
    .await?;
    let Some(sealed) = sealed else { return Ok(None) };
    let opened = seal::open(&app.config.secret_key, &sealed, &place(tx.organization_id, channel_id, kind))?;
    Ok(Some(String::from_utf8_lossy(&opened).into_owned()))
}

pub async fn keep(
    app: &App,
    tx: &mut TenantTx<ReadWrite>,
    channel_id: MailChannelId,
    kind: Secret,
    secret: &str,
    expires_at: Option<DateTime<Utc>>,
) -> Result<()> {
    let place = place(tx.organization_id, channel_id, kind);
    let sealed = seal::seal(&app.config.secret_key, secret.as_bytes(), &place)?;
    sqlx::query!(
        "insert into desk.mail_channel_secret (organization_id, channel_id, kind, sealed, expires_at)
         values ($1, $2, $3, $4, $5)
         on conflict (organization_id, channel_id, kind) do update
            set sealed = excluded.sealed, expires_at = excluded.expires_at",
        tx.organization_id.0,
        channel_id.0,
        kind.key(),
        sealed,
        expires_at,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub async fn forget(tx: &mut TenantTx<ReadWrite>, channel_id: MailChannelId, kind: Secret) -> Result<()> {
    sqlx::query!("delete from desk.mail_channel_secret where channel_id = $1 and kind = $2", channel_id.0, kind.key())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub(super) async fn forget_all(tx: &mut TenantTx<ReadWrite>, channel_id: MailChannelId) -> Result<()> {
    sqlx::query!("delete from desk.mail_channel_secret where channel_id = $1", channel_id.0).execute(&mut **tx).await?;
    Ok(())
}

/// Moved to another organization, channel or use it does not open.
fn place(organization_id: OrganizationId, channel_id: MailChannelId, kind: Secret) -> Vec<u8> {
    [b"mail ", &organization_id.0.as_bytes()[..], &channel_id.0.as_bytes()[..], kind.key().as_bytes()].concat()
}
