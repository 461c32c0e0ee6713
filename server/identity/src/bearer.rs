//! The one place that lets an API token in (`Authorization: Bearer`, RFC 6750). A request that carries one is the
//! token's: its cookies are not looked at. The token is found by its hash at every request, so that revoking it ends it
//! at once; an operation that declares nothing to [`Needs`] is refused to every token.

use std::{net::IpAddr, sync::Arc};

use atum_core::{
    App, Problem, Problems, Result,
    caller::{Caller, Role},
    extract::Json,
    ids::{AccountId, ApiTokenId, OrganizationId, PersonId, SessionId},
    limits::{self, Whose},
    problem::Kind,
};
use axum::{
    extract::{FromRequestParts, MatchedPath, Request, State},
    http::{HeaderMap, header},
    middleware::Next,
    response::Response,
};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use sqlx::PgConnection;

use crate::{
    Anyone,
    api_token::{self, ApiToken, TokenKind},
    api_token_text,
    event::{self, Client, Event},
    factors,
    scope::{Need, Needs, Scope},
    throttle::{self, Who, network_of},
    token,
};

/// `last_used_at` is written at most this often, so that reading is not a write.
const USED_EVERY: TimeDelta = TimeDelta::minutes(1);

/// Whom the token of this request acts as: laid down by the layer for the extractors.
#[derive(Clone)]
pub(crate) struct Admitted(pub Caller);

pub(crate) fn is_in(headers: &HeaderMap) -> bool {
    of(headers).is_some()
}

/// A scheme's name is of either case (RFC 9110 §11.1). Other schemes are not ours: a proxy may have asked for them.
pub(crate) fn of(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The layer for every route.
pub async fn admit_bearer(
    State((app, needs)): State<(App, Arc<Needs>)>,
    request: Request,
    next: Next,
) -> Result<Response> {
    let need = needed(&request, &needs);
    if need == Need::Nothing || !is_in(request.headers()) {
        return Ok(next.run(request).await);
    }
    let (mut parts, body) = request.into_parts();
    let client = Client::from_request_parts(&mut parts, &app).await.unwrap_or_default();
    let caller = admit(&app, of(&parts.headers).unwrap_or_default(), &client, need).await?;
    limits::identified(&parts, &app, Whose::Token(caller.session_id.0))?;
    parts.extensions.insert(Admitted(caller));
    Ok(next.run(Request::from_parts(parts, body)).await)
}

/// What is no operation of the API asks for no token of ours: files of the web app, and numbers, which the operator's own
/// token reads.
fn needed(request: &Request, needs: &Needs) -> Need {
    let route = request.extensions().get::<MatchedPath>();
    route.and_then(|route| needs.of(request.method(), route.as_str())).unwrap_or(Need::Nothing)
}

async fn admit(app: &App, secret: &str, client: &Client, need: Need) -> Result<Caller> {
    let now = app.clock.now();
    if !api_token_text::is_well_formed(secret) {
        return Err(invalid("this is no API token of ours"));
    }
    let mut tx = app.db.identity().await?;
    let Some(found) = find(&mut tx, secret, client.ip).await? else {
        throttle::charge(&mut tx, &Who::UnknownToken { ip: client.ip }, now).await?;
        tx.commit().await?;
        return Err(invalid("nobody has this API token"));
    };
    let member = found.member(now)?;
    if !found.let_in {
        return Err(Problem::address_not_allowed(client.ip));
    }
    if found.second_factor_required && member.role.is_staff() && found.kind == TokenKind::Personal {
        // What the organization asks of a session it asks of a token, or a token would be the way around it.
        if !factors::exist(&mut tx, found.account_id).await? {
            return Err(Problem::new(Kind::SecondFactorRequired));
        }
    }
    found.refuse_beyond(need)?;
    if note_use(&mut tx, &found, client, now).await? {
        tx.commit().await?;
    }
    Ok(Caller {
        account_id: found.account_id,
        session_id: SessionId(found.id.0),
        token_id: Some(found.id),
        organization_id: found.organization_id,
        person_id: member.person_id,
        role: member.role,
        impersonator_id: None,
        ip: client.ip,
        idempotency: None,
    })
}

fn invalid(detail: &str) -> Problem {
    Problem::new(Kind::InvalidToken).detail(detail)
}

struct Found {
    id: ApiTokenId,
    kind: TokenKind,
    name: String,
    organization_id: OrganizationId,
    account_id: AccountId,
    scopes: Vec<String>,
    expires_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
    last_used_at: Option<DateTime<Utc>>,
    last_used_ip: Option<String>,
    second_factor_required: bool,
    /// Whether the organization lets it in from this address.
    let_in: bool,
    /// Where the account is let in, and still belongs to the organization.
    person_id: Option<PersonId>,
    role: Option<Role>,
}

struct Member {
    person_id: PersonId,
    role: Role,
}

async fn find(conn: &mut PgConnection, secret: &str, ip: Option<IpAddr>) -> Result<Option<Found>> {
    let found = sqlx::query_as!(
        Found,
        r#"select t.id as "id: ApiTokenId", t.kind as "kind: TokenKind", t.name,
                  t.organization_id as "organization_id: OrganizationId", t.account_id as "account_id: AccountId",
                  t.scopes, t.expires_at, t.revoked_at, t.last_used_at, t.last_used_ip, o.second_factor_required,
                  coalesce(o.addresses_restricted_for is null
                           or identity.lets_in(o.id, o.addresses_restricted_for, m.role, $2), false) as "let_in!",
                  m.person_id as "person_id?: PersonId", m.role as "role?: Role"
             from identity.api_token t
             join identity.organization o on o.id = t.organization_id
             left join identity.account a on a.id = t.account_id and a.disabled_at is null
             left join identity.membership m
               on m.account_id = a.id and m.organization_id = t.organization_id and m.active
            where t.token_hash = $1"#,
        token::hash(secret),
        ip.map(|ip| ip.to_string()),
    );
    Ok(found.fetch_optional(conn).await?)
}

impl Found {
    /// Whoever holds the secret may know why it is no good any more.
    fn member(&self, now: DateTime<Utc>) -> Result<Member> {
        if self.revoked_at.is_some() {
            return Err(invalid("the API token was revoked"));
        }
        if self.expires_at.is_some_and(|end| end <= now) {
            return Err(invalid("the API token has expired"));
        }
        let member = self.person_id.zip(self.role).map(|(person_id, role)| Member { person_id, role });
        member.ok_or_else(|| invalid("the account of the API token is not let in any more"))
    }

    fn refuse_beyond(&self, need: Need) -> Result<()> {
        match need {
            Need::Nothing | Need::Token => Ok(()),
            Need::Session => Err(Problem::new(Kind::NotForTokens)),
            Need::Scope(needed) => {
                let mut scopes = self.scopes.iter().filter_map(|name| Scope::named(name));
                let covered = scopes.any(|scope| scope.covers(needed));
                if covered { Ok(()) } else { Err(Problem::insufficient_scope(needed.name())) }
            }
        }
    }
}

/// Writes down when and where it was used, and tells of a network that it was never used from. False: nothing was new.
async fn note_use(conn: &mut PgConnection, found: &Found, client: &Client, now: DateTime<Utc>) -> Result<bool> {
    let ip = client.ip.map(|ip| ip.to_string());
    let long_ago = found.last_used_at.is_none_or(|last| now - last >= USED_EVERY);
    let elsewhere = found.last_used_at.is_none() || found.last_used_ip != ip;
    let from_new_network = elsewhere && is_new_network(conn, found.id, client.ip, now).await?;
    if !long_ago && !from_new_network {
        return Ok(false);
    }
    if from_new_network {
        let event = Event::of("api_token_used_from_new_network", found.account_id, client);
        let event = event.organization(found.organization_id).detail(json!({ "token": found.name }));
        event::append(conn, now, event).await?;
    }
    sqlx::query!(
        "update identity.api_token set last_used_at = $2, last_used_ip = $3 where id = $1",
        found.id.0,
        now,
        ip,
    )
    .execute(conn)
    .await?;
    Ok(true)
}

async fn is_new_network(
    conn: &mut PgConnection,
    id: ApiTokenId,
    ip: Option<IpAddr>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let added = sqlx::query!(
        "insert into identity.api_token_network (token_id, network, first_used_at) values ($1, $2, $3)
         on conflict do nothing",
        id.0,
        network_of(ip),
        now,
    );
    Ok(added.execute(conn).await?.rows_affected() == 1)
}

/// Whether a stream's token would still be let in, in the same role.
pub(crate) async fn is_current(app: &App, caller: &Caller, token_id: ApiTokenId) -> Result<bool> {
    let mut tx = app.db.identity().await?;
    let current = sqlx::query_scalar!(
        r#"select exists (
             select from identity.api_token t
               join identity.account a on a.id = t.account_id and a.disabled_at is null
               join identity.membership m
                 on m.account_id = t.account_id and m.organization_id = t.organization_id and m.active
               join identity.organization o on o.id = t.organization_id
              where t.id = $1 and t.revoked_at is null and (t.expires_at is null or t.expires_at > $2)
                and m.person_id = $3 and m.role = $4
                and (o.addresses_restricted_for is null
                     or identity.lets_in(o.id, o.addresses_restricted_for, m.role, $5))) as "current!""#,
        token_id.0,
        app.clock.now(),
        caller.person_id.0,
        caller.role as _,
        caller.ip.map(|ip| ip.to_string()),
    );
    Ok(current.fetch_one(&mut *tx).await?)
}

/// The token that asks, for a program to learn what it may do and until when.
#[utoipa::path(get, path = "/api/v1/token", tag = "tokens", responses((status = 200, body = ApiToken), Problems))]
pub(crate) async fn get_token(State(app): State<App>, caller: Anyone) -> Result<Json<ApiToken>> {
    let id = caller.token_id.ok_or_else(Problem::not_found)?;
    let mut tx = app.db.identity().await?;
    Ok(Json(api_token::get(&mut tx, id).await?))
}
