//! Reads the catalogue. Each statement lists what breaks its rules, so an empty answer is a good one.

use atum_core::App;
use sqlx::PgConnection;

use super::Violation;

pub(super) async fn violations(app: &App) -> anyhow::Result<Vec<Violation>> {
    let mut violations = other_roles(app).await?;
    let mut tx = app.db.without_tenant().await?;
    // Names are written out in full, whatever path the role has by default.
    sqlx::query!("set local search_path = pg_catalog").execute(&mut *tx).await?;
    violations.extend(sqlx::query_file_as!(Violation, "src/proof/roles.sql").fetch_all(&mut *tx).await?);
    violations.extend(sqlx::query_file_as!(Violation, "src/proof/tables.sql").fetch_all(&mut *tx).await?);
    violations.extend(sqlx::query_file_as!(Violation, "src/proof/policies.sql").fetch_all(&mut *tx).await?);
    violations.extend(sqlx::query_file_as!(Violation, "src/proof/constraints.sql").fetch_all(&mut *tx).await?);
    violations.extend(sqlx::query_file_as!(Violation, "src/proof/functions.sql").fetch_all(&mut *tx).await?);
    Ok(violations)
}

/// The rules name the roles; so each plane must really be that role.
async fn other_roles(app: &App) -> anyhow::Result<Vec<Violation>> {
    let signed_in = [
        ("atum_app", signed_in_as(&mut *app.db.without_tenant().await?).await?),
        ("atum_identity", signed_in_as(&mut *app.db.identity().await?).await?),
        ("atum_jobs", signed_in_as(&mut *app.db.jobs().await?).await?),
    ];
    let other = signed_in.into_iter().filter(|(expected, role)| expected != role);
    Ok(other.map(|(expected, role)| Violation::new(expected, "other_role", format!("signed in as {role}"))).collect())
}

async fn signed_in_as(conn: &mut PgConnection) -> sqlx::Result<String> {
    sqlx::query_scalar!(r#"select session_user::text as "role!""#).fetch_one(conn).await
}
