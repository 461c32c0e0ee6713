//! The one way in which an account that manages itself comes to be known to a provider: somebody whom the provider brought
//! signs in to it, in the same browser, within ten minutes, in whichever way the account signs in. No e-mail does it.

use atum_core::{
    App, Result,
    ids::{AccountId, OrganizationId},
};
use axum::http::HeaderMap;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{
    attempt::LIFETIME,
    external::{self, External},
};
use crate::{
    cookie,
    token::{self, Token},
};

/// Somebody came from the provider and has still to prove the account.
pub(crate) struct Link {
    pub organization_id: OrganizationId,
    pub issuer: String,
    pub subject: String,
    pub second_factor_done: bool,
}

pub(super) async fn begin(
    conn: &mut PgConnection,
    who: &External<'_>,
    account_id: AccountId,
    second_factor_done: bool,
    now: DateTime<Utc>,
) -> Result<Token> {
    sqlx::query!("delete from identity.single_sign_on_link where expires_at <= $1", now).execute(&mut *conn).await?;
    let token = Token::new();
    sqlx::query!(
        "insert into identity.single_sign_on_link
             (token_hash, organization_id, account_id, issuer, subject, second_factor_done, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        token.hash(),
        who.organization_id.0,
        account_id.0,
        who.issuer,
        who.subject,
        second_factor_done,
        now + LIFETIME,
    )
    .execute(conn)
    .await?;
    Ok(token)
}

/// What waits in this browser for this very account.
pub(crate) async fn pending(
    conn: &mut PgConnection,
    app: &App,
    headers: &HeaderMap,
    account_id: AccountId,
) -> Result<Option<Link>> {
    let Some(cookie) = cookie::link(&app.config, headers) else { return Ok(None) };
    let link = sqlx::query_as!(
        Link,
        r#"select l.organization_id as "organization_id: OrganizationId", l.issuer, l.subject, l.second_factor_done
             from identity.single_sign_on_link l
             join identity.membership m
               on m.account_id = l.account_id and m.organization_id = l.organization_id and m.active
             join identity.single_sign_on s
               on s.organization_id = l.organization_id and s.enabled and s.issuer = l.issuer
            where l.token_hash = $1 and l.account_id = $2 and l.expires_at > $3 for update of l"#,
        token::hash(&cookie),
        account_id.0,
        app.clock.now(),
    );
    Ok(link.fetch_optional(conn).await?)
}

/// Where a sign-in to the account leads, and whether that is because the provider brought somebody for it.
pub(crate) async fn destined(
    conn: &mut PgConnection,
    app: &App,
    headers: &HeaderMap,
    account_id: AccountId,
    otherwise: Option<OrganizationId>,
) -> Result<(Option<OrganizationId>, bool)> {
    let link = pending(conn, app, headers, account_id).await?;
    Ok(link.map_or((otherwise, false), |link| (Some(link.organization_id), true)))
}

impl Link {
    /// The account's owner signed in: the provider knows the account from now on.
    pub async fn take(&self, conn: &mut PgConnection, account_id: AccountId, now: DateTime<Utc>) -> Result<bool> {
        let who = External { organization_id: self.organization_id, issuer: &self.issuer, subject: &self.subject };
        let bound = external::bind(conn, &who, account_id, now).await?;
        sqlx::query!("delete from identity.single_sign_on_link where account_id = $1", account_id.0)
            .execute(conn)
            .await?;
        Ok(bound)
    }
}
