//! Where the plan is carried out: everybody signed in, every step a request.

use std::{collections::HashMap, net::SocketAddr};

use anyhow::{Context, bail};
use atum_core::{App, ids::OrganizationId};
use atum_jobs::Registry;
use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{Method, Request, header},
    response::Response,
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{
    PASSWORD,
    cast::{Organization, Person},
    plan::{Act, Step},
};
use crate::{router, worker};

/// A session that is not used for a week ends; people of the demo sign in anew a little earlier.
const SIGNED_IN_FOR: TimeDelta = TimeDelta::days(6);
/// What workers do all the time is done this often here.
const ROUND: TimeDelta = TimeDelta::hours(3);
/// What nobody read for so long, was read.
const UNREAD_FOR: TimeDelta = TimeDelta::hours(6);

pub struct Stage {
    app: App,
    organization: &'static Organization,
    organization_id: OrganizationId,
    router: Router,
    registry: Registry,
    /// By e-mail.
    sessions: HashMap<&'static str, Session>,
    /// Numbers by place in the plan.
    numbers: HashMap<usize, i64>,
    worked_at: DateTime<Utc>,
}

#[derive(Clone)]
struct Session {
    cookie: String,
    person_id: Value,
    good_until: DateTime<Utc>,
}

impl Stage {
    pub fn new(app: App, organization: &'static Organization, organization_id: OrganizationId) -> Self {
        Self {
            organization,
            organization_id,
            router: router::router(app.clone()),
            registry: worker::registry(),
            sessions: HashMap::new(),
            numbers: HashMap::new(),
            worked_at: app.clock.now(),
            app,
        }
    }

    pub async fn perform(&mut self, steps: Vec<Step>, now: DateTime<Utc>) -> anyhow::Result<()> {
        let mut all_read = false;
        for step in &steps {
            self.work_until(step.at).await?;
            if !all_read && now - step.at < UNREAD_FOR {
                all_read = true;
                self.work().await?;
                self.read_all().await?;
            }
            self.app.clock.set(step.at);
            self.take(step).await.with_context(|| format!("{} at {}", step.who.name, step.at))?;
        }
        self.app.clock.set(now);
        self.work().await?;
        self.sign_out().await
    }

    async fn take(&mut self, step: &Step) -> anyhow::Result<()> {
        let Session { cookie, .. } = self.session(step.who).await?;
        if let Act::File(ticket) = &step.act {
            let filed = self.call(&cookie, Method::POST, "tickets", ticket).await?;
            self.numbers.insert(step.ticket, filed["number"].as_i64().context("a ticket has a number")?);
            return Ok(());
        }
        let number = *self.numbers.get(&step.ticket).context("a ticket is filed before anything else")?;
        let (method, action, body) = match &step.act {
            Act::Assign(agent) => {
                (Method::POST, "assign", json!({ "assignee_id": self.session(agent).await?.person_id }))
            }
            Act::Rate(rating) => (Method::PUT, "rating", rating.clone()),
            Act::Post(action, body) => (Method::POST, *action, body.clone()),
            Act::File(_) => return Ok(()),
        };
        self.call(&cookie, method, &format!("tickets/{number}/{action}"), &body).await?;
        Ok(())
    }

    /// Deadlines and jobs, as workers would have done them meanwhile.
    async fn work_until(&mut self, at: DateTime<Utc>) -> anyhow::Result<()> {
        while self.worked_at + ROUND < at {
            self.worked_at += ROUND;
            self.app.clock.set(self.worked_at);
            self.work().await?;
        }
        Ok(())
    }

    async fn work(&self) -> anyhow::Result<()> {
        atum_sla::tick(&self.app).await?;
        atum_jobs::worker::drain(&self.app, &self.registry).await?;
        Ok(())
    }

    async fn read_all(&mut self) -> anyhow::Result<()> {
        for person in self.organization.people {
            let Session { cookie, .. } = self.session(person).await?;
            self.call(&cookie, Method::POST, "notifications/read-all", &Value::Null).await?;
        }
        Ok(())
    }

    async fn sign_out(&self) -> anyhow::Result<()> {
        for Session { cookie, .. } in self.sessions.values() {
            self.call(cookie, Method::DELETE, "session", &Value::Null).await?;
        }
        Ok(())
    }

    async fn session(&mut self, who: &'static Person) -> anyhow::Result<Session> {
        let now = self.app.clock.now();
        let known = self.sessions.get(who.email).filter(|session| session.good_until > now).cloned();
        let mut session = match known {
            Some(session) => session,
            None => self.sign_in(who).await?,
        };
        session.good_until = now + SIGNED_IN_FOR;
        self.sessions.insert(who.email, session.clone());
        Ok(session)
    }

    async fn sign_in(&self, who: &Person) -> anyhow::Result<Session> {
        let body = json!({ "email": who.email, "password": PASSWORD });
        let signed_in = cookies(&self.send("", Method::POST, "session", &body).await?);
        // Who belongs to several organizations is signed in to the last one.
        let here = json!({ "organization_id": self.organization_id });
        let switched = self.send(&signed_in, Method::PUT, "session/organization", &here).await?;
        let cookie = Some(cookies(&switched)).filter(|cookies| !cookies.is_empty()).unwrap_or(signed_in);
        let session = read(switched).await.with_context(|| format!("{} cannot sign in", who.email))?;
        Ok(Session { cookie, person_id: session["person"]["id"].clone(), good_until: self.app.clock.now() })
    }

    async fn call(&self, cookie: &str, method: Method, path: &str, body: &Value) -> anyhow::Result<Value> {
        read(self.send(cookie, method, path, body).await?).await.with_context(|| path.to_owned())
    }

    async fn send(&self, cookie: &str, method: Method, path: &str, body: &Value) -> anyhow::Result<Response> {
        let body = if body.is_null() { Body::empty() } else { body.to_string().into() };
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/api/v1/{path}"))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::COOKIE, cookie)
            .body(body)?;
        // An address of RFC 5737, which is nobody's.
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 10], 50_000))));
        match self.router.clone().oneshot(request).await {
            Ok(response) => Ok(response),
            Err(never) => match never {},
        }
    }
}

async fn read(response: Response) -> anyhow::Result<Value> {
    let status = response.status();
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await?;
    if !status.is_success() {
        bail!("answered {status}: {}", String::from_utf8_lossy(&bytes));
    }
    Ok(if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes)? })
}

fn cookies(response: &Response) -> String {
    let set = response.headers().get_all(header::SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
    let pairs: Vec<&str> = set.filter_map(|cookie| cookie.split(';').next()).collect();
    pairs.join("; ")
}
