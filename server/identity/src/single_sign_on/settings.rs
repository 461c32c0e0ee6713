//! What an organization's admins decided about its provider.

use atum_audit as audit;
use atum_core::{
    App, Result,
    caller::{Reason, Role, System},
    ids::OrganizationId,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::{PgConnection, types::Json};
use utoipa::ToSchema;

use crate::{organization, seal};

/// The provider and the rules, as an admin writes them. The secret is written beside them and never read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct SingleSignOn {
    /// Off: nobody can come in through it, and everything stays as it is written here.
    pub enabled: bool,
    /// Exactly as the provider writes it; its discovery document is below it.
    #[schema(example = "https://id.example.com/realms/staff")]
    pub issuer: String,
    pub client_id: String,
    /// What the button says.
    pub label: String,
    /// Besides `openid`, which is always asked for.
    pub scopes: Vec<String>,
    #[schema(example = "email")]
    pub email_claim: String,
    #[schema(example = "name")]
    pub name_claim: String,
    /// Names the company of a customer, at every sign-in: the claim, or a way into it with dots, whose value is a company's
    /// name. Null: the provider says nothing of companies.
    #[schema(example = "company")]
    pub company_claim: Option<String>,
    /// For providers that never say whether an e-mail was verified: what they leave unsaid counts as verified. An e-mail
    /// that is said to be unverified is refused all the same.
    pub unstated_email_accepted: bool,
    /// Whoever has another e-mail is refused. `*` is any.
    #[schema(example = json!(["example.com"]))]
    pub email_domains: Vec<String>,
    /// The highest role that any of them gives holds, at every sign-in.
    pub role_rules: Vec<RoleRule>,
    /// For whom no rule gives a role. Null: refused. Where there are no rules at all it is what newcomers become, and
    /// everybody else keeps the role they have.
    pub default_role: Option<Role>,
    pub second_factor: WhoseSecondFactor,
}

/// Gives a role to whom the claim has this value, or has it among others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct RoleRule {
    /// A claim's name, or a way into it with dots: `groups`, `realm_access.roles`.
    pub claim: String,
    pub value: String,
    pub role: Role,
}

/// Who asks for a second factor where a sign-in came through the provider.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum WhoseSecondFactor {
    /// We do, of accounts that have one.
    Ours,
    /// We do, unless the provider states in `amr` or `acr` that it did.
    Stated,
    /// The provider does.
    Provider,
}

/// The settings with what the server keeps beside them.
pub(crate) struct Kept {
    pub organization_id: OrganizationId,
    pub settings: SingleSignOn,
    pub sealed_secret: Option<Vec<u8>>,
    pub version: i64,
}

impl Kept {
    pub fn secret(&self, app: &App) -> Result<Option<String>> {
        let Some(sealed) = &self.sealed_secret else { return Ok(None) };
        let opened = seal::open(&app.config.secret_key, sealed, &place(self.organization_id))?;
        Ok(Some(String::from_utf8_lossy(&opened).into_owned()))
    }
}

pub(super) fn sealed(app: &App, organization_id: OrganizationId, secret: &str) -> Result<Vec<u8>> {
    seal::seal(&app.config.secret_key, secret.as_bytes(), &place(organization_id))
}

fn place(organization_id: OrganizationId) -> Vec<u8> {
    [b"single sign-on ", &organization_id.0.as_bytes()[..]].concat()
}

pub(super) async fn find(conn: &mut PgConnection, id: OrganizationId) -> Result<Option<Kept>> {
    let row = sqlx::query!(
        r#"select enabled, issuer, client_id, sealed_secret, label, scopes, email_claim, name_claim,
                  company_claim, unstated_email_accepted, email_domains, role_rules as "role_rules: Json<Vec<RoleRule>>",
                  default_role as "default_role: Role", second_factor as "second_factor: WhoseSecondFactor", version
             from identity.single_sign_on where organization_id = $1"#,
        id.0,
    );
    Ok(row.fetch_optional(conn).await?.map(|row| Kept {
        organization_id: id,
        sealed_secret: row.sealed_secret,
        version: row.version,
        settings: SingleSignOn {
            enabled: row.enabled,
            issuer: row.issuer,
            client_id: row.client_id,
            label: row.label,
            scopes: row.scopes,
            email_claim: row.email_claim,
            name_claim: row.name_claim,
            company_claim: row.company_claim,
            unstated_email_accepted: row.unstated_email_accepted,
            email_domains: row.email_domains,
            role_rules: row.role_rules.0,
            default_role: row.default_role,
            second_factor: row.second_factor,
        },
    }))
}

/// The settings of the organization with this slug, if people can come in through them.
pub(super) async fn enabled(conn: &mut PgConnection, slug: &str) -> Result<Option<Kept>> {
    let id =
        sqlx::query_scalar!(r#"select id as "id: OrganizationId" from identity.organization where slug = $1"#, slug);
    let Some(id) = id.fetch_optional(&mut *conn).await? else { return Ok(None) };
    Ok(find(conn, id).await?.filter(|kept| kept.settings.enabled))
}

/// Writes the settings over the version that was seen; 0 where there are none yet. False: they changed meanwhile.
pub(super) async fn save(conn: &mut PgConnection, new: &Kept, seen: i64) -> Result<bool> {
    let settings = &new.settings;
    let saved = sqlx::query!(
        "insert into identity.single_sign_on as now
             (organization_id, enabled, issuer, client_id, sealed_secret, label, scopes, email_claim, name_claim,
              unstated_email_accepted, email_domains, role_rules, default_role, second_factor, version,
              company_claim)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $17)
         on conflict (organization_id) do update
            set enabled = excluded.enabled, issuer = excluded.issuer, client_id = excluded.client_id,
                sealed_secret = excluded.sealed_secret, label = excluded.label, scopes = excluded.scopes,
                email_claim = excluded.email_claim, name_claim = excluded.name_claim,
                unstated_email_accepted = excluded.unstated_email_accepted, email_domains = excluded.email_domains,
                role_rules = excluded.role_rules, default_role = excluded.default_role,
                second_factor = excluded.second_factor, version = excluded.version,
                company_claim = excluded.company_claim
          where now.version = $16",
        new.organization_id.0,
        settings.enabled,
        settings.issuer,
        settings.client_id,
        new.sealed_secret,
        settings.label,
        &settings.scopes,
        settings.email_claim,
        settings.name_claim,
        settings.unstated_email_accepted,
        &settings.email_domains,
        Json(&settings.role_rules) as _,
        settings.default_role as _,
        settings.second_factor as _,
        new.version,
        seen,
        settings.company_claim,
    );
    Ok(saved.execute(conn).await?.rows_affected() == 1)
}

pub(super) async fn remove(conn: &mut PgConnection, id: OrganizationId) -> Result<()> {
    sqlx::query!("delete from identity.single_sign_on where organization_id = $1", id.0).execute(conn).await?;
    Ok(())
}

pub(super) async fn is_required(conn: &mut PgConnection, id: OrganizationId) -> Result<bool> {
    let required = sqlx::query_scalar!("select single_sign_on_required from identity.organization where id = $1", id.0);
    Ok(required.fetch_one(conn).await?)
}

pub(super) async fn require(conn: &mut PgConnection, id: OrganizationId, required: bool) -> Result<()> {
    sqlx::query!("update identity.organization set single_sign_on_required = $2 where id = $1", id.0, required)
        .execute(conn)
        .await?;
    Ok(())
}

/// The operator's way out where a provider is required and does not work: passwords are good again.
pub async fn allow_other_ways(app: &App, slug: &str) -> Result<bool> {
    let mut tx = app.db.identity().await?;
    let id = organization::by_slug(&mut tx, slug).await?.id;
    let was = is_required(&mut tx, id).await?;
    require(&mut tx, id, false).await?;
    let mut desk = app.db.write(&System { organization_id: id, reason: Reason::Operator }).await?;
    let changed = audit::Event::internal("single_sign_on_changed").change("required", was, false);
    if was {
        audit::record(&mut desk, changed.detail(json!({ "by": "operator" }))).await?;
    }
    // The event first, as everywhere: a rule does not change without one.
    desk.commit().await?;
    tx.commit().await?;
    Ok(was)
}
