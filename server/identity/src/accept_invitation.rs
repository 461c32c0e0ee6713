use atum_core::{
    App, Problem, Problems, Result,
    caller::{Reason, System},
    db::IdentityTx,
    extract::{Json, Path},
    problem::Kind,
};
use axum::{extract::State, http::HeaderMap, response::Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    account,
    create_session::{go_on, prove_password},
    event::{self, Client, Event},
    invitation::{self, Open},
    membership, password, person, session,
    session_view::Session,
};

#[derive(Serialize, ToSchema)]
pub(crate) struct Invitation {
    organization_name: String,
    name: String,
    email: String,
    asks_for: AsksFor,
}

/// What the password is that the link asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::enum_variant_names, reason = "in JSON they stand alone")]
pub(crate) enum AsksFor {
    /// The account's first.
    FirstPassword,
    /// One in place of the present one.
    NewPassword,
    /// The one that the account has: its owner comes into one more organization.
    PresentPassword,
}

impl AsksFor {
    /// Who has the account's password need not be whom this organization invites, and whom it invites need not be who has
    /// the account: both must be proved before the account works here. The operator may set anybody's password.
    fn of(open: &Open) -> Self {
        match (open.has_password, open.pending && !open.by_operator) {
            (false, _) => Self::FirstPassword,
            (true, true) => Self::PresentPassword,
            (true, false) => Self::NewPassword,
        }
    }
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
    let asks_for = AsksFor::of(&open);
    Ok(Json(Invitation { organization_name: open.organization_name, name, email: open.email, asks_for }))
}

/// Comes in. Sets the password, or proves that the account is one's own, as the link asks; a second factor is asked for
/// as at any sign-in. Where a password is set, whoever was signed in to the account is signed out.
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
    let tx = match AsksFor::of(&open) {
        AsksFor::PresentPassword => join(&app, &client, &headers, &token, &open, &accept.password).await?,
        _ => set_password(&app, &client, &token, &open, &name, &accept.password).await?,
    };
    go_on(&app, &client, &headers, tx, open.account_id, Some(open.organization_id)).await
}

async fn join(
    app: &App,
    client: &Client,
    headers: &HeaderMap,
    token: &str,
    open: &Open,
    password: &str,
) -> Result<IdentityTx> {
    match prove_password(app, client, headers, &open.email, password).await {
        Err(problem) if problem.kind == Kind::InvalidCredentials => {
            return Err(Problem::field("password", "wrong", "is not the password of this account"));
        }
        proved => proved?,
    };
    let now = app.clock.now();
    let mut tx = app.db.identity().await?;
    if !invitation::take(&mut tx, token, now).await? {
        return Err(Problem::not_found());
    }
    membership::accept(&mut tx, open.account_id, open.organization_id).await?;
    // A link to set a password was made by an admin while the account was that organization's alone. It is not any more.
    invitation::end_resets(&mut tx, open.account_id, now).await?;
    let accepted = Event::of("invitation_accepted", open.account_id, client).organization(open.organization_id);
    event::append(&mut tx, now, accepted).await?;
    Ok(tx)
}

async fn set_password(
    app: &App,
    client: &Client,
    token: &str,
    open: &Open,
    name: &str,
    new: &str,
) -> Result<IdentityTx> {
    password::check(app, "password", new, &[&open.organization_name, name, &open.email]).await?;
    let hash = password::hash_password(new).await?;
    let now = app.clock.now();
    let mut tx = app.db.identity().await?;
    if !invitation::take(&mut tx, token, now).await? {
        return Err(Problem::not_found());
    }
    invitation::end_all(&mut tx, open.account_id, now).await?;
    account::set_password(&mut tx, open.account_id, &hash).await?;
    membership::accept(&mut tx, open.account_id, open.organization_id).await?;
    session::end_all(&mut tx, open.account_id, None, now).await?;
    let kind = if open.has_password { "password_reset" } else { "invitation_accepted" };
    event::append(&mut tx, now, Event::of(kind, open.account_id, client).organization(open.organization_id)).await?;
    Ok(tx)
}

async fn find(app: &App, token: &str) -> Result<(Open, String)> {
    let mut tx = app.db.identity().await?;
    let open = invitation::find(&mut tx, token, app.clock.now()).await?.ok_or_else(Problem::not_found)?;
    drop(tx);
    let mut tx = app.db.read(&System { organization_id: open.organization_id, reason: Reason::SignIn }).await?;
    let person = person::get(&mut tx, open.person_id).await?;
    // Somebody who was deactivated before coming in.
    if person.active { Ok((open, person.name)) } else { Err(Problem::not_found()) }
}
