use atum_core::{App, Problems, Result, extract::Json};
use atum_identity::Agent;
use axum::extract::State;

use crate::{Calendar, calendar};

/// The calendars in which promises are counted.
#[utoipa::path(get, path = "/api/v1/sla/calendars", tag = "sla", responses((status = 200, body = [Calendar]), Problems))]
pub(crate) async fn list_calendars(State(app): State<App>, agent: Agent) -> Result<Json<Vec<Calendar>>> {
    let mut tx = app.db.read(&agent).await?;
    Ok(Json(calendar::list(&mut tx).await?))
}
