use atum_audit as audit;
use atum_core::{
    App, Problem, Problems, Result, caller::Role, checks::Checks, extract::Json, problem::Conflict, version::IfMatch,
};
use axum::{extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    begin::redirect_uri,
    fetch::Near,
    settings::{self, Kept, SingleSignOn},
};
use crate::{Admin, organization, session};

/// The settings, and what has to be written into the provider's own.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SingleSignOnState {
    /// Null: there are none yet.
    settings: Option<SingleSignOn>,
    /// Whether a client secret is kept. It is never told.
    has_secret: bool,
    /// Staff come in through the provider only.
    required: bool,
    /// 0 where there are no settings yet.
    version: i64,
    /// The one address that the provider has to send browsers back to.
    redirect_uri: String,
    /// Where the organization's people find the button.
    sign_in_url: String,
}

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NewSingleSignOn {
    settings: SingleSignOn,
    /// Left out: the one that is kept stays, as long as issuer and client are the same. Empty: there is none.
    client_secret: Option<String>,
    required: bool,
}

#[utoipa::path(get, path = "/api/v1/organization/single-sign-on", tag = "organization",
    responses((status = 200, body = SingleSignOnState), Problems))]
pub(crate) async fn get_single_sign_on(State(app): State<App>, admin: Admin) -> Result<Json<SingleSignOnState>> {
    Ok(Json(state(&app, &admin).await?))
}

async fn state(app: &App, admin: &Admin) -> Result<SingleSignOnState> {
    let mut tx = app.db.identity().await?;
    let kept = settings::find(&mut tx, admin.organization_id).await?;
    let required = settings::is_required(&mut tx, admin.organization_id).await?;
    let slug = organization::slug(&mut tx, admin.organization_id).await?;
    Ok(SingleSignOnState {
        has_secret: kept.as_ref().is_some_and(|kept| kept.sealed_secret.is_some()),
        version: kept.as_ref().map_or(0, |kept| kept.version),
        settings: kept.map(|kept| kept.settings),
        required,
        redirect_uri: redirect_uri(&app.config, &slug),
        sign_in_url: format!("{}/sign-in/{slug}", app.config.public_url),
    })
}

/// Writes all of it anew. To require it, an admin has to have come in through it: who requires what does not work would be
/// the first to be out.
#[utoipa::path(put, path = "/api/v1/organization/single-sign-on", tag = "organization",
    params(("If-Match" = String, Header, description = "the version that you saw; 0 for none")),
    responses((status = 200, body = SingleSignOnState), Problems))]
pub(crate) async fn put_single_sign_on(
    State(app): State<App>,
    admin: Admin,
    IfMatch(seen): IfMatch,
    Json(new): Json<NewSingleSignOn>,
) -> Result<Json<SingleSignOnState>> {
    let settings = checked(&app, &new)?;
    let organization_id = admin.organization_id;
    let mut desk = app.db.write(&admin).await?;
    let mut tx = app.db.identity().await?;
    let old = settings::find(&mut tx, organization_id).await?;
    let was_required = settings::is_required(&mut tx, organization_id).await?;
    if new.required && !was_required && !session::vouched(&mut tx, admin.session_id).await?.through_provider {
        return Err(Problem::wrong_state("sign in through the provider yourself first"));
    }
    let sealed_secret = match new.client_secret.as_deref() {
        Some("") => None,
        Some(secret) => Some(settings::sealed(&app, organization_id, secret)?),
        None => kept_secret(old.as_ref(), &settings)?,
    };
    let changed = changed(old.as_ref(), &settings, was_required, &new);
    let kept = Kept { organization_id, settings, sealed_secret, version: seen + 1 };
    let is_newest = old.as_ref().map_or(0, |old| old.version) == seen;
    if !is_newest || !settings::save(&mut tx, &kept, seen).await? {
        return Err(stale(old.as_ref(), &kept.settings));
    }
    settings::require(&mut tx, organization_id, new.required).await?;
    audit::record(&mut desk, changed).await?;
    // The event first: a rule that nobody can be asked about does not come to be.
    desk.commit().await?;
    tx.commit().await?;
    Ok(Json(state(&app, &admin).await?))
}

/// Takes single sign-on away. Whose account is the organization's own needs an invitation to come in again.
#[utoipa::path(delete, path = "/api/v1/organization/single-sign-on", tag = "organization",
    responses((status = 204), Problems))]
pub(crate) async fn delete_single_sign_on(State(app): State<App>, admin: Admin) -> Result<StatusCode> {
    let mut desk = app.db.write(&admin).await?;
    let mut tx = app.db.identity().await?;
    let old = settings::find(&mut tx, admin.organization_id).await?;
    if let Some(old) = old {
        settings::remove(&mut tx, admin.organization_id).await?;
        settings::require(&mut tx, admin.organization_id, false).await?;
        let removed = audit::Event::internal("single_sign_on_removed").change("issuer", old.settings.issuer, ());
        audit::record(&mut desk, removed).await?;
    }
    desk.commit().await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A secret belongs to the client of one issuer. It is not sent to another just because an address was changed.
fn kept_secret(old: Option<&Kept>, new: &SingleSignOn) -> Result<Option<Vec<u8>>> {
    let Some(old) = old else { return Ok(None) };
    let same = (&old.settings.issuer, &old.settings.client_id) == (&new.issuer, &new.client_id);
    if old.sealed_secret.is_some() && !same {
        return Err(Problem::field("client_secret", "required", "the secret was another client's: give this one's"));
    }
    Ok(old.sealed_secret.clone())
}

/// Everything that is wrong with it at once, and all texts as they are compared later.
fn checked(app: &App, new: &NewSingleSignOn) -> Result<SingleSignOn> {
    let mut settings = new.settings.clone();
    let trimmed = |texts: &[String], lower: bool| -> Vec<String> {
        let texts = texts.iter().map(|text| text.trim().trim_start_matches('@').to_owned());
        texts.map(|text| if lower { text.to_lowercase() } else { text }).filter(|text| !text.is_empty()).collect()
    };
    settings.issuer = settings.issuer.trim().to_owned();
    settings.client_id = settings.client_id.trim().to_owned();
    settings.label = settings.label.trim().to_owned();
    settings.company_claim =
        settings.company_claim.map(|claim| claim.trim().to_owned()).filter(|claim| !claim.is_empty());
    settings.email_domains = trimmed(&settings.email_domains, true);
    settings.scopes = trimmed(&settings.scopes, false);
    let mut checks = Checks::new();
    checks
        .text("settings/issuer", &settings.issuer, 1..=500)
        .text("settings/client_id", &settings.client_id, 1..=500)
        .text("settings/label", &settings.label, 1..=80)
        .text("settings/email_claim", &settings.email_claim, 1..=200)
        .text("settings/name_claim", &settings.name_claim, 1..=200)
        .text("settings/company_claim", settings.company_claim.as_deref().unwrap_or("none"), 1..=200)
        .require(
            is_issuer(app, &settings.issuer),
            "settings/issuer",
            "invalid",
            "must be an https:// address without a query",
        )
        .require(!settings.email_domains.is_empty(), "settings/email_domains", "required", "name at least one, or *")
        .require(settings.email_domains.len() <= 100, "settings/email_domains", "too_long", "at most 100")
        .require(
            settings.email_domains.iter().all(|domain| is_domain(domain)),
            "settings/email_domains",
            "invalid",
            "must be domains such as example.com, or *",
        )
        .require(
            settings.scopes.len() <= 20 && settings.scopes.iter().all(|scope| is_scope(scope)),
            "settings/scopes",
            "invalid",
            "must be at most 20 words",
        )
        .require(settings.role_rules.len() <= 50, "settings/role_rules", "too_long", "at most 50 rules")
        .require(
            settings.default_role != Some(Role::Admin),
            "settings/default_role",
            "invalid",
            "nobody becomes an admin without a rule that says so",
        )
        .require(!new.required || settings.enabled, "required", "invalid", "what is off cannot be required")
        .require(
            new.client_secret.as_ref().is_none_or(|secret| secret.len() <= 2000),
            "client_secret",
            "too_long",
            "has more than 2000 bytes",
        );
    for (at, rule) in settings.role_rules.iter().enumerate() {
        checks.text(&format!("settings/role_rules/{at}/claim"), &rule.claim, 1..=200);
        checks.text(&format!("settings/role_rules/{at}/value"), &rule.value, 1..=500);
    }
    checks.finish()?;
    Ok(settings)
}

/// No query and no fragment (OpenID Connect Discovery 1.0, section 3).
fn is_issuer(app: &App, issuer: &str) -> bool {
    Near::of(&app.config).allowed(issuer).is_ok_and(|url| url.query().is_none())
}

fn is_domain(domain: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c.is_control() || "@/:*".contains(c))
    };
    domain == "*" || (domain.len() <= 253 && domain.split('.').all(part))
}

/// RFC 6749, section 3.3.
fn is_scope(scope: &str) -> bool {
    scope.len() <= 200 && scope.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
}

/// What changed, but for the secret itself.
fn changed(old: Option<&Kept>, new: &SingleSignOn, was_required: bool, given: &NewSingleSignOn) -> audit::Event {
    let before = old.map_or(serde_json::Value::Null, |old| serde_json::json!(old.settings));
    let mut event = audit::Event::internal("single_sign_on_changed").change("required", was_required, given.required);
    if let serde_json::Value::Object(fields) = serde_json::json!(new) {
        for (field, value) in fields {
            event = event.change(&field, before.get(&field), value);
        }
    }
    let secret = given.client_secret.is_some().then_some("written anew");
    event.change("client_secret", (), secret)
}

/// Somebody else wrote meanwhile: both, so that nothing is lost unseen.
fn stale(theirs: Option<&Kept>, yours: &SingleSignOn) -> Problem {
    let theirs = serde_json::json!(theirs.map(|kept| &kept.settings));
    let yours = serde_json::json!(yours);
    let conflict = Conflict { field: "settings".into(), yours, theirs, changed_by: None, changed_at: None };
    Problem::stale(vec![conflict])
}
