//! The row of a channel.

use atum_core::{Problem, Result, ids::MailChannelId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, types::Json};
use utoipa::ToSchema;

use super::settings::{DkimSettings, ImapSettings, OauthSettings, SmtpSettings};

#[derive(Debug, Clone)]
pub struct Channel {
    pub id: MailChannelId,
    pub name: String,
    pub address: String,
    pub from_name: String,
    pub signature: String,
    pub active: bool,
    pub imap: Option<ImapSettings>,
    pub smtp: Option<SmtpSettings>,
    pub oauth: Option<OauthSettings>,
    pub dkim: Option<DkimSettings>,
    pub trusted_authserv_id: Option<String>,
    pub subject_token: bool,
    pub plus_address: bool,
    pub silence_ms: Option<i64>,
    pub version: i64,
    pub state: ChannelState,
    pub activated_at: DateTime<Utc>,
    pub last_mail_at: Option<DateTime<Utc>>,
}

/// What the fetcher last said of itself.
#[derive(Debug, Clone)]
pub struct ChannelState {
    pub name: StateName,
    pub detail: Option<String>,
    pub since: DateTime<Utc>,
    pub last_success_at: Option<DateTime<Utc>>,
    pub last_error: Option<String>,
    pub last_error_at: Option<DateTime<Utc>>,
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// Why its server for outgoing mail cannot be used, and since when.
    pub sending_error: Option<String>,
    pub sending_error_since: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[schema(as = MailChannelStateName)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum StateName {
    Off,
    Connecting,
    Ok,
    /// It failed and is tried again at `next_attempt_at`.
    Retrying,
    /// Only a person can mend it.
    Stopped,
}

impl Channel {
    /// No mail for longer than is usual here.
    pub fn is_silent(&self, now: DateTime<Utc>) -> bool {
        let since = self.last_mail_at.map_or(self.activated_at, |at| at.max(self.activated_at));
        let watched = self.active && self.imap.is_some();
        watched && self.silence_ms.is_some_and(|most| now - since > chrono::Duration::milliseconds(most))
    }
}

/// 404 where it was removed.
pub async fn find(conn: &mut PgConnection, id: MailChannelId) -> Result<Channel> {
    rows(conn, Some(id)).await?.pop().ok_or_else(Problem::not_found)
}

/// What sends mail that belongs to no channel: the oldest one that can.
pub async fn default(conn: &mut PgConnection) -> Result<Option<Channel>> {
    Ok(rows(conn, None).await?.into_iter().find(|channel| channel.active && channel.smtp.is_some()))
}

/// Oldest first.
pub(super) async fn rows(conn: &mut PgConnection, id: Option<MailChannelId>) -> Result<Vec<Channel>> {
    let rows = sqlx::query!(
        r#"select id as "id: MailChannelId", name, address, from_name, signature, active,
                  imap as "imap: Json<ImapSettings>", smtp as "smtp: Json<SmtpSettings>",
                  oauth as "oauth: Json<OauthSettings>", dkim as "dkim: Json<DkimSettings>", trusted_authserv_id,
                  subject_token, plus_address, silence_ms, version, state as "state: StateName", state_detail,
                  state_since, last_success_at, last_error, last_error_at, next_attempt_at, sending_error,
                  sending_error_since, activated_at, last_mail_at
             from desk.mail_channel where deleted_at is null and ($1::uuid is null or id = $1)
            order by created_at, id"#,
        id.map(|id| id.0),
    )
    .fetch_all(conn)
    .await?;
    let channels = rows.into_iter().map(|row| Channel {
        id: row.id,
        name: row.name,
        address: row.address,
        from_name: row.from_name,
        signature: row.signature,
        active: row.active,
        imap: row.imap.map(|json| json.0),
        smtp: row.smtp.map(|json| json.0),
        oauth: row.oauth.map(|json| json.0),
        dkim: row.dkim.map(|json| json.0),
        trusted_authserv_id: row.trusted_authserv_id,
        subject_token: row.subject_token,
        plus_address: row.plus_address,
        silence_ms: row.silence_ms,
        version: row.version,
        state: ChannelState {
            name: row.state,
            detail: row.state_detail,
            since: row.state_since,
            last_success_at: row.last_success_at,
            last_error: row.last_error,
            last_error_at: row.last_error_at,
            next_attempt_at: row.next_attempt_at,
            sending_error: row.sending_error,
            sending_error_since: row.sending_error_since,
        },
        activated_at: row.activated_at,
        last_mail_at: row.last_mail_at,
    });
    Ok(channels.collect())
}
