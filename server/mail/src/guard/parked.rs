use atum_audit::Event;
use atum_core::{App, Problem, Problems, Result, extract::Json};
use atum_identity::Manager;
use axum::{extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

/// More than anybody reads through; the newest stand first.
const MOST: i64 = 500;

/// An address to which no program writes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ParkedAddress {
    address: String,
    /// As the report said it.
    reason: Option<String>,
    parked_at: DateTime<Utc>,
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct ReleasedAddress {
    address: String,
}

/// The addresses where mail did not arrive, newest first; 500 at most.
#[utoipa::path(get, path = "/api/v1/parked-addresses", tag = "mail",
    responses((status = 200, body = Vec<ParkedAddress>), Problems))]
pub(crate) async fn list_parked_addresses(
    State(app): State<App>,
    manager: Manager,
) -> Result<Json<Vec<ParkedAddress>>> {
    let mut tx = app.db.read(&manager).await?;
    let parked = sqlx::query_as!(
        ParkedAddress,
        r#"select address, reason, parked_at as "parked_at!" from desk.mail_address
            where parked_at is not null order by parked_at desc, address limit $1"#,
        MOST,
    );
    Ok(Json(parked.fetch_all(&mut *tx).await?))
}

/// Lets programs write to an address again: whoever reads there was asked, or the mistake in it was mended elsewhere.
#[utoipa::path(post, path = "/api/v1/parked-addresses/release", tag = "mail", request_body = ReleasedAddress,
    responses((status = 204), Problems))]
pub(crate) async fn release_parked_address(
    State(app): State<App>,
    manager: Manager,
    Json(given): Json<ReleasedAddress>,
) -> Result<StatusCode> {
    let mut tx = app.db.write(&manager).await?;
    let address = given.address.trim().to_lowercase();
    let released = sqlx::query!(
        "update desk.mail_address set parked_at = null where address = $1 and parked_at is not null",
        address,
    );
    if released.execute(&mut *tx).await?.rows_affected() == 0 {
        return Err(Problem::not_found());
    }
    atum_audit::record(&mut tx, Event::internal("address_released").detail(json!({ "address": address }))).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
