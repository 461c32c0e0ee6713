use atum_core::{App, Problem, Problems, Result, extract::Json, ids::OrganizationId, problem::Kind};
use axum::{extract::State, http::StatusCode};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    account, allow_list, cookie,
    event::{self, Client, Event},
    impersonation,
    session::{self, Acting, SignedIn},
    session_view::{Session, operators_view, seen_by, session_view},
    single_sign_on,
    who::Holder,
};

#[utoipa::path(get, path = "/api/v1/session", tag = "session", responses((status = 200, body = Session), Problems))]
pub(crate) async fn get_session(State(app): State<App>, Holder(signed_in): Holder) -> Result<Json<Session>> {
    if signed_in.membership.is_none() && signed_in.operator {
        return Ok(Json(operators_view(&app, signed_in.account_id).await?));
    }
    let here = signed_in.membership.ok_or_else(|| Problem::new(Kind::Unauthenticated))?;
    if !here.let_in {
        return Err(Problem::address_not_allowed(signed_in.ip));
    }
    match signed_in.acting {
        None => {
            let SignedIn { account_id, session_id, .. } = signed_in;
            Ok(Json(seen_by(&app, account_id, here.organization_id, session_id).await?))
        }
        Some(Acting(None)) => Err(Problem::new(Kind::ImpersonationOver)),
        Some(Acting(Some((_, role)))) => Ok(Json(impersonation::session_view(&app, &signed_in, role).await?)),
    }
}

/// Signs out here. Other sessions of the account go on.
#[utoipa::path(delete, path = "/api/v1/session", tag = "session", responses((status = 204), Problems))]
pub(crate) async fn delete_session(
    State(app): State<App>,
    Holder(signed_in): Holder,
    client: Client,
) -> Result<(CookieJar, StatusCode)> {
    let now = app.clock.now();
    let mut tx = app.db.identity().await?;
    session::end(&mut tx, &signed_in, signed_in.session_id, now).await?;
    event::append(&mut tx, now, Event::of("sign_out", signed_in.account_id, &client)).await?;
    tx.commit().await?;
    Ok((cookie::without_session(&app.config, CookieJar::new()), StatusCode::NO_CONTENT))
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct SwitchOrganization {
    #[schema(value_type = uuid::Uuid)]
    organization_id: OrganizationId,
}

/// Goes on in another organization of the account. A session that a provider vouches for stays where it is, and where one
/// is required no other goes. One that the account does not belong to is not there: 404.
#[utoipa::path(put, path = "/api/v1/session/organization", tag = "session",
    responses((status = 200, body = Session), Problems))]
pub(crate) async fn switch_organization(
    State(app): State<App>,
    signed_in: SignedIn,
    client: Client,
    Json(to): Json<SwitchOrganization>,
) -> Result<Json<Session>> {
    let SignedIn { account_id, session_id, .. } = signed_in;
    let mut tx = app.db.identity().await?;
    let memberships = account::memberships(&mut tx, account_id).await?;
    let to = memberships.iter().find(|membership| membership.id == to.organization_id);
    let to = to.ok_or_else(Problem::not_found)?;
    single_sign_on::may_go_on_in(&signed_in, to)?;
    let to = to.id;
    allow_list::refuse_elsewhere(&mut tx, account_id, to, client.ip).await?;
    session::switch(&mut tx, session_id, to).await?;
    let switched = Event::of("organization_switched", account_id, &client).organization(to);
    event::append(&mut tx, app.clock.now(), switched).await?;
    tx.commit().await?;
    Ok(Json(session_view(&app, account_id, to).await?))
}
