//! What the fetcher says of itself, in the channel's row.

use atum_core::{
    App, Result,
    caller::{Reason, System},
    ids::{MailChannelId, OrganizationId},
};
use chrono::{DateTime, Utc};

use crate::channel::StateName;

/// The channel that is spoken of, as it was when its fetcher began: one that was changed since is another's to tell of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Of {
    pub organization_id: OrganizationId,
    pub channel_id: MailChannelId,
    pub version: i64,
}

impl Of {
    pub fn system(self) -> System {
        System { organization_id: self.organization_id, reason: Reason::Job }
    }

    pub async fn connecting(self, app: &App) -> Result<()> {
        self.write(app, StateName::Connecting, None, None, false).await
    }

    pub async fn ok(self, app: &App) -> Result<()> {
        self.write(app, StateName::Ok, None, None, true).await
    }

    pub async fn retrying(self, app: &App, error: &str, next_attempt_at: DateTime<Utc>) -> Result<()> {
        self.write(app, StateName::Retrying, Some(error), Some(next_attempt_at), false).await
    }

    pub async fn stopped(self, app: &App, error: &str) -> Result<()> {
        self.write(app, StateName::Stopped, Some(error), None, false).await
    }

    async fn write(
        self,
        app: &App,
        name: StateName,
        error: Option<&str>,
        next_attempt_at: Option<DateTime<Utc>>,
        succeeded: bool,
    ) -> Result<()> {
        let mut tx = app.db.write(&self.system()).await?;
        sqlx::query!(
            "update desk.mail_channel
                set state_since = case when state = $3 then state_since else $6 end, state = $3, state_detail = $4,
                    last_error = coalesce($4, last_error),
                    last_error_at = case when $4::text is null then last_error_at else $6 end,
                    next_attempt_at = $5, last_success_at = case when $7 then $6 else last_success_at end
              where id = $1 and version = $2 and deleted_at is null",
            self.channel_id.0,
            self.version,
            name as _,
            error,
            next_attempt_at,
            tx.now,
            succeeded,
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await
    }
}
