use atum_core::{
    App, Problems, Result,
    extract::Json,
    ids::{ImpersonationId, PersonId},
};
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    Oneself,
    person::{self, PersonSummary},
};

/// One time that an admin acted as the caller.
#[derive(Serialize, ToSchema)]
pub(crate) struct Impersonation {
    #[schema(value_type = uuid::Uuid)]
    id: ImpersonationId,
    impersonator: PersonSummary,
    reason: String,
    started_at: DateTime<Utc>,
    /// Null: it goes on.
    ended_at: Option<DateTime<Utc>>,
}

/// Who acted as the caller here, when and why; the latest hundred, newest first.
#[utoipa::path(get, path = "/api/v1/profile/impersonations", tag = "profile",
    responses((status = 200, body = Vec<Impersonation>), Problems))]
pub(crate) async fn list_impersonations(State(app): State<App>, me: Oneself) -> Result<Json<Vec<Impersonation>>> {
    let mut tx = app.db.identity().await?;
    let rows = sqlx::query!(
        r#"select id as "id: ImpersonationId", impersonator_id as "impersonator_id: PersonId", reason, started_at,
                  case when ended_at is null and expires_at <= $3 then expires_at else ended_at end as ended_at
             from identity.impersonation
            where organization_id = $1 and person_id = $2 order by started_at desc, id desc limit 100"#,
        me.organization_id.0,
        me.person_id.0,
        app.clock.now(),
    )
    .fetch_all(&mut *tx)
    .await?;
    drop(tx);
    let admins: Vec<PersonId> = rows.iter().map(|row| row.impersonator_id).collect();
    let people = person::summaries(&mut *app.db.read(&*me).await?, &admins).await?;
    let told = rows.into_iter().filter_map(|row| {
        Some(Impersonation {
            id: row.id,
            impersonator: people.get(&row.impersonator_id)?.clone(),
            reason: row.reason,
            started_at: row.started_at,
            ended_at: row.ended_at,
        })
    });
    Ok(Json(told.collect()))
}
