//! What happened to accounts: append-only, in the identity plane, which no tenant reads.

use std::net::IpAddr;

use atum_core::{
    App, Result,
    extract::ClientAddress,
    ids::{AccountId, EventId, OrganizationId},
};
use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::PgConnection;

/// Where a request comes from, as the account's owner is shown it.
#[derive(Debug, Clone, Default)]
pub struct Client {
    pub ip: Option<IpAddr>,
    pub user_agent: Option<String>,
}

impl FromRequestParts<App> for Client {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let ClientAddress(ip) = ClientAddress::from_request_parts(parts, app).await?;
        let user_agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        Ok(Self { ip, user_agent: user_agent.map(|text| text.chars().take(300).collect()) })
    }
}

/// One fact about an account. Kinds are past tense, except `sign_in`, `sign_in_failed` and `sign_out`, which are nouns.
pub(crate) struct Event<'a> {
    pub kind: &'static str,
    pub account_id: Option<AccountId>,
    pub organization_id: Option<OrganizationId>,
    /// What was typed at a sign-in that failed.
    pub email: Option<&'a str>,
    pub client: &'a Client,
    /// Facts that belong to this kind alone. `person_id` among them: whom it happened to, where that is not the
    /// account's owner.
    pub detail: Value,
}

impl<'a> Event<'a> {
    pub fn of(kind: &'static str, account_id: AccountId, client: &'a Client) -> Self {
        Self { kind, account_id: Some(account_id), organization_id: None, email: None, client, detail: json!({}) }
    }

    pub fn organization(mut self, id: OrganizationId) -> Self {
        self.organization_id = Some(id);
        self
    }

    pub fn detail(mut self, detail: Value) -> Self {
        self.detail = detail;
        self
    }
}

pub(crate) async fn append(conn: &mut PgConnection, now: DateTime<Utc>, event: Event<'_>) -> Result<()> {
    sqlx::query!(
        "insert into identity.event (id, at, kind, account_id, organization_id, email, ip, user_agent, detail)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        EventId::new().0,
        now,
        event.kind,
        event.account_id.map(|id| id.0),
        event.organization_id.map(|id| id.0),
        event.email,
        event.client.ip.map(|ip| ip.to_string()),
        event.client.user_agent,
        event.detail,
    )
    .execute(conn)
    .await?;
    Ok(())
}
