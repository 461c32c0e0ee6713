use atum_core::{App, Problems, Result, extract::Json};
use atum_identity::Agent;
use axum::extract::State;

use crate::{Policy, policy};

/// What the organization promises, the default policy first.
#[utoipa::path(get, path = "/api/v1/sla/policies", tag = "sla", responses((status = 200, body = [Policy]), Problems))]
pub(crate) async fn list_policies(State(app): State<App>, agent: Agent) -> Result<Json<Vec<Policy>>> {
    let mut tx = app.db.read(&agent).await?;
    Ok(Json(policy::list(&mut tx).await?))
}
