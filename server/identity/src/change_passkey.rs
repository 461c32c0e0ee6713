use atum_core::{
    App, Problem, Problems, Result,
    extract::{Json, Path},
    ids::PasskeyId,
};
use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    Newcomer,
    add_passkey::checked_name,
    event::{self, Client, Event},
    factors, passkey,
    second_factor::{BothFactors, confirm_both},
};

#[derive(Deserialize, ToSchema)]
pub(crate) struct PasskeyName {
    name: String,
}

#[utoipa::path(patch, path = "/api/v1/profile/passkeys/{id}", tag = "profile",
    params(("id" = uuid::Uuid, Path)), responses((status = 204), Problems))]
pub(crate) async fn rename_passkey(
    State(app): State<App>,
    me: Newcomer,
    Path(id): Path<PasskeyId>,
    Json(to): Json<PasskeyName>,
) -> Result<StatusCode> {
    let name = checked_name(&to.name)?;
    let mut tx = app.db.identity().await?;
    if !passkey::rename(&mut tx, me.account_id, id, &name).await? {
        return Err(Problem::not_found());
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes it; the recovery codes go with the last factor of the account.
#[utoipa::path(post, path = "/api/v1/profile/passkeys/{id}/removal", tag = "profile",
    params(("id" = uuid::Uuid, Path)), responses((status = 204), Problems))]
pub(crate) async fn remove_passkey(
    State(app): State<App>,
    me: Newcomer,
    client: Client,
    Path(id): Path<PasskeyId>,
    Json(both): Json<BothFactors>,
) -> Result<StatusCode> {
    let mut tx = app.db.identity().await?;
    let mine = passkey::list(&mut tx, me.account_id).await?;
    drop(tx);
    if !mine.iter().any(|passkey| passkey.id == id) {
        return Err(Problem::not_found());
    }
    confirm_both(&app, &me, &client, &both).await?;
    let mut tx = app.db.identity().await?;
    if !passkey::remove(&mut tx, me.account_id, id).await? {
        return Err(Problem::not_found());
    }
    factors::forget_codes_without(&mut tx, me.account_id).await?;
    event::append(&mut tx, app.clock.now(), Event::of("passkey_removed", me.account_id, &client)).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
