use atum_core::{App, Problems, Result, extract::Json};
use atum_identity::Agent;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::notification;

#[derive(Serialize, ToSchema)]
pub(crate) struct Counters {
    /// Waiting to be accepted.
    new: i64,
    /// Open and the caller's.
    mine: i64,
    /// Accepted, open and nobody's.
    unassigned: i64,
    unread_notifications: i64,
}

/// The numbers beside the desk's lists.
#[utoipa::path(get, path = "/api/v1/counters", tag = "dashboard",
    responses((status = 200, body = Counters), Problems))]
pub(crate) async fn get_counters(State(app): State<App>, agent: Agent) -> Result<Json<Counters>> {
    let mut tx = app.db.read(&agent).await?;
    let row = sqlx::query!(
        r#"select count(*) filter (where status = 'new') as "new!",
                  count(*) filter (where assignee_id = $1) as "mine!",
                  count(*) filter (where assignee_id is null and status <> 'new') as "unassigned!"
             from desk.ticket where status in ('new', 'accepted', 'in_progress', 'waiting_customer')"#,
        agent.person_id.0,
    )
    .fetch_one(&mut *tx)
    .await?;
    let unread_notifications = notification::unread(&mut tx, agent.person_id).await?;
    Ok(Json(Counters { new: row.new, mine: row.mine, unassigned: row.unassigned, unread_notifications }))
}
