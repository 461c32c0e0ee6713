use atum_core::{App, Problems, Result, extract::Json, ids::PersonId};
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    Admin, password_request,
    person::{self, PersonSummary},
};

/// Somebody who forgot the password, or says so: whether it was them is for the admin to find out.
#[derive(Serialize, ToSchema)]
pub(crate) struct PasswordRequest {
    person: PersonSummary,
    requested_at: DateTime<Utc>,
    /// Whether an admin may make the link. Otherwise the account is also others', and only the operator may.
    may_make_link: bool,
}

/// Who asked for a new password within the last seven days and has not set one, the latest first.
#[utoipa::path(get, path = "/api/v1/password-requests", tag = "people",
    responses((status = 200, body = Vec<PasswordRequest>), Problems))]
pub(crate) async fn list_password_requests(State(app): State<App>, admin: Admin) -> Result<Json<Vec<PasswordRequest>>> {
    let mut tx = app.db.identity().await?;
    let waiting = password_request::of_organization(&mut tx, admin.organization_id, app.clock.now()).await?;
    drop(tx);
    let ids: Vec<PersonId> = waiting.iter().map(|request| request.person_id).collect();
    let people = person::summaries(&mut *app.db.read(&admin).await?, &ids).await?;
    let told = waiting.into_iter().filter_map(|request| {
        let person = people.get(&request.person_id)?.clone();
        Some(PasswordRequest { person, requested_at: request.requested_at, may_make_link: request.is_ours_alone })
    });
    Ok(Json(told.collect()))
}
