//! An API token: personal, which acts as its person in one organization, or a machine's, which acts as a person of its
//! own. It ends when it is revoked, when it expires, and with the membership that it acts by.

use atum_core::{
    Problem, Result,
    caller::Role,
    checks::Checks,
    ids::{AccountId, ApiTokenId, OrganizationId},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::PgConnection;
use utoipa::ToSchema;

use crate::{api_token_text, scope::Scope, token};

/// The longest time that a token is made for. Longer ones outlive the memory of what they are for.
const LONGEST: TimeDelta = TimeDelta::days(366);
/// Good ones at a time, of a person in an organization or of an organization.
const MOST: i64 = 50;

#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum TokenKind {
    Personal,
    Machine,
}

/// A token as people see it: without its secret, which is kept nowhere.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiToken {
    #[schema(value_type = uuid::Uuid)]
    pub id: ApiTokenId,
    pub name: String,
    /// What it can never do more than.
    pub role: Role,
    pub scopes: Vec<Scope>,
    pub created_at: DateTime<Utc>,
    /// Null: never, which only a machine's token may.
    pub expires_at: Option<DateTime<Utc>>,
    /// To the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    pub last_used_ip: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct CreatedApiToken {
    /// The secret. Shown this once.
    pub token: String,
    pub details: ApiToken,
}

/// What was asked for.
pub(crate) struct Wanted<'a> {
    pub name: &'a str,
    pub scopes: &'a [Scope],
    pub expires_at: Option<DateTime<Utc>>,
}

impl Wanted<'_> {
    pub fn check(&self, now: DateTime<Utc>) -> Result<()> {
        let mut checks = Checks::new();
        checks.text("name", self.name, 1..=80);
        checks.require(!self.scopes.is_empty(), "scopes", "required", "must not be empty");
        if let Some(end) = self.expires_at {
            checks.require(end > now, "expires_at", "past", "must not be over already");
            let latest = now + LONGEST;
            let detail = format!("must not be after {}", latest.format("%F %R UTC"));
            checks.require(end <= latest, "expires_at", "too_late", detail);
        }
        checks.finish()
    }

    /// Each once, in the order of their names' list.
    fn scopes(&self) -> Vec<Scope> {
        Scope::ALL.into_iter().filter(|scope| self.scopes.contains(scope)).collect()
    }

    /// What the audit trail is told.
    pub fn told(&self, kind: TokenKind, role: Role) -> Value {
        let kind = match kind {
            TokenKind::Personal => "personal",
            TokenKind::Machine => "machine",
        };
        json!({ "token": self.name.trim(), "token_kind": kind, "role": role, "scopes": self.scopes(),
                "expires_at": self.expires_at })
    }
}

/// Whose token it will be.
pub(crate) struct Owner {
    pub kind: TokenKind,
    pub organization_id: OrganizationId,
    pub account_id: AccountId,
    pub role: Role,
}

pub(crate) async fn issue(
    conn: &mut PgConnection,
    owner: &Owner,
    wanted: &Wanted<'_>,
    now: DateTime<Utc>,
) -> Result<CreatedApiToken> {
    refuse_too_many(conn, owner, now).await?;
    let secret = api_token_text::generate(owner.kind);
    let details = ApiToken {
        id: ApiTokenId::new(),
        name: wanted.name.trim().to_owned(),
        role: owner.role,
        scopes: wanted.scopes(),
        created_at: now,
        expires_at: wanted.expires_at,
        last_used_at: None,
        last_used_ip: None,
    };
    let scopes: Vec<String> = details.scopes.iter().map(|scope| scope.name().to_owned()).collect();
    sqlx::query!(
        "insert into identity.api_token
             (id, organization_id, account_id, kind, name, token_hash, scopes, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        details.id.0,
        owner.organization_id.0,
        owner.account_id.0,
        owner.kind as _,
        details.name,
        token::hash(&secret),
        &scopes[..],
        now,
        details.expires_at,
    )
    .execute(conn)
    .await?;
    Ok(CreatedApiToken { token: secret, details })
}

async fn refuse_too_many(conn: &mut PgConnection, owner: &Owner, now: DateTime<Utc>) -> Result<()> {
    let good = sqlx::query_scalar!(
        r#"select count(*) as "good!" from identity.api_token
            where organization_id = $1 and kind = $2 and (kind = 'machine' or account_id = $3)
              and revoked_at is null and (expires_at is null or expires_at > $4)"#,
        owner.organization_id.0,
        owner.kind as _,
        owner.account_id.0,
        now,
    );
    if good.fetch_one(conn).await? < MOST {
        return Ok(());
    }
    Err(Problem::wrong_state(format!("there are {MOST} tokens already; revoke one that is not used")))
}

struct Row {
    id: ApiTokenId,
    name: String,
    role: Role,
    scopes: Vec<String>,
    created_at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
    last_used_at: Option<DateTime<Utc>>,
    last_used_ip: Option<String>,
}

impl From<Row> for ApiToken {
    fn from(row: Row) -> Self {
        let scopes = row.scopes.iter().filter_map(|name| Scope::named(name)).collect();
        let Row { id, name, role, created_at, expires_at, last_used_at, last_used_ip, .. } = row;
        Self { id, name, role, scopes, created_at, expires_at, last_used_at, last_used_ip }
    }
}

/// Those that were not revoked, the newest first: the account's own here, or the organization's machines'.
pub(crate) async fn list(
    conn: &mut PgConnection,
    kind: TokenKind,
    organization_id: OrganizationId,
    account_id: Option<AccountId>,
) -> Result<Vec<ApiToken>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select t.id as "id: ApiTokenId", t.name, m.role as "role: Role", t.scopes, t.created_at, t.expires_at,
                  t.last_used_at, t.last_used_ip
             from identity.api_token t
             join identity.membership m on m.account_id = t.account_id and m.organization_id = t.organization_id
            where t.organization_id = $1 and t.kind = $2 and ($3::uuid is null or t.account_id = $3)
              and t.revoked_at is null
            order by t.created_at desc, t.id desc"#,
        organization_id.0,
        kind as _,
        account_id.map(|id| id.0),
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(ApiToken::from).collect())
}

pub(crate) async fn get(conn: &mut PgConnection, id: ApiTokenId) -> Result<ApiToken> {
    let row = sqlx::query_as!(
        Row,
        r#"select t.id as "id: ApiTokenId", t.name, m.role as "role: Role", t.scopes, t.created_at, t.expires_at,
                  t.last_used_at, t.last_used_ip
             from identity.api_token t
             join identity.membership m on m.account_id = t.account_id and m.organization_id = t.organization_id
            where t.id = $1"#,
        id.0,
    );
    Ok(row.fetch_one(conn).await?.into())
}

/// Which token was ended, and whose it was.
pub(crate) struct Revoked {
    pub name: String,
    pub account_id: AccountId,
}

/// From the next request on it lets nobody in. 404: there is no such token of this owner, or no more.
pub(crate) async fn revoke(
    conn: &mut PgConnection,
    id: ApiTokenId,
    kind: TokenKind,
    organization_id: OrganizationId,
    account_id: Option<AccountId>,
    now: DateTime<Utc>,
) -> Result<Revoked> {
    let revoked = sqlx::query_as!(
        Revoked,
        r#"update identity.api_token set revoked_at = $5
            where id = $1 and kind = $2 and organization_id = $3 and ($4::uuid is null or account_id = $4)
              and revoked_at is null
        returning name, account_id as "account_id: AccountId""#,
        id.0,
        kind as _,
        organization_id.0,
        account_id.map(|id| id.0),
        now,
    );
    revoked.fetch_optional(conn).await?.ok_or_else(Problem::not_found)
}
