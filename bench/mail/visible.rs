//! From "stored in the mailbox" to "in the list of an open browser": a real Dovecot that tells by IDLE, both stages, the live
//! stream, and the list asked for again as the page does when the stream tells of something.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context, ensure};
use atum::{
    seed::{self, Plan, Progress},
    worker::{self, Part},
};
use atum_core::{
    App,
    caller::{Reason, System},
    ids::OrganizationId,
};
use axum::{
    Router,
    body::{Body, BodyDataStream, to_bytes},
    extract::ConnectInfo,
    http::{Method, Request, Response},
};
use futures::StreamExt;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout};
use tower::ServiceExt;

use crate::{
    dovecot::{PASSWORD, dovecot},
    staff,
};

/// In one that nobody else has.
const USER: &str = "visible";
const SOON: Duration = Duration::from_secs(30);

pub async fn measure(app: &App, mails: usize) -> anyhow::Result<()> {
    let organization = found(app).await?;
    let router = atum::router::router(app.clone());
    let browser = Browser { router, cookie: staff::cookie(app, organization, "admin").await? };
    let mut colleague = dovecot().sign_in(USER);
    browser.call(Method::POST, "/api/v1/mail-channels", &channel()).await?;
    let working = worker::start(app, &Part::ALL, &app.stop);
    let mut live = browser.listen().await?;
    let mut taken = vec![];
    for at in 0..=mails {
        let subject = format!("Visible {at}");
        tokio::task::block_in_place(|| colleague.append("INBOX", &raw(&subject)));
        let stored = Instant::now();
        browser.sees(&mut live, &subject).await?;
        // The first waited for the connection, too.
        if at > 0 {
            taken.push(stored.elapsed());
        }
        // At another moment of everybody's rounds each time.
        tokio::time::sleep(Duration::from_millis(at as u64 * 37 % 211)).await;
    }
    taken.sort_unstable();
    let at = |share: f64| taken[((taken.len() as f64 * share).ceil() as usize).clamp(1, taken.len()) - 1].as_millis();
    println!("{mails} mails, mailbox to browser: median {} ms, p95 {} ms, slowest {} ms", at(0.5), at(0.95), at(1.0));
    app.stop.cancel();
    working.wait().await;
    Ok(())
}

async fn found(app: &App) -> anyhow::Result<OrganizationId> {
    let id = atum_identity::create_organization(app, USER, USER).await?;
    let mut tx = app.db.write(&System { organization_id: id, reason: Reason::Operator }).await?;
    atum_sla::create_defaults(&mut tx, chrono_tz::UTC).await?;
    tx.commit().await?;
    let plan = Plan { organization_id: id, slug: USER.to_owned(), tickets: 2_000, seed: 1, add: false, password: None };
    seed::sow(app, &plan, &Progress::silent()).await?;
    // Made-up staff has no admin, and only admins set channels up.
    let mut tx = app.db.identity().await?;
    let promoted = "update identity.membership set role = 'admin' where organization_id = $1 and role = 'manager'";
    sqlx::query(promoted).bind(id.0).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(id)
}

fn channel() -> Value {
    json!({ "name": "Support", "address": "support@visible.test",
            "imap": { "host": "127.0.0.1", "port": dovecot().port, "security": "none", "username": USER,
                      "authentication": "password", "password": PASSWORD, "folders": ["INBOX"],
                      "after": { "action": "keep" } } })
}

fn raw(subject: &str) -> Vec<u8> {
    format!(
        "From: Ana <ana@client.test>\r\nTo: support@visible.test\r\nSubject: {subject}\r\n\
         Message-ID: <{}@client.test>\r\n\r\nIt does not print.\r\n",
        uuid::Uuid::now_v7()
    )
    .into_bytes()
}

struct Browser {
    router: Router,
    cookie: String,
}

impl Browser {
    async fn ask(&self, method: Method, path: &str, body: String) -> anyhow::Result<Response<Body>> {
        let request = Request::builder().method(method).uri(path).header("host", "127.0.0.1");
        let request = request.header("cookie", &self.cookie).header("sec-fetch-site", "same-origin");
        let mut request = request.header("content-type", "application/json").body(Body::from(body))?;
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 40_000))));
        Ok(self.router.clone().oneshot(request).await?)
    }

    async fn call(&self, method: Method, path: &str, body: &Value) -> anyhow::Result<Value> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let answer = self.ask(method, path, body).await?;
        let status = answer.status();
        let bytes = to_bytes(answer.into_body(), usize::MAX).await?;
        ensure!(status.is_success(), "{path} answered {status} {bytes:?}");
        Ok(serde_json::from_slice(&bytes)?)
    }

    async fn listen(&self) -> anyhow::Result<BodyDataStream> {
        Ok(self.ask(Method::GET, "/api/v1/live", String::new()).await?.into_body().into_data_stream())
    }

    /// Whenever the stream tells of something the list is asked for again.
    async fn sees(&self, live: &mut BodyDataStream, subject: &str) -> anyhow::Result<()> {
        loop {
            let told = timeout(SOON, live.next()).await.with_context(|| format!("{subject} never came"))?;
            told.context("the stream ended")??;
            let list = self.call(Method::GET, "/api/v1/tickets?sort=created&limit=50", &Value::Null).await?;
            if list["items"].as_array().is_some_and(|items| items.iter().any(|item| item["subject"] == subject)) {
                return Ok(());
            }
        }
    }
}
