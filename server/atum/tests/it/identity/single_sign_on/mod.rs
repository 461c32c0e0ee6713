//! server/identity/src/single_sign_on, with a provider that may lie.

mod admission;
mod certificate;
mod elsewhere;
mod forgery;
mod link;
mod provider;
mod settings;
mod tls;

use std::{collections::HashMap, sync::Arc};

use atum_core::{App, caller::Role, config::Config};
use serde_json::{Value, json};
use url::Url;

use super::cookie;
use crate::support::{Answer, Client, Organization, Somebody, Test};
use provider::{CLIENT, Provider, SECRET};

const SETTINGS: &str = "/api/v1/organization/single-sign-on";

/// An organization with a provider of its own, and its admin.
pub struct Desk<'test> {
    pub test: &'test Test,
    pub organization: Organization<'test>,
    pub admin: Client,
    pub admin_account: Somebody,
    pub provider: Provider,
}

/// The application where browsers reach it on this machine, so that a provider may be there too.
fn near(test: &Test) -> App {
    let config = Config { public_url: "http://127.0.0.1:8000".into(), ..(*test.app.config).clone() };
    App { config: Arc::new(config), ..test.app.clone() }
}

fn settings(issuer: &str, changes: &Value) -> Value {
    let mut settings = json!({
        "enabled": true, "issuer": issuer, "client_id": CLIENT, "label": "Acme Account", "scopes": ["email", "profile"],
        "email_claim": "email", "name_claim": "name", "unstated_email_accepted": false,
        "email_domains": ["acme.example"],
        "role_rules": [
            { "claim": "groups", "value": "desk", "role": "agent" },
            { "claim": "groups", "value": "leads", "role": "manager" },
            { "claim": "groups", "value": "owners", "role": "admin" },
        ],
        "default_role": "customer", "second_factor": "ours",
    });
    for (name, value) in changes.as_object().into_iter().flatten() {
        settings[name] = value.clone();
    }
    settings
}

impl<'test> Desk<'test> {
    async fn new(test: &'test Test) -> Self {
        Self::with(test, "acme", json!({})).await
    }

    async fn with(test: &'test Test, slug: &str, changes: Value) -> Self {
        let organization = test.organization(slug).await;
        let admin_account = organization.sign_in(Role::Admin).await;
        let admin = admin_account.served_by(near(test));
        let provider = Provider::start(test.clock.clone()).await;
        let desk = Self { test, organization, admin, admin_account, provider };
        desk.set(0, changes).await.expect(200);
        desk
    }

    /// Writes the settings over the version that was seen.
    async fn set(&self, seen: i64, changes: Value) -> Answer {
        let settings = settings(&self.provider.issuer, &changes);
        let new = json!({ "settings": settings, "client_secret": SECRET, "required": false });
        self.admin.if_match(seen).put(SETTINGS, new).await
    }

    fn browser(&self) -> Client {
        self.test.anonymous().served_by(near(self.test))
    }

    fn at(&self, end: &str) -> String {
        format!("/api/v1/session/single-sign-on/{}/{end}", self.organization.slug)
    }

    /// A browser on its way: it holds its secret, and knows the address at the provider.
    async fn set_out(&self) -> (Client, Url) {
        self.set_out_from(&self.browser(), "start").await
    }

    async fn set_out_from(&self, browser: &Client, start: &str) -> (Client, Url) {
        let answer = browser.get(&self.at(start)).await;
        let location = location(&answer);
        assert!(location.starts_with(&self.provider.issuer), "{location}");
        (with_cookies(browser, &answer), location.parse().unwrap())
    }

    /// What the provider's answer to this question leads back to.
    fn callback(&self, asked: &Url, code: &str) -> String {
        let state = asked.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("code", code), ("state", &state), ("iss", &self.provider.issuer)])
            .finish();
        self.at(&format!("callback?{query}"))
    }

    /// The whole way of somebody with these claims.
    async fn come(&self, claims: Value) -> Answer {
        let (browser, asked) = self.set_out().await;
        let code = self.provider.let_in(&asked, claims);
        browser.get(&self.callback(&asked, &code)).await
    }

    /// Somebody who comes in, with the session.
    async fn come_in(&self, claims: Value) -> (Client, Value) {
        let browser = signed_in(&self.browser(), &self.come(claims).await);
        let session = browser.get("/api/v1/session").await.expect(200);
        (browser, session)
    }

    /// Somebody who is told why not, and gets no session.
    #[track_caller]
    fn refused(&self, answer: &Answer, reason: &str) {
        assert_eq!(location(answer), format!("/sign-in/{}?refused={reason}", self.organization.slug));
        assert_eq!(cookie(answer, "atum_session"), None);
    }

    async fn events(&self, kind: &str) -> Vec<Value> {
        let found = sqlx::query_scalar(
            "select jsonb_build_object('changes', changes, 'detail', detail) from desk.event
              where kind = $1 and organization_id = $2 order by at, id",
        );
        let found = found.bind(kind).bind(self.organization.id.0);
        found.fetch_all(&mut self.test.superuser().await).await.unwrap()
    }
}

#[track_caller]
fn location(answer: &Answer) -> String {
    assert_eq!(answer.status.as_u16(), 303, "{}", answer.text());
    answer.header("location").expect("a location").to_owned()
}

/// The browser with every cookie of the answer besides those that it has.
fn with_cookies(browser: &Client, answer: &Answer) -> Client {
    let names = ["atum_session", "atum_device", "atum_challenge", "atum_single_sign_on", "atum_link"];
    let given: HashMap<_, _> = names.iter().filter_map(|name| Some((*name, cookie(answer, name)?))).collect();
    let cookies: Vec<String> = given.iter().map(|(name, value)| format!("{name}={value}")).collect();
    if cookies.is_empty() { browser.clone() } else { browser.header("cookie", &cookies.join("; ")) }
}

#[track_caller]
fn signed_in(browser: &Client, answer: &Answer) -> Client {
    assert!(["/desk", "/portal"].iter().any(|home| location(answer).starts_with(home)), "{}", location(answer));
    browser.header("cookie", &format!("atum_session={}", cookie(answer, "atum_session").expect("a session")))
}

fn ana() -> Value {
    json!({ "sub": "ana-1", "email": "ana@acme.example", "email_verified": true, "name": "Ana Reyes", "groups": ["desk"] })
}

/// Ana, but for this.
fn ana_with(changes: Value) -> Value {
    let mut claims = ana();
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}
