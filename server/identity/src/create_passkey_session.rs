use atum_core::{
    App, Problem, Problems, Result,
    extract::Json,
    ids::{AccountId, OrganizationId},
    problem::Kind,
};
use axum::{extract::State, http::HeaderMap};
use axum_extra::extract::CookieJar;

use crate::{
    cookie,
    create_session::{destination, sign_in},
    device,
    event::{self, Client, Event},
    factors,
    passkey_ceremony::Ceremony,
    passkey_proof::{self as proof, Outcome, PasskeyAnswer, PasskeyQuestion},
    session_view::{Session, first_view},
    single_sign_on,
    throttle::{self, Who},
    token,
};

/// Asks for any passkey of this domain: nobody has to say who they are.
#[utoipa::path(post, path = "/api/v1/session/passkey/challenge", tag = "session",
    responses((status = 200, body = PasskeyQuestion), Problems))]
pub(crate) async fn ask_passkey(State(app): State<App>, client: Client) -> Result<Json<PasskeyQuestion>> {
    let mut tx = app.db.identity().await?;
    let question = proof::ask(&mut tx, &app, Ceremony::SignIn, client.ip).await?;
    tx.commit().await?;
    Ok(Json(question))
}

/// Signs in with a passkey that knew its owner by a PIN or a finger: two factors at once. Whatever is wrong with it, the
/// answer is the same.
#[utoipa::path(post, path = "/api/v1/session/passkey", tag = "session",
    responses((status = 200, body = Session), Problems))]
pub(crate) async fn create_passkey_session(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    Json(given): Json<PasskeyAnswer>,
) -> Result<(CookieJar, Json<Session>)> {
    let (account_id, organization_id) = prove(&app, &client, &headers, &given).await?;
    metrics::counter!("atum_sign_in_total", "outcome" => "right").increment(1);
    let mut tx = app.db.identity().await?;
    let (organization_id, linked) =
        single_sign_on::destined(&mut tx, &app, &headers, account_id, organization_id).await?;
    let jar = sign_in(&app, &client, &headers, tx, account_id, organization_id).await?;
    let view = first_view(&app, account_id, organization_id).await?;
    Ok((jar, Json(if linked { view.only_here() } else { view })))
}

/// Whose passkey this is, and where it leads. The try is charged before the passkey is looked at.
async fn prove(
    app: &App,
    client: &Client,
    headers: &HeaderMap,
    given: &PasskeyAnswer,
) -> Result<(AccountId, Option<OrganizationId>)> {
    let now = app.clock.now();
    let mut tx = app.db.identity().await?;
    let device = match cookie::device(&app.config, headers) {
        Some(cookie) => device::was_given_out(&mut tx, &cookie).await?.then(|| token::hash(&cookie)),
        None => None,
    };
    let who = Who::Passkey { device: device.as_deref(), ip: client.ip };
    throttle::charge(&mut tx, &who, now).await?;
    tx.commit().await?;

    let mut tx = app.db.identity().await?;
    let account_id = match proof::prove(&mut tx, app, Ceremony::SignIn, given).await? {
        Outcome::Proved(account_id) => account_id,
        Outcome::Refused { account_id, copied } => {
            if copied {
                factors::note_copy(&mut tx, app, account_id, client).await?;
            }
            let failed = Event {
                kind: "passkey_failed",
                account_id,
                organization_id: None,
                email: None,
                detail: serde_json::json!({}),
                client,
            };
            event::append(&mut tx, now, failed).await?;
            tx.commit().await?;
            metrics::counter!("atum_sign_in_total", "outcome" => "wrong").increment(1);
            return Err(Problem::new(Kind::PasskeyRefused));
        }
    };
    throttle::give_back(&mut tx, &who).await?;
    tx.commit().await?;

    let mut tx = app.db.identity().await?;
    let organization_id = destination(&mut tx, account_id, client.ip).await?;
    event::append(&mut tx, now, Event { organization_id, ..Event::of("passkey_used", account_id, client) }).await?;
    tx.commit().await?;
    Ok((account_id, organization_id))
}
