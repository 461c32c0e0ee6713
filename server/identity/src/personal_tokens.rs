//! My API tokens in this organization. A token cannot make another: these ask for a session, which satisfied whatever
//! the organization asks of those who sign in.

use atum_core::{
    App, Problems, Result,
    extract::{Json, Path},
    ids::ApiTokenId,
};
use axum::{extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    Oneself,
    api_token::{self, ApiToken, CreatedApiToken, Owner, TokenKind, Wanted},
    event::{self, Client, Event},
    scope::Scope,
};

#[utoipa::path(get, path = "/api/v1/profile/tokens", tag = "tokens",
    responses((status = 200, body = Vec<ApiToken>), Problems))]
pub(crate) async fn list_api_tokens(State(app): State<App>, me: Oneself) -> Result<Json<Vec<ApiToken>>> {
    let mut tx = app.db.identity().await?;
    Ok(Json(api_token::list(&mut tx, TokenKind::Personal, me.organization_id, Some(me.account_id)).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NewApiToken {
    /// What it is for.
    name: String,
    scopes: Vec<Scope>,
    /// At most 366 days from now.
    expires_at: DateTime<Utc>,
}

/// Makes a token that acts as me, here. Its answer is stored for no `Idempotency-Key`: the secret is shown this once.
#[utoipa::path(post, path = "/api/v1/profile/tokens", tag = "tokens",
    responses((status = 201, body = CreatedApiToken), Problems))]
pub(crate) async fn create_api_token(
    State(app): State<App>,
    me: Oneself,
    client: Client,
    Json(new): Json<NewApiToken>,
) -> Result<(StatusCode, Json<CreatedApiToken>)> {
    let now = app.clock.now();
    let wanted = Wanted { name: &new.name, scopes: &new.scopes, expires_at: Some(new.expires_at) };
    wanted.check(now)?;
    let (organization_id, account_id, role) = (me.organization_id, me.account_id, me.role);
    let owner = Owner { kind: TokenKind::Personal, organization_id, account_id, role };
    let mut tx = app.db.identity().await?;
    let created = api_token::issue(&mut tx, &owner, &wanted, now).await?;
    let event = Event::of("api_token_created", account_id, &client).organization(organization_id);
    event::append(&mut tx, now, event.detail(wanted.told(owner.kind, role))).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(created)))
}

/// Ends it at once.
#[utoipa::path(delete, path = "/api/v1/profile/tokens/{id}", tag = "tokens",
    params(("id" = uuid::Uuid, Path)), responses((status = 204), Problems))]
pub(crate) async fn revoke_api_token(
    State(app): State<App>,
    me: Oneself,
    client: Client,
    Path(id): Path<ApiTokenId>,
) -> Result<StatusCode> {
    let now = app.clock.now();
    let mut tx = app.db.identity().await?;
    let kind = TokenKind::Personal;
    let revoked = api_token::revoke(&mut tx, id, kind, me.organization_id, Some(me.account_id), now).await?;
    let event = Event::of("api_token_revoked", me.account_id, &client).organization(me.organization_id);
    event::append(&mut tx, now, event.detail(json!({ "token": revoked.name, "token_kind": "personal" }))).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
