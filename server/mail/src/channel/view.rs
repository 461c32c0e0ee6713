//! A channel as the API tells of it.

use std::collections::{HashMap, HashSet};

use atum_core::{Problem, Result, ids::MailChannelId};
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use super::{
    entity::{self, Channel, StateName},
    secret::Secret,
    settings::{DkimSettings, ImapSettings, OauthSettings, SmtpSettings},
};

#[derive(Debug, Serialize, ToSchema)]
pub struct MailChannel {
    pub id: MailChannelId,
    pub name: String,
    pub address: String,
    /// Beside the address, in what is sent.
    pub from_name: String,
    pub signature: String,
    pub active: bool,
    /// The name under which a receiving server that is believed writes `Authentication-Results` (RFC 8601).
    pub trusted_authserv_id: Option<String>,
    /// A ticket's number is written into subjects.
    pub subject_token: bool,
    /// Replies come back to an address of their own, `support+…@`.
    pub plus_address: bool,
    /// After so many hours without any mail the channel counts as silent.
    pub silence_hours: Option<i64>,
    pub version: i64,
    pub imap: Option<Imap>,
    pub smtp: Option<Smtp>,
    pub oauth: Option<Oauth>,
    pub dkim: Option<DkimSettings>,
    pub state: State,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MailImap)]
pub struct Imap {
    #[serde(flatten)]
    pub settings: ImapSettings,
    pub password_set: bool,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MailSmtp)]
pub struct Smtp {
    #[serde(flatten)]
    pub settings: SmtpSettings,
    pub password_set: bool,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MailOauth)]
pub struct Oauth {
    #[serde(flatten)]
    pub settings: OauthSettings,
    pub client_secret_set: bool,
    pub refresh_token_set: bool,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MailChannelState)]
pub struct State {
    pub name: StateName,
    /// In words: what is wrong, or what is being done.
    pub detail: Option<String>,
    pub since: DateTime<Utc>,
    /// When the mailbox was last read to its end.
    pub last_success_at: Option<DateTime<Utc>>,
    pub last_error: Option<String>,
    pub last_error_at: Option<DateTime<Utc>>,
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// Mails that are here and not yet processed.
    pub backlog: i64,
    /// Why one of them could not be processed.
    pub backlog_error: Option<String>,
    /// Why its server for outgoing mail cannot be used now. What is to go out by it waits.
    pub sending_error: Option<String>,
    pub sending_error_since: Option<DateTime<Utc>>,
    /// No mail came for longer than `silence_hours`.
    pub silent: bool,
}

pub(super) async fn one(conn: &mut PgConnection, id: MailChannelId, now: DateTime<Utc>) -> Result<MailChannel> {
    views(conn, Some(id), now).await?.pop().ok_or_else(Problem::not_found)
}

pub(super) async fn views(
    conn: &mut PgConnection,
    id: Option<MailChannelId>,
    now: DateTime<Utc>,
) -> Result<Vec<MailChannel>> {
    let kept = sqlx::query!(
        r#"select channel_id as "channel_id: MailChannelId", kind from desk.mail_channel_secret
            where $1::uuid is null or channel_id = $1"#,
        id.map(|id| id.0),
    );
    let kept: HashSet<_> =
        kept.fetch_all(&mut *conn).await?.into_iter().map(|row| (row.channel_id, row.kind)).collect();
    let waiting = sqlx::query!(
        r#"select channel_id as "channel_id: MailChannelId", count(*) as "mails!", max(last_error) as error from desk.inbound_mail
            where outcome = 'stored' and ($1::uuid is null or channel_id = $1) group by channel_id"#,
        id.map(|id| id.0),
    );
    let waiting: HashMap<_, _> =
        waiting.fetch_all(&mut *conn).await?.into_iter().map(|row| (row.channel_id, (row.mails, row.error))).collect();
    let channels = entity::rows(conn, id).await?;
    Ok(channels.into_iter().map(|channel| view(channel, &kept, &waiting, now)).collect())
}

fn view(
    channel: Channel,
    kept: &HashSet<(MailChannelId, String)>,
    waiting: &HashMap<MailChannelId, (i64, Option<String>)>,
    now: DateTime<Utc>,
) -> MailChannel {
    let id = channel.id;
    let is_set = |secret: Secret| kept.contains(&(id, secret.key().to_owned()));
    let silent = channel.is_silent(now);
    let state = channel.state;
    let (backlog, backlog_error) = waiting.get(&id).cloned().unwrap_or_default();
    MailChannel {
        id,
        name: channel.name,
        address: channel.address,
        from_name: channel.from_name,
        signature: channel.signature,
        active: channel.active,
        trusted_authserv_id: channel.trusted_authserv_id,
        subject_token: channel.subject_token,
        plus_address: channel.plus_address,
        silence_hours: channel.silence_ms.map(|ms| ms / MS_PER_HOUR),
        version: channel.version,
        imap: channel.imap.map(|settings| Imap { settings, password_set: is_set(Secret::ImapPassword) }),
        smtp: channel.smtp.map(|settings| Smtp { settings, password_set: is_set(Secret::SmtpPassword) }),
        oauth: channel.oauth.map(|settings| Oauth {
            settings,
            client_secret_set: is_set(Secret::OauthClientSecret),
            refresh_token_set: is_set(Secret::OauthRefreshToken),
        }),
        dkim: channel.dkim,
        state: State {
            name: state.name,
            detail: state.detail,
            since: state.since,
            last_success_at: state.last_success_at,
            last_error: state.last_error,
            last_error_at: state.last_error_at,
            next_attempt_at: state.next_attempt_at,
            backlog,
            backlog_error,
            sending_error: state.sending_error,
            sending_error_since: state.sending_error_since,
            silent,
        },
    }
}

pub(super) const MS_PER_HOUR: i64 = 60 * 60 * 1000;
