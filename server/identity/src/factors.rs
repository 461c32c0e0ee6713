//! What an account has beside its password: a program that shows codes, passkeys, or both; and recovery codes as long as
//! it has either.

use atum_core::{
    App, Problem, Result,
    caller::Caller,
    ids::{AccountId, SessionId},
};
use serde::Deserialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use crate::{
    authenticator,
    event::{self, Client, Event},
    passkey_ceremony::Ceremony,
    passkey_proof::{self as proof, Outcome, PasskeyAnswer},
    recovery_code,
};

/// Whether signing in takes more than the password.
pub(crate) async fn exist(conn: &mut PgConnection, account_id: AccountId) -> Result<bool> {
    let exist = sqlx::query_scalar!(
        r#"select exists (select from identity.second_factor where account_id = $1) as "exist!""#,
        account_id.0,
    );
    Ok(exist.fetch_one(conn).await?)
}

/// After one was removed: recovery codes stand for a factor, and go with the last.
pub(crate) async fn forget_codes_without(conn: &mut PgConnection, account_id: AccountId) -> Result<()> {
    if exist(conn, account_id).await? { Ok(()) } else { recovery_code::remove_all(conn, account_id).await }
}

/// A second factor: one of the two.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct SecondFactorProof {
    /// Six digits of the program, or a recovery code.
    code: Option<String>,
    passkey: Option<PasskeyAnswer>,
}

/// How somebody proved to be more than a password.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Factor {
    Program,
    RecoveryCode,
    Passkey,
}

impl SecondFactorProof {
    /// Uses the proof up. `None`: it is none, or was used before; commit that too.
    pub async fn take(
        &self,
        conn: &mut PgConnection,
        app: &App,
        account_id: AccountId,
        session_id: Option<SessionId>,
        client: &Client,
    ) -> Result<Option<Factor>> {
        let Some(given) = &self.passkey else {
            return authenticator::take(conn, app, account_id, self.code.as_deref().unwrap_or_default()).await;
        };
        let asked = match session_id {
            Some(session_id) => Ceremony::Confirmation(account_id, session_id),
            None => Ceremony::SecondFactor(account_id),
        };
        match proof::prove(conn, app, asked, given).await? {
            Outcome::Proved(_) => Ok(Some(Factor::Passkey)),
            Outcome::Refused { account_id, copied } => {
                if copied {
                    note_copy(conn, app, account_id, client).await?;
                }
                Ok(None)
            }
        }
    }

    /// In the field that was given.
    pub fn wrong(&self) -> Problem {
        match self.passkey {
            Some(_) => Problem::field("passkey", "refused", "is no answer of a passkey that works here now"),
            None => Problem::field("code", "wrong", "is no code that works now"),
        }
    }
}

pub(crate) async fn note_copy(
    conn: &mut PgConnection,
    app: &App,
    account_id: Option<AccountId>,
    client: &Client,
) -> Result<()> {
    let copied = Event {
        kind: "passkey_suspected",
        account_id,
        organization_id: None,
        email: None,
        detail: serde_json::json!({}),
        client,
    };
    event::append(conn, app.clock.now(), copied).await
}

/// The ceremony of a passkey that is asked for once more within this session.
pub(crate) fn confirmation(me: &Caller) -> Ceremony {
    Ceremony::Confirmation(me.account_id, me.session_id)
}
