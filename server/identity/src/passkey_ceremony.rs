//! Between question and answer of an authenticator: what was asked is kept here, is taken by the first answer that names
//! it, whatever becomes of that, and is over after five minutes.

use std::{net::IpAddr, time::Duration};

use anyhow::Context;
use atum_core::{
    Result,
    ids::{AccountId, SessionId},
};
use chrono::{DateTime, Utc};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::PgConnection;

use crate::{
    throttle::network_of,
    token::{self, Token},
};

const LIFETIME: Duration = Duration::from_mins(5);
/// Anybody may begin to sign in. Of those begun on one network the oldest go.
const MOST_ON_A_NETWORK: i64 = 1000;

/// What the answer is for, and who may give it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ceremony {
    /// Nobody has said who they are: the passkey says it.
    SignIn,
    /// After the password of this account.
    SecondFactor(AccountId),
    /// Once more, within a session, before the account is weakened.
    Confirmation(AccountId, SessionId),
    Registration(AccountId, SessionId),
}

impl Ceremony {
    pub fn account_id(self) -> Option<AccountId> {
        match self {
            Self::SignIn => None,
            Self::SecondFactor(id) | Self::Confirmation(id, _) | Self::Registration(id, _) => Some(id),
        }
    }

    fn session_id(self) -> Option<SessionId> {
        match self {
            Self::SignIn | Self::SecondFactor(_) => None,
            Self::Confirmation(_, id) | Self::Registration(_, id) => Some(id),
        }
    }

    fn purpose(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::SecondFactor(_) => "second_factor",
            Self::Confirmation(..) => "confirmation",
            Self::Registration(..) => "registration",
        }
    }
}

pub(crate) async fn begin(
    conn: &mut PgConnection,
    ceremony: Ceremony,
    ip: Option<IpAddr>,
    state: &impl Serialize,
    now: DateTime<Utc>,
) -> Result<Token> {
    let network = network_of(ip);
    forget(conn, &network, now).await?;
    let token = Token::new();
    sqlx::query!(
        "insert into identity.passkey_ceremony
             (token_hash, purpose, account_id, session_id, network, state, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        token.hash(),
        ceremony.purpose(),
        ceremony.account_id().map(|id| id.0),
        ceremony.session_id().map(|id| id.0),
        network,
        serde_json::to_value(state).context("the state of a ceremony")?,
        now,
        now + LIFETIME,
    )
    .execute(conn)
    .await?;
    Ok(token)
}

/// Takes it: of two answers at once one finds it gone. `None`: it is over, or was begun for something else.
pub(crate) async fn take<State: DeserializeOwned>(
    conn: &mut PgConnection,
    ceremony: Ceremony,
    token: &str,
    now: DateTime<Utc>,
) -> Result<Option<State>> {
    let taken = sqlx::query_scalar!(
        "delete from identity.passkey_ceremony
          where token_hash = $1 and purpose = $2 and account_id is not distinct from $3
            and session_id is not distinct from $4 and expires_at > $5 returning state",
        token::hash(token),
        ceremony.purpose(),
        ceremony.account_id().map(|id| id.0),
        ceremony.session_id().map(|id| id.0),
        now,
    );
    let taken = taken.fetch_optional(conn).await?;
    Ok(taken.map(serde_json::from_value).transpose().context("the state of a ceremony")?)
}

async fn forget(conn: &mut PgConnection, network: &str, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "delete from identity.passkey_ceremony where token_hash in
           (select token_hash from identity.passkey_ceremony where expires_at <= $1 for update skip locked)",
        now,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "delete from identity.passkey_ceremony where token_hash in
           (select token_hash from identity.passkey_ceremony where network = $1
             order by created_at desc offset $2 for update skip locked)",
        network,
        MOST_ON_A_NETWORK - 1,
    )
    .execute(conn)
    .await?;
    Ok(())
}
