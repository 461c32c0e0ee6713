use atum_core::{App, Problems, Result, extract::Json};
use atum_identity::Admin;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, types::Json as Stored};
use utoipa::ToSchema;

/// How far the events are sealed.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditState {
    /// Links of the chain.
    batches: i64,
    last_sealed_at: Option<DateTime<Utc>>,
    /// Events that wait for their seal: for seconds, unless a transaction holds them up or nobody works.
    unsealed: i64,
    oldest_unsealed_at: Option<DateTime<Utc>>,
    /// The last `atum audit verify` of this organization.
    last_verification: Option<AuditVerification>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct AuditVerification {
    at: DateTime<Utc>,
    batches: i64,
    events: i64,
    /// What was not as it was sealed. 0: everything is.
    findings: i64,
}

/// How far the events are sealed, and what the last verification found.
#[utoipa::path(get, path = "/api/v1/audit/state", tag = "audit", responses((status = 200, body = AuditState), Problems))]
pub(crate) async fn get_audit_state(State(app): State<App>, admin: Admin) -> Result<Json<AuditState>> {
    let mut tx = app.db.read(&admin).await?;
    let state = sqlx::query!(
        r#"with sealed as (
               select number, sealed_at, last_transaction_id, last_event_id from desk.event_batch
                order by number desc limit 1),
           place as (
               select coalesce((select last_transaction_id from sealed), 0) as transaction_id,
                      coalesce((select last_event_id from sealed), '00000000-0000-0000-0000-000000000000') as id)
           select coalesce((select number from sealed), 0) as "batches!", (select sealed_at from sealed) as sealed_at,
                  count(*) as "unsealed!", min(e.at) as oldest
             from desk.event e, place
            where (e.transaction_id, e.id) > (place.transaction_id, place.id)"#,
    )
    .fetch_one(&mut *tx)
    .await?;
    Ok(Json(AuditState {
        batches: state.batches,
        last_sealed_at: state.sealed_at,
        unsealed: state.unsealed,
        oldest_unsealed_at: state.oldest,
        last_verification: last_verification(&mut tx).await?,
    }))
}

/// The operator's command leaves it behind as an event.
async fn last_verification(conn: &mut PgConnection) -> Result<Option<AuditVerification>> {
    #[derive(Debug, Deserialize)]
    struct Found {
        batches: i64,
        events: i64,
        findings: i64,
    }
    let last = sqlx::query!(
        r#"select at, detail as "detail: Stored<Found>" from desk.event where kind = 'audit_verified'
            order by at desc limit 1"#
    );
    Ok(last.fetch_optional(conn).await?.map(|row| {
        let Found { batches, events, findings } = row.detail.0;
        AuditVerification { at: row.at, batches, events, findings }
    }))
}
