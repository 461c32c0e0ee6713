use atum_core::{
    App, Problem, Problems, Result,
    caller::{Reason, System},
    extract::{Json, Path},
};
use axum::{extract::State, http::HeaderMap, response::Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    account,
    create_session::go_on,
    event::{self, Client, Event},
    invitation::{self, Open},
    password, person, session,
    session_view::Session,
};

#[derive(Serialize, ToSchema)]
pub(crate) struct Invitation {
    organization_name: String,
    name: String,
    email: String,
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct AcceptInvitation {
    password: String,
}

/// Whom the link invites, and where to. One that was used, replaced or is too old is not there.
#[utoipa::path(get, path = "/api/v1/invitations/{token}", tag = "session",
    params(("token" = String, Path)), responses((status = 200, body = Invitation), Problems))]
pub(crate) async fn get_invitation(State(app): State<App>, Path(token): Path<String>) -> Result<Json<Invitation>> {
    let (open, name) = find(&app, &token).await?;
    Ok(Json(Invitation { organization_name: open.organization_name, name, email: open.email }))
}

/// Sets the password and signs in; a second factor is asked for as at any sign-in. Whoever was signed in to the account is signed out.
#[utoipa::path(post, path = "/api/v1/invitations/{token}", tag = "session",
    params(("token" = String, Path)), responses((status = 200, body = Session), Problems))]
pub(crate) async fn accept_invitation(
    State(app): State<App>,
    Path(token): Path<String>,
    client: Client,
    headers: HeaderMap,
    Json(accept): Json<AcceptInvitation>,
) -> Result<Response> {
    let (open, name) = find(&app, &token).await?;
    password::check_password(&accept.password, &[&open.organization_name, &name, &open.email])?;
    let hash = password::hash_password(&accept.password).await?;
    let now = app.clock.now();
    let mut tx = app.db.identity().await?;
    if !invitation::take(&mut tx, &token, now).await? {
        return Err(Problem::not_found());
    }
    account::set_password(&mut tx, open.account_id, &hash).await?;
    session::end_all(&mut tx, open.account_id, None, now).await?;
    let accepted = Event::of("invitation_accepted", open.account_id, &client).organization(open.organization_id);
    event::append(&mut tx, now, accepted).await?;
    go_on(&app, &client, &headers, tx, open.account_id, open.organization_id).await
}

async fn find(app: &App, token: &str) -> Result<(Open, String)> {
    let mut tx = app.db.identity().await?;
    let open = invitation::find(&mut tx, token, app.clock.now()).await?.ok_or_else(Problem::not_found)?;
    drop(tx);
    let mut tx = app.db.read(&System { organization_id: open.organization_id, reason: Reason::SignIn }).await?;
    let name = person::get(&mut tx, open.person_id).await?.name;
    Ok((open, name))
}
