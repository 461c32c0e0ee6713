use anyhow::anyhow;
use atum_core::{App, Problem, Problems, Result, checks::Checks, extract::Json};
use axum::{extract::State, http::StatusCode};
use passki::{
    RegistrationCredential, RegistrationOptions, RegistrationState, ResidentKeyRequirement, StoredPasskey,
    UserVerificationRequirement,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Newcomer, account,
    event::{self, Client, Event},
    factors,
    passkey::{self, Passkey, PasskeyInfo},
    passkey_ceremony::{self as ceremony, Ceremony},
    passkey_proof::PasskeyQuestion,
    recovery_code,
    relying_party::RelyingParty,
    second_factor::{BothFactors, confirm_both},
    session,
};

/// Begins to add a passkey. It must know its owner (a PIN, a finger) and be found without a name: then it is a second
/// factor and signs in by itself as well. No attestation is asked for: whose make it is tells nothing that is needed here.
#[utoipa::path(post, path = "/api/v1/profile/passkeys/challenge", tag = "profile",
    responses((status = 200, body = PasskeyQuestion), Problems))]
pub(crate) async fn begin_passkey(
    State(app): State<App>,
    me: Newcomer,
    client: Client,
    Json(both): Json<BothFactors>,
) -> Result<Json<PasskeyQuestion>> {
    let place = RelyingParty::required(&app.config)?;
    confirm_both(&app, &me, &client, &both).await?;
    let mut tx = app.db.identity().await?;
    let email = account::by_id(&mut tx, me.account_id).await?.email;
    let present: Vec<_> = passkey::usable(&mut tx, me.account_id, &place.id).await?;
    let present: Vec<_> = present.iter().map(Passkey::stored).collect();
    let mut options = RegistrationOptions::default();
    options.resident_key = ResidentKeyRequirement::Required;
    options.user_verification = UserVerificationRequirement::Required;
    options.exclude_credentials = Some(&present);
    options.timeout = TIMEOUT_MS;
    let (question, state) = place
        .webauthn()
        .start_passkey_registration(me.account_id.0.as_bytes(), &email, &email, options)
        .map_err(|error| anyhow!("asking for a new passkey: {error}"))?;
    let asked = Ceremony::Registration(me.account_id, me.session_id);
    let token = ceremony::begin(&mut tx, asked, client.ip, &state, app.clock.now()).await?;
    tx.commit().await?;
    let options = serde_json::to_value(&question).map_err(|error| anyhow!("a passkey's options: {error}"))?;
    Ok(Json(PasskeyQuestion { ceremony: token.as_str().to_owned(), options }))
}

/// How long the browser's dialog stays: a telephone has to be fetched.
pub(crate) const TIMEOUT_MS: u64 = 5 * 60 * 1000;

#[derive(Deserialize, ToSchema)]
pub(crate) struct NewPasskey {
    ceremony: String,
    /// By which its owner tells it from others.
    name: String,
    /// What `navigator.credentials.create` gave, as `toJSON` writes it.
    #[schema(value_type = Object)]
    credential: RegistrationCredential,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct AddedPasskey {
    passkey: PasskeyInfo,
    /// Shown this once. Empty where the account had a second factor, and codes, before.
    recovery_codes: Vec<String>,
}

/// Adds it. The account's first factor ends the sessions elsewhere, which began without it.
#[utoipa::path(post, path = "/api/v1/profile/passkeys", tag = "profile",
    responses((status = 201, body = AddedPasskey), Problems))]
pub(crate) async fn add_passkey(
    State(app): State<App>,
    me: Newcomer,
    client: Client,
    Json(new): Json<NewPasskey>,
) -> Result<(StatusCode, Json<AddedPasskey>)> {
    let name = checked_name(&new.name)?;
    let place = RelyingParty::required(&app.config)?;
    let now = app.clock.now();
    let mut tx = app.db.identity().await?;
    let asked = Ceremony::Registration(me.account_id, me.session_id);
    let state = ceremony::take(&mut tx, asked, &new.ceremony, now).await?;
    // An answer that does not hold uses its question up as well.
    let held = state.ok_or_else(|| refused("the time for it was over")).and_then(|state| hold(&place, &new, &state));
    let stored = match held {
        Ok(stored) => stored,
        Err(problem) => {
            tx.commit().await?;
            return Err(problem);
        }
    };
    let first = !factors::exist(&mut tx, me.account_id).await?;
    let Some(passkey) = passkey::insert(&mut tx, me.account_id, &name, &place.id, &stored, now).await? else {
        tx.commit().await?;
        return Err(Problem::field("credential", "taken", "this passkey was added before"));
    };
    let mut recovery_codes = vec![];
    if first {
        recovery_codes = recovery_code::replace(&mut tx, me.account_id, now).await?;
        session::end_all(&mut tx, me.account_id, Some(me.session_id), now).await?;
    }
    event::append(&mut tx, now, Event::of("passkey_added", me.account_id, &client)).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(AddedPasskey { passkey, recovery_codes })))
}

pub(crate) fn checked_name(name: &str) -> Result<String> {
    Checks::new().text("name", name, 1..=80).finish()?;
    Ok(name.trim().to_owned())
}

fn refused(why: &str) -> Problem {
    Problem::field("credential", "refused", why)
}

/// What was asked for, and with a key that can be checked later.
pub(crate) fn hold(place: &RelyingParty, new: &NewPasskey, state: &RegistrationState) -> Result<StoredPasskey> {
    let stored = place.webauthn().finish_passkey_registration(&new.credential, state).map_err(|error| {
        tracing::info!("a new passkey was refused: {error}");
        refused("is no answer to what was asked")
    })?;
    // EdDSA, ES256, ES384, RS256, RS384 of the COSE registry: what was offered and can be verified.
    let known = [-8, -7, -35, -257, -258].contains(&stored.algorithm);
    let length = stored.credential_id.len();
    // WebAuthn §7.1, step 25.
    if known && (16..=1023).contains(&length) {
        Ok(stored)
    } else {
        Err(refused("is of a kind that is not known here"))
    }
}
