//! The organization's own tokens, for programs that work for it and for nobody in particular. Each acts as a person of
//! its own, whom history names, whom nobody can sign in as, and who is in no list of people.

use atum_core::{
    App, Problem, Problems, Result,
    caller::{Caller, Role},
    extract::{Json, Path},
    ids::{AccountId, ApiTokenId, OrganizationId, PersonId},
};
use axum::{extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer};
use serde_json::json;
use sqlx::PgConnection;
use utoipa::ToSchema;

use crate::{
    Admin,
    api_token::{self, ApiToken, CreatedApiToken, Owner, TokenKind, Wanted},
    event::{self, Client, Event},
    membership,
    scope::Scope,
};

#[utoipa::path(get, path = "/api/v1/organization/tokens", tag = "tokens",
    responses((status = 200, body = Vec<ApiToken>), Problems))]
pub(crate) async fn list_machine_tokens(State(app): State<App>, admin: Admin) -> Result<Json<Vec<ApiToken>>> {
    let mut tx = app.db.identity().await?;
    Ok(Json(api_token::list(&mut tx, TokenKind::Machine, admin.organization_id, None).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NewMachineToken {
    /// What history calls it.
    name: String,
    /// Of staff: agent, manager or admin.
    role: Role,
    scopes: Vec<Scope>,
    /// At most 366 days from now, or null: never. Whoever wants that says so.
    #[serde(deserialize_with = "said")]
    #[schema(required)]
    expires_at: Option<DateTime<Utc>>,
}

/// Null has to be written.
fn said<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    Option::deserialize(deserializer)
}

/// Makes a token of the organization. The person comes first, then what lets it in; where the second is lost to a crash,
/// a person stays whom nobody sees. Its answer is stored for no `Idempotency-Key`: the secret is shown this once.
#[utoipa::path(post, path = "/api/v1/organization/tokens", tag = "tokens",
    responses((status = 201, body = CreatedApiToken), Problems))]
pub(crate) async fn create_machine_token(
    State(app): State<App>,
    admin: Admin,
    client: Client,
    Json(new): Json<NewMachineToken>,
) -> Result<(StatusCode, Json<CreatedApiToken>)> {
    let now = app.clock.now();
    let (organization_id, role) = (admin.organization_id, new.role);
    let wanted = Wanted { name: &new.name, scopes: &new.scopes, expires_at: new.expires_at };
    wanted.check(now)?;
    if !role.is_staff() {
        return Err(Problem::field("role", "invalid", "must be agent, manager or admin"));
    }
    let (person_id, account_id) = (PersonId::new(), AccountId::new());
    let email = format!("{person_id}@machine.invalid");
    insert_person(&app, &admin, person_id, &email, &new).await?;
    let mut tx = app.db.identity().await?;
    insert_account(&mut tx, account_id, &email, now).await?;
    membership::put(&mut tx, account_id, organization_id, person_id, role, now).await?;
    let owner = Owner { kind: TokenKind::Machine, organization_id, account_id, role };
    let created = api_token::issue(&mut tx, &owner, &wanted, now).await?;
    let event = Event::of("api_token_created", admin.account_id, &client).organization(organization_id);
    event::append(&mut tx, now, event.detail(wanted.told(owner.kind, role))).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(created)))
}

async fn insert_person(app: &App, admin: &Caller, id: PersonId, email: &str, new: &NewMachineToken) -> Result<()> {
    // Without the request's key, under which the answer and the secret in it would be kept.
    let mut tx = app.db.write(&Caller { idempotency: None, ..admin.clone() }).await?;
    sqlx::query!(
        "insert into desk.person (organization_id, id, name, email, role, machine, created_at)
         values ($1, $2, $3, $4, $5, true, $6)",
        tx.organization_id.0,
        id.0,
        new.name.trim(),
        email,
        new.role as _,
        tx.now,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}

async fn insert_account(conn: &mut PgConnection, id: AccountId, email: &str, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "insert into identity.account (id, email, machine, created_at) values ($1, $2, true, $3)",
        id.0,
        email,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends it at once, and its person's membership. What it did stays under its name.
#[utoipa::path(delete, path = "/api/v1/organization/tokens/{id}", tag = "tokens",
    params(("id" = uuid::Uuid, Path)), responses((status = 204), Problems))]
pub(crate) async fn revoke_machine_token(
    State(app): State<App>,
    admin: Admin,
    client: Client,
    Path(id): Path<ApiTokenId>,
) -> Result<StatusCode> {
    let now = app.clock.now();
    let mut tx = app.db.identity().await?;
    let revoked = api_token::revoke(&mut tx, id, TokenKind::Machine, admin.organization_id, None, now).await?;
    let person_id = end_membership(&mut tx, revoked.account_id, admin.organization_id).await?;
    let event = Event::of("api_token_revoked", admin.account_id, &client).organization(admin.organization_id);
    event::append(&mut tx, now, event.detail(json!({ "token": revoked.name, "token_kind": "machine" }))).await?;
    tx.commit().await?;

    let mut tx = app.db.write(&admin).await?;
    sqlx::query!("update desk.person set active = false where id = $1 and machine", person_id.0)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn end_membership(
    conn: &mut PgConnection,
    account_id: AccountId,
    organization_id: OrganizationId,
) -> Result<PersonId> {
    let person_id = sqlx::query_scalar!(
        r#"update identity.membership set active = false where account_id = $1 and organization_id = $2
        returning person_id as "person_id: PersonId""#,
        account_id.0,
        organization_id.0,
    );
    Ok(person_id.fetch_one(conn).await?)
}
