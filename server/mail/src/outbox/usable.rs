//! Whether the channel's server for outgoing mail can be used, for whoever looks at the channel.

use atum_core::{
    App, Result,
    ids::{MailChannelId, OrganizationId},
};

use super::claim::system;

pub(super) async fn usable(app: &App, organization_id: OrganizationId, channel_id: MailChannelId) -> Result<()> {
    write(app, organization_id, channel_id, None).await
}

/// In a sentence that names the step: connecting, TLS, signing in.
pub(super) async fn unusable(
    app: &App,
    organization_id: OrganizationId,
    channel_id: MailChannelId,
    sentence: &str,
) -> Result<()> {
    metrics::counter!("atum_mail_send_failures_total").increment(1);
    write(app, organization_id, channel_id, Some(sentence)).await
}

async fn write(
    app: &App,
    organization_id: OrganizationId,
    channel_id: MailChannelId,
    error: Option<&str>,
) -> Result<()> {
    let mut tx = app.db.write(&system(organization_id)).await?;
    let now = tx.now;
    sqlx::query!(
        "update desk.mail_channel
            set sending_error = $2, sending_error_since = case when $2::text is not null then coalesce(sending_error_since, $3) end
          where id = $1 and sending_error is distinct from $2",
        channel_id.0,
        error,
        now,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}
