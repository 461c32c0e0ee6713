use atum_core::{App, Problems, Result, extract::Json};
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    Newcomer,
    passkey::{self, PasskeyInfo},
    relying_party::RelyingParty,
};

#[derive(Serialize, ToSchema)]
pub(crate) struct Passkeys {
    /// Where browsers offer them: the origin of this installation's public address. Null: that address is no domain, or
    /// not served over TLS.
    origin: Option<String>,
    /// Its domain. Those made for another do not work.
    domain: Option<String>,
    passkeys: Vec<PasskeyInfo>,
}

/// Mine, the oldest first.
#[utoipa::path(get, path = "/api/v1/profile/passkeys", tag = "profile",
    responses((status = 200, body = Passkeys), Problems))]
pub(crate) async fn list_passkeys(State(app): State<App>, me: Newcomer) -> Result<Json<Passkeys>> {
    let mut tx = app.db.identity().await?;
    let passkeys = passkey::list(&mut tx, me.account_id).await?;
    let (origin, domain) = RelyingParty::of(&app.config).map(|place| (place.origin, place.id)).unzip();
    Ok(Json(Passkeys { origin, domain, passkeys }))
}
