use std::net::IpAddr;

use atum_core::{
    App, Problem, Problems, Result,
    checks::Checks,
    db::IdentityTx,
    extract::Json,
    ids::{AccountId, OrganizationId},
    problem::Kind,
};
use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    account, allow_list, challenge, cookie, device,
    event::{self, Client, Event},
    factors, password, session,
    session_view::{Session, first_view},
    single_sign_on,
    throttle::{self, Who},
    token,
};

#[derive(Deserialize, ToSchema)]
pub(crate) struct NewSession {
    email: String,
    password: String,
}

/// Signs in. The answer to a wrong password is the answer to an unknown e-mail, in words and in time. An account with a
/// second factor gets a problem, `second-factor-needed`, and a cookie to send with the code or the passkey.
#[utoipa::path(post, path = "/api/v1/session", tag = "session", responses((status = 200, body = Session), Problems))]
pub(crate) async fn create_session(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    Json(new): Json<NewSession>,
) -> Result<Response> {
    let email = account::normalized(&new.email);
    Checks::new()
        .text("email", &email, 1..=254)
        .require(!new.password.is_empty(), "password", "required", "must not be empty")
        .finish()?;
    let (account_id, organization_id) = prove(&app, &client, &headers, &email, &new.password).await?;
    metrics::counter!("atum_sign_in_total", "outcome" => "right").increment(1);
    go_on(&app, &client, &headers, app.db.identity().await?, account_id, organization_id).await
}

/// After the password: signs in, or asks for the second factor. Commits.
pub(crate) async fn go_on(
    app: &App,
    client: &Client,
    headers: &HeaderMap,
    mut tx: IdentityTx,
    account_id: AccountId,
    organization_id: Option<OrganizationId>,
) -> Result<Response> {
    let (organization_id, linked) =
        single_sign_on::destined(&mut tx, app, headers, account_id, organization_id).await?;
    if !linked {
        single_sign_on::refuse_other_ways(&mut tx, account_id, organization_id).await?;
    }
    if !factors::exist(&mut tx, account_id).await? {
        let jar = sign_in(app, client, headers, tx, account_id, organization_id).await?;
        let view = first_view(app, account_id, organization_id).await?;
        let view = if linked { view.only_here() } else { view };
        return Ok((jar, Json(view)).into_response());
    }
    let challenge = challenge::begin(&mut tx, account_id, organization_id, app.clock.now()).await?;
    tx.commit().await?;
    let jar = cookie::with_challenge(&app.config, CookieJar::new(), &challenge);
    Ok((jar, Problem::new(Kind::SecondFactorNeeded)).into_response())
}

/// Whose password this is, and where it leads.
async fn prove(
    app: &App,
    client: &Client,
    headers: &HeaderMap,
    email: &str,
    password: &str,
) -> Result<(AccountId, Option<OrganizationId>)> {
    let account_id = prove_password(app, client, headers, email, password).await?;
    let mut tx = app.db.identity().await?;
    Ok((account_id, destination(&mut tx, account_id, client.ip).await?))
}

/// The organization that the account was last in. `None`: an operator who belongs to none.
pub(crate) async fn destination(
    tx: &mut IdentityTx,
    account_id: AccountId,
    ip: Option<IpAddr>,
) -> Result<Option<OrganizationId>> {
    let mut memberships = account::memberships(tx, account_id).await?;
    if memberships.is_empty() {
        if account::by_id(tx, account_id).await?.operator {
            return Ok(None);
        }
        let detail = "your account belongs to no organization any more; ask its admin";
        return Err(Problem::new(Kind::Forbidden).detail(detail));
    }
    // The one they were last in; one that lets them in this way, if there is such a one.
    memberships.sort_by_key(|membership| membership.single_sign_on_required);
    Ok(Some(allow_list::first_open(tx, account_id, &memberships, ip).await?))
}

/// Whose password this is. Tries are charged before it is looked at.
pub(crate) async fn prove_password(
    app: &App,
    client: &Client,
    headers: &HeaderMap,
    email: &str,
    password: &str,
) -> Result<AccountId> {
    let mut tx = app.db.identity().await?;
    let account = account::by_email(&mut tx, email).await?;
    let account_id = account.as_ref().map(|account| account.id);
    let device = known_device(app, &mut tx, headers, account_id).await?;
    let who = match device.as_deref().zip(account_id) {
        Some((token_hash, account_id)) => Who::Device { token_hash, account_id },
        None => Who::Stranger { email, ip: client.ip },
    };
    throttle::charge(&mut tx, &who, app.clock.now()).await?;
    tx.commit().await?;

    let open = account.filter(|account| account.disabled_at.is_none());
    let hash = open.and_then(|account| account.password_hash);
    let right = password::verify_password(password, hash.as_deref()).await?;
    let Some(account_id) = account_id.filter(|_| right) else {
        return Err(refused(app, client, account_id, email).await?);
    };
    let mut tx = app.db.identity().await?;
    throttle::give_back(&mut tx, &who).await?;
    tx.commit().await?;
    Ok(account_id)
}

/// Notes the failure. The answer tells nothing of why.
async fn refused(app: &App, client: &Client, account_id: Option<AccountId>, email: &str) -> Result<Problem> {
    let mut tx = app.db.identity().await?;
    let failed = Event {
        kind: "sign_in_failed",
        account_id,
        organization_id: None,
        email: Some(email),
        client,
        detail: json!({}),
    };
    event::append(&mut tx, app.clock.now(), failed).await?;
    tx.commit().await?;
    metrics::counter!("atum_sign_in_total", "outcome" => "wrong").increment(1);
    Ok(Problem::new(Kind::InvalidCredentials))
}

pub(crate) async fn known_device(
    app: &App,
    tx: &mut IdentityTx,
    headers: &HeaderMap,
    account_id: Option<AccountId>,
) -> Result<Option<Vec<u8>>> {
    let Some((cookie, account_id)) = cookie::device(&app.config, headers).zip(account_id) else { return Ok(None) };
    let known = device::is_known(tx, &cookie, account_id, app.clock.now()).await?;
    Ok(known.then(|| token::hash(&cookie)))
}

/// Begins a session for somebody who proved to us who they are. Whom a provider brought to this browser for this very
/// account is known to that provider from now on, and in its organization; where a provider is required, nobody else is.
pub(crate) async fn sign_in(
    app: &App,
    client: &Client,
    headers: &HeaderMap,
    mut tx: IdentityTx,
    account_id: AccountId,
    organization_id: Option<OrganizationId>,
) -> Result<CookieJar> {
    let Some(link) = single_sign_on::pending(&mut tx, app, headers, account_id).await? else {
        single_sign_on::refuse_other_ways(&mut tx, account_id, organization_id).await?;
        return begin_session(app, client, headers, tx, account_id, organization_id, None).await;
    };
    link.take(&mut tx, account_id, app.clock.now()).await?;
    let linked = Event::of("single_sign_on_linked", account_id, client).organization(link.organization_id);
    event::append(&mut tx, app.clock.now(), linked.detail(json!({ "issuer": &link.issuer }))).await?;
    let through = Through { issuer: link.issuer, second_factor_done: link.second_factor_done };
    let jar = begin_session(app, client, headers, tx, account_id, Some(link.organization_id), Some(&through)).await?;
    Ok(cookie::without_link(&app.config, jar))
}

/// The provider that vouches for a session.
pub(crate) struct Through {
    pub issuer: String,
    pub second_factor_done: bool,
}

/// Begins the session, commits, and gives the browser its cookies. A session that the browser brought is ended: nobody can
/// have planted the one that is signed in now.
pub(crate) async fn begin_session(
    app: &App,
    client: &Client,
    headers: &HeaderMap,
    mut tx: IdentityTx,
    account_id: AccountId,
    organization_id: Option<OrganizationId>,
    through: Option<&Through>,
) -> Result<CookieJar> {
    if let Some(organization_id) = organization_id {
        allow_list::refuse_elsewhere(&mut tx, account_id, organization_id, client.ip).await?;
    }
    let (config, now) = (&app.config, app.clock.now());
    if let Some(old) = cookie::session(config, headers) {
        session::end_by_token(&mut tx, &old, now).await?;
    }
    let token = session::begin(&mut tx, account_id, organization_id, client, now).await?;
    let mut signed_in = Event { organization_id, ..Event::of("sign_in", account_id, client) };
    if let Some(through) = through {
        session::vouch(&mut tx, &token, through.second_factor_done).await?;
        signed_in = signed_in.detail(json!({ "issuer": through.issuer }));
    }
    let device = device::remember(&mut tx, cookie::device(config, headers), account_id, now).await?;
    event::append(&mut tx, now, signed_in).await?;
    tx.commit().await?;
    Ok(cookie::with_device(config, cookie::with_session(config, CookieJar::new(), &token), &device))
}
