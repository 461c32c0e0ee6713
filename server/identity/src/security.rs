//! What an organization asks of the people who sign in to it.

use atum_audit as audit;
use atum_core::{App, Problem, Problems, Result, extract::Json};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Admin, factors, organization};

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct Security {
    /// Staff without a second factor may do nothing but set one up.
    second_factor_required: bool,
}

#[utoipa::path(get, path = "/api/v1/organization/security", tag = "organization",
    responses((status = 200, body = Security), Problems))]
pub(crate) async fn get_security(State(app): State<App>, admin: Admin) -> Result<Json<Security>> {
    let mut tx = app.db.identity().await?;
    let second_factor_required = organization::second_factor_required(&mut tx, admin.organization_id).await?;
    Ok(Json(Security { second_factor_required }))
}

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct SecurityChange {
    second_factor_required: bool,
}

/// Counts from the next request on, for everybody who is signed in too. Refused to an admin without a second factor, who
/// would be the first to be stopped.
#[utoipa::path(patch, path = "/api/v1/organization/security", tag = "organization",
    responses((status = 200, body = Security), Problems))]
pub(crate) async fn update_security(
    State(app): State<App>,
    admin: Admin,
    Json(change): Json<SecurityChange>,
) -> Result<Json<Security>> {
    let required = change.second_factor_required;
    let mut desk = app.db.write(&admin).await?;
    let mut tx = app.db.identity().await?;
    if required && !factors::exist(&mut tx, admin.account_id).await? {
        return Err(Problem::wrong_state("set up your own second factor first"));
    }
    let old = organization::require_second_factor(&mut tx, admin.organization_id, required).await?;
    if old != required {
        let changed = audit::Event::internal("security_changed").change("second_factor_required", old, required);
        audit::record(&mut desk, changed).await?;
    }
    // The event first: a rule that nobody can be asked about does not come to be.
    desk.commit().await?;
    tx.commit().await?;
    Ok(Json(Security { second_factor_required: required }))
}
