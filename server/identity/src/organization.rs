//! An organization as the identity plane knows it: its name and address, none of its data.

use std::collections::HashMap;

use atum_core::{App, Problem, Result, checks::Checks, ids::OrganizationId, problem::OnConstraint};
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Organization {
    #[schema(value_type = uuid::Uuid)]
    pub id: OrganizationId,
    /// Names it in commands: lower-case letters, digits and hyphens.
    pub slug: String,
    pub name: String,
}

/// Founds an organization. Its calendar and policy are made by `sla`, its people by whoever runs it.
pub async fn create_organization(app: &App, slug: &str, name: &str) -> Result<OrganizationId> {
    let mut checks = Checks::new();
    checks.text("name", name, 1..=120).require(is_slug(slug), "slug", "invalid", "1 to 40 of a-z, 0-9 and -");
    checks.finish()?;
    let id = OrganizationId::new();
    let mut tx = app.db.identity().await?;
    sqlx::query!(
        "insert into identity.organization (id, slug, name, created_at) values ($1, $2, $3, $4)",
        id.0,
        slug,
        name.trim(),
        app.clock.now(),
    )
    .execute(&mut *tx)
    .await
    .on_constraint("organization_slug_key", || Problem::field("slug", "taken", "an organization has this slug"))?;
    tx.commit().await?;
    Ok(id)
}

fn is_slug(slug: &str) -> bool {
    let inside = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=40).contains(&slug.len()) && slug.bytes().all(inside) && !slug.starts_with('-') && !slug.ends_with('-')
}

/// Every organization, by slug.
pub async fn list_organizations(app: &App) -> Result<Vec<Organization>> {
    let mut tx = app.db.identity().await?;
    let organizations = sqlx::query_as!(
        Organization,
        r#"select id as "id: OrganizationId", slug, name from identity.organization order by slug"#
    );
    Ok(organizations.fetch_all(&mut *tx).await?)
}

/// By which slugs operators know these organizations.
pub async fn organization_slugs(app: &App, ids: &[OrganizationId]) -> Result<HashMap<OrganizationId, String>> {
    let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
    let mut tx = app.db.identity().await?;
    let rows = sqlx::query!(
        r#"select id as "id: OrganizationId", slug from identity.organization where id = any ($1)"#,
        &ids,
    );
    Ok(rows.fetch_all(&mut *tx).await?.into_iter().map(|row| (row.id, row.slug)).collect())
}

pub(crate) async fn by_slug(conn: &mut PgConnection, slug: &str) -> Result<Organization> {
    let organization = sqlx::query_as!(
        Organization,
        r#"select id as "id: OrganizationId", slug, name from identity.organization where slug = $1"#,
        slug,
    );
    let missing = || Problem::field("organization", "not_found", format!("there is no organization {slug}"));
    organization.fetch_optional(conn).await?.ok_or_else(missing)
}

pub(crate) async fn by_id(conn: &mut PgConnection, id: OrganizationId) -> Result<Organization> {
    let organization = sqlx::query_as!(
        Organization,
        r#"select id as "id: OrganizationId", slug, name from identity.organization where id = $1"#,
        id.0,
    );
    Ok(organization.fetch_one(conn).await?)
}

/// How the organization is called, for a program that writes in its name.
pub async fn organization_name(app: &App, id: OrganizationId) -> Result<String> {
    let mut tx = app.db.identity().await?;
    name(&mut tx, id).await
}

pub(crate) async fn name(conn: &mut PgConnection, id: OrganizationId) -> Result<String> {
    Ok(sqlx::query_scalar!("select name from identity.organization where id = $1", id.0).fetch_one(conn).await?)
}

pub(crate) async fn slug(conn: &mut PgConnection, id: OrganizationId) -> Result<String> {
    Ok(sqlx::query_scalar!("select slug from identity.organization where id = $1", id.0).fetch_one(conn).await?)
}

pub(crate) async fn second_factor_required(conn: &mut PgConnection, id: OrganizationId) -> Result<bool> {
    let required = sqlx::query_scalar!("select second_factor_required from identity.organization where id = $1", id.0);
    Ok(required.fetch_one(conn).await?)
}

/// Gives what held before.
pub(crate) async fn require_second_factor(conn: &mut PgConnection, id: OrganizationId, required: bool) -> Result<bool> {
    let old = sqlx::query_scalar!(
        "update identity.organization new set second_factor_required = $2
           from (select id, second_factor_required from identity.organization where id = $1 for update) old
          where new.id = old.id returning old.second_factor_required",
        id.0,
        required,
    );
    Ok(old.fetch_one(conn).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs() {
        for good in ["a", "acme", "acme-2", &"a".repeat(40)] {
            assert!(is_slug(good), "{good}");
        }
        for bad in ["", "-acme", "acme-", "Acme", "a b", "äcme", &"a".repeat(41)] {
            assert!(!is_slug(bad), "{bad}");
        }
    }
}
