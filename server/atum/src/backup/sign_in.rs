//! Somebody signs in to the restored copy, as a browser does: through the router, with password and cookie. Nobody's own
//! password is known, so an organization and an account are made in the copy first, which also shows that it can be
//! written to.

use std::net::SocketAddr;

use anyhow::{Context, ensure};
use atum_core::{App, caller::Role};
use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{Request, Response, StatusCode, header},
};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{commands::org::found, router::router};

/// Gives the e-mail that signed in.
pub async fn try_it(app: &App) -> anyhow::Result<String> {
    let slug = format!("drill-{}", hex::encode(rand::random::<[u8; 4]>()));
    let (email, password) = (format!("{slug}@atum.invalid"), hex::encode(rand::random::<[u8; 20]>()));
    found(app, &slug, "Restored", chrono_tz::UTC).await?;
    atum_identity::create_account(app, &slug, &email, "Somebody", Role::Agent, Some(&password)).await?;
    let wrong = ask(app, "POST", None, Some(json!({ "email": email, "password": "another one" }))).await?;
    ensure!(wrong.0 == StatusCode::UNAUTHORIZED, "a wrong password was answered {}", wrong.0);
    let (status, cookie, answer) =
        ask(app, "POST", None, Some(json!({ "email": email, "password": password }))).await?;
    ensure!(status == StatusCode::OK, "the right password was answered {status}: {answer}");
    let cookie = cookie.context("there was no cookie in the answer")?;
    let (status, _, session) = ask(app, "GET", Some(&cookie), None).await?;
    ensure!(status == StatusCode::OK, "the session was answered {status}: {session}");
    Ok(email)
}

async fn ask(
    app: &App,
    method: &str,
    cookie: Option<&str>,
    body: Option<Value>,
) -> anyhow::Result<(StatusCode, Option<String>, Value)> {
    let mut request = Request::builder().method(method).uri("/api/v1/session").header(header::HOST, "127.0.0.1");
    request = request.header("sec-fetch-site", "same-origin").header(header::CONTENT_TYPE, "application/json");
    if let Some(cookie) = cookie {
        request = request.header(header::COOKIE, cookie);
    }
    let mut request = request.body(body.map_or_else(Body::empty, |body| body.to_string().into()))?;
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 40_000))));
    let answer = match router(app.clone()).oneshot(request).await {
        Ok(answer) => answer,
        Err(never) => match never {},
    };
    let (status, cookie) = (answer.status(), cookies(&answer));
    let body = answer.into_body().collect().await?.to_bytes();
    Ok((status, cookie, serde_json::from_slice(&body).unwrap_or_default()))
}

/// Those of the answer, as the next request carries them.
fn cookies(answer: &Response<Body>) -> Option<String> {
    let set = answer.headers().get_all(header::SET_COOKIE).iter();
    let pairs: Vec<&str> = set.filter_map(|value| value.to_str().ok()?.split(';').next()).collect();
    (!pairs.is_empty()).then(|| pairs.join("; "))
}
