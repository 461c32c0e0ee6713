//! Whether an answer of an authenticator proves that its owner is there (WebAuthn Level 3, §7.2).

use std::net::IpAddr;

use anyhow::anyhow;
use atum_core::{App, Problem, Result, ids::AccountId};
use passki::{
    AuthenticationCredential, AuthenticationOptions, AuthenticationState, Passki, UserVerificationRequirement,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::PgConnection;
use utoipa::ToSchema;

use crate::{
    add_passkey::TIMEOUT_MS,
    passkey::{self, Passkey},
    passkey_ceremony::{self as ceremony, Ceremony},
    relying_party::RelyingParty,
};

/// What the browser hands to its authenticators.
#[derive(Serialize, ToSchema)]
pub(crate) struct PasskeyQuestion {
    /// Comes back with the answer. Good once, for five minutes.
    pub ceremony: String,
    /// For `PublicKeyCredential.parseRequestOptionsFromJSON` or `parseCreationOptionsFromJSON` (WebAuthn Level 3, §5.1.8).
    #[schema(value_type = Object)]
    pub options: Value,
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct PasskeyAnswer {
    ceremony: String,
    /// What `navigator.credentials.get` gave, as `toJSON` writes it.
    #[schema(value_type = Object)]
    pub credential: AuthenticationCredential,
}

impl std::fmt::Debug for PasskeyAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasskeyAnswer")
    }
}

/// Asks: whoever signs in for any passkey of this domain, everybody else for one of their own. A passkey that signs in by
/// itself is two factors, so that it must know its owner by a PIN or a finger; after a password having it is enough.
pub(crate) async fn ask(
    conn: &mut PgConnection,
    app: &App,
    asked: Ceremony,
    ip: Option<IpAddr>,
) -> Result<PasskeyQuestion> {
    let place = RelyingParty::required(&app.config)?;
    let mut options = AuthenticationOptions::default();
    options.timeout = TIMEOUT_MS;
    let mut passkeys = vec![];
    match asked.account_id() {
        None => options.user_verification = UserVerificationRequirement::Required,
        Some(account_id) => {
            passkeys = passkey::usable(conn, account_id, &place.id).await?;
            if passkeys.is_empty() {
                return Err(Problem::wrong_state("the account has no passkey that works here"));
            }
        }
    }
    let stored: Vec<_> = passkeys.iter().map(Passkey::stored).collect();
    let (question, state) = place
        .webauthn()
        .start_passkey_authentication(&stored, options)
        .map_err(|error| anyhow!("asking for a passkey: {error}"))?;
    let token = ceremony::begin(conn, asked, ip, &state, app.clock.now()).await?;
    let options = serde_json::to_value(&question).map_err(|error| anyhow!("a passkey's options: {error}"))?;
    Ok(PasskeyQuestion { ceremony: token.as_str().to_owned(), options })
}

pub(crate) enum Outcome {
    Proved(AccountId),
    /// To be committed too: the ceremony is taken, a copied passkey noted.
    Refused {
        /// Whose passkey it claims to be.
        account_id: Option<AccountId>,
        copied: bool,
    },
}

pub(crate) struct Assertion {
    sign_count: i64,
    backup_eligible: bool,
    backed_up: bool,
    user_handle: Option<Vec<u8>>,
}

/// Checks an answer and uses it up. Why one is refused is for the log alone: to the outside all refusals are one.
pub(crate) async fn prove(
    conn: &mut PgConnection,
    app: &App,
    asked: Ceremony,
    given: &PasskeyAnswer,
) -> Result<Outcome> {
    let place = RelyingParty::required(&app.config)?;
    let now = app.clock.now();
    let state: Option<AuthenticationState> = ceremony::take(conn, asked, &given.ceremony, now).await?;
    let credential_id = Passki::base64_decode(&given.credential.raw_id).unwrap_or_default();
    let passkey = passkey::lock(conn, &credential_id, &place.id).await?;
    let account_id = passkey.as_ref().map(|passkey| passkey.account_id);
    let outcome = match (state, passkey) {
        (None, _) => Err("there is no such ceremony, or it is over"),
        (_, None) => Err("there is no such passkey"),
        (Some(state), Some(passkey)) => {
            check(&place, asked, &state, &passkey, &given.credential).map(|assertion| (passkey, assertion))
        }
    };
    match outcome {
        Ok((passkey, assertion)) if passkey.went_backwards(assertion.sign_count) => {
            tracing::warn!(passkey = %passkey.id, "a passkey's count went backwards: it is refused from now on");
            passkey::suspect(conn, passkey.id, now).await?;
            Ok(Outcome::Refused { account_id, copied: true })
        }
        Ok((passkey, Assertion { sign_count, backed_up, .. })) => {
            passkey::used(conn, passkey.id, sign_count, backed_up, now).await?;
            Ok(Outcome::Proved(passkey.account_id))
        }
        Err(reason) => {
            tracing::info!("a passkey was refused: {reason}");
            Ok(Outcome::Refused { account_id, copied: false })
        }
    }
}

/// Everything but the count.
fn check(
    place: &RelyingParty,
    asked: Ceremony,
    state: &AuthenticationState,
    passkey: &Passkey,
    given: &AuthenticationCredential,
) -> Result<Assertion, &'static str> {
    if asked.account_id().is_some_and(|account_id| account_id != passkey.account_id) {
        return Err("it is another account's passkey");
    }
    if passkey.suspected_at.is_some() {
        return Err("its count went backwards before");
    }
    let assertion = verified(place, state, passkey, given)?;
    let owner = passkey.account_id.0.as_bytes().as_slice();
    match assertion.user_handle.as_deref() {
        Some(handle) if handle != owner => return Err("it names another account than its own"),
        None if asked.account_id().is_none() => return Err("it does not say whose it is"),
        _ => {}
    }
    if assertion.backup_eligible != passkey.backup_eligible {
        return Err("whether it can be copied has changed");
    }
    Ok(assertion)
}

/// That the passkey itself signed, and what it signed for.
pub(crate) fn verified(
    place: &RelyingParty,
    state: &AuthenticationState,
    passkey: &Passkey,
    given: &AuthenticationCredential,
) -> Result<Assertion, &'static str> {
    let result = place.webauthn().finish_passkey_authentication(given, state, &passkey.stored()).map_err(|error| {
        tracing::info!("a passkey's answer does not hold: {error}");
        "its answer does not hold"
    })?;
    // The library leaves the flags of an answer unsaid; here they are signed for (WebAuthn §6.1).
    let data = Passki::base64_decode(&given.response.authenticator_data).unwrap_or_default();
    let flags = data.get(32).copied().ok_or("its data is too short")?;
    Ok(Assertion {
        sign_count: result.counter.into(),
        backup_eligible: flags & 0x08 != 0,
        backed_up: flags & 0x10 != 0,
        user_handle: result.user_handle,
    })
}
