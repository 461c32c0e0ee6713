use atum_audit as audit;
use atum_core::{App, Problem, Problems, Result, caller::Caller, checks::Checks, extract::Json};
use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    Oneself, account,
    event::{self, Client, Event},
    password,
    person::{self, LOCALES},
    session,
    session_view::{Session, seen_by},
    throttle::{self, Who},
};

/// What is left out stays.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ProfileChange {
    name: Option<String>,
    /// en, ar or de.
    locale: Option<String>,
    /// A name of the IANA time zone database.
    #[schema(example = "Europe/Berlin")]
    time_zone: Option<String>,
}

impl ProfileChange {
    fn check(&self) -> Result<()> {
        let mut checks = Checks::new();
        if let Some(name) = &self.name {
            checks.text("name", name, 1..=120);
        }
        if let Some(locale) = self.locale.as_deref() {
            checks.require(LOCALES.contains(&locale), "locale", "invalid", "must be en, ar or de");
        }
        if let Some(zone) = &self.time_zone {
            checks.require(zone.parse::<chrono_tz::Tz>().is_ok(), "time_zone", "invalid", "is no IANA time zone");
        }
        checks.finish()
    }
}

/// How I am called here, in which language and time zone I see things.
#[utoipa::path(patch, path = "/api/v1/profile", tag = "profile", responses((status = 200, body = Session), Problems))]
pub(crate) async fn update_profile(
    State(app): State<App>,
    me: Oneself,
    Json(change): Json<ProfileChange>,
) -> Result<Json<Session>> {
    change.check()?;
    let mut tx = app.db.write(&*me).await?;
    let old = person::lock(&mut tx, me.person_id).await?;
    let mut new = old.clone();
    new.name = change.name.map_or(new.name, |name| name.trim().to_owned());
    new.locale = change.locale.unwrap_or(new.locale);
    new.time_zone = change.time_zone.unwrap_or(new.time_zone);
    if new != old {
        person::save(&mut tx, &new).await?;
        audit::record(&mut tx, person::updated(&old, &new)).await?;
    }
    tx.commit().await?;
    Ok(Json(seen_by(&app, me.account_id, me.organization_id, me.session_id).await?))
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct PasswordChange {
    current_password: String,
    new_password: String,
}

/// Changes the password and signs out everywhere else.
#[utoipa::path(put, path = "/api/v1/profile/password", tag = "profile", responses((status = 204), Problems))]
pub(crate) async fn change_password(
    State(app): State<App>,
    me: Oneself,
    client: Client,
    Json(change): Json<PasswordChange>,
) -> Result<StatusCode> {
    confirm(&app, &me, &change.current_password).await?;
    let names = names(&app, &me).await?;
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    password::check(&app, "new_password", &change.new_password, &names).await?;
    let hash = password::hash_password(&change.new_password).await?;
    let now = app.clock.now();
    let mut tx = app.db.identity().await?;
    account::set_password(&mut tx, me.account_id, &hash).await?;
    session::end_all(&mut tx, me.account_id, Some(me.session_id), now).await?;
    event::append(&mut tx, now, Event::of("password_changed", me.account_id, &client)).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whoever found an open browser does not get to guess the password: tries are charged to the session like those of a
/// known device.
pub(crate) async fn confirm(app: &App, me: &Caller, password: &str) -> Result<()> {
    let who = Who::Device { token_hash: me.session_id.0.as_bytes(), account_id: me.account_id };
    let mut tx = app.db.identity().await?;
    throttle::charge(&mut tx, &who, app.clock.now()).await?;
    let account = account::by_id(&mut tx, me.account_id).await?;
    tx.commit().await?;
    if !password::verify_password(password, account.password_hash.as_deref()).await? {
        return Err(Problem::field("current_password", "wrong", "is not your password"));
    }
    let mut tx = app.db.identity().await?;
    throttle::give_back(&mut tx, &who).await?;
    tx.commit().await
}

/// What the new password must not contain: the names of the person and of all their organizations, and the e-mail.
async fn names(app: &App, me: &Caller) -> Result<Vec<String>> {
    let mut tx = app.db.identity().await?;
    let email = account::by_id(&mut tx, me.account_id).await?.email;
    let memberships = account::memberships(&mut tx, me.account_id).await?;
    drop(tx);
    let mut desk = app.db.read(me).await?;
    let person = person::get(&mut desk, me.person_id).await?;
    Ok(memberships.into_iter().map(|membership| membership.name).chain([person.name, email]).collect())
}
