use atum_audit as audit;
use atum_core::{
    App, Problem, Problems, Result,
    caller::{Caller, Role},
    checks::Checks,
    db::{ReadWrite, TenantTx},
    extract::Json,
    ids::{CompanyId, OrganizationId, PersonId},
    problem::{Kind, OnConstraint},
};
use axum::{extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Admin,
    account::{self, Account},
    company,
    event::{self, Client, Event},
    invitation::{self, InvitationLink, Maker},
    mail_access_link::{self, AccessPurpose},
    membership,
    person::{self, LOCALES, Person},
};

#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct NewPerson {
    pub name: String,
    pub email: String,
    pub role: Role,
    #[schema(value_type = Option<Uuid>)]
    pub company_id: Option<CompanyId>,
    /// en, ar or de; en unless given.
    pub locale: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct InvitedPerson {
    pub person: Person,
    /// Shown this once. Null where the account is also others', whose password only the operator sets, and to an API token.
    pub invitation_url: Option<String>,
    pub expires_at: Option<DateTime<Utc>>,
}

impl InvitedPerson {
    pub fn new(person: Person, link: Option<InvitationLink>) -> Self {
        let (invitation_url, expires_at) = link.map(|link| (link.url, link.expires_at)).unzip();
        Self { person, invitation_url, expires_at }
    }
}

/// Adds somebody, to whom the link is also mailed. The person comes first, then what lets them in: where the second is lost to a crash, doing it again
/// finds the person without a membership and goes on.
#[utoipa::path(post, path = "/api/v1/people", tag = "people", responses((status = 201, body = InvitedPerson), Problems))]
pub(crate) async fn create_person(
    State(app): State<App>,
    admin: Admin,
    client: Client,
    Json(new): Json<NewPerson>,
) -> Result<(StatusCode, Json<InvitedPerson>)> {
    refuse_admin_by_token(&admin, new.role)?;
    let tx = app.db.write(&admin).await?;
    let person = record(&app, tx, &new).await?;
    let (_, link) = admit(&app, admin.organization_id, &person, &client).await?;
    mail_access_link::ask(&app, admin.organization_id, person.id, AccessPurpose::Invitation, &link).await?;
    let link = Some(link).filter(|_| admin.token_id.is_none());
    Ok((StatusCode::CREATED, Json(InvitedPerson::new(person, link))))
}

/// A token's rights end with it. So it makes nobody an admin, who could do more, nor sees the link that lets somebody in.
pub(crate) fn refuse_admin_by_token(caller: &Caller, role: Role) -> Result<()> {
    if caller.token_id.is_some() && role == Role::Admin {
        return Err(Problem::new(Kind::NotForTokens).detail("no API token makes somebody an admin"));
    }
    Ok(())
}

/// Writes the person down: a new one, or one that was known by e-mail alone. Commits.
pub(crate) async fn record(app: &App, mut tx: TenantTx<ReadWrite>, new: &NewPerson) -> Result<Person> {
    let email = account::normalized(&new.email);
    let locale = new.locale.as_deref().unwrap_or("en");
    Checks::new()
        .text("name", &new.name, 1..=120)
        .require(account::is_email(&email), "email", "invalid", "is no e-mail address")
        .require(LOCALES.contains(&locale), "locale", "invalid", "must be en, ar or de")
        .finish()?;
    let known = person::by_email(&mut tx, &email).await?;
    if let Some(id) = known {
        refuse_member(app, tx.organization_id, id).await?;
    }
    let company = company::named(&mut tx, new.company_id).await?;
    let mut person = Person {
        id: known.unwrap_or_else(PersonId::new),
        name: new.name.trim().to_owned(),
        email,
        role: new.role,
        company,
        active: true,
        has_account: true,
        locale: locale.to_owned(),
        time_zone: "UTC".to_owned(),
        created_at: tx.now,
    };
    if known.is_none() {
        person::insert(&mut tx, &person).await.on_constraint("person_email_key", taken)?;
    } else {
        let old = person::get(&mut tx, person.id).await?;
        (person.created_at, person.time_zone) = (old.created_at, old.time_zone);
        person::save(&mut tx, &person).await?;
    }
    let created = audit::Event::internal("person_created").subject(person.id.0).change("name", (), &person.name);
    audit::record(&mut tx, created.change("email", (), &person.email).change("role", (), person.role)).await?;
    tx.commit().await?;
    Ok(person)
}

fn taken() -> Problem {
    Problem::new(Kind::Conflict).detail("somebody here has this e-mail already")
}

async fn refuse_member(app: &App, organization_id: OrganizationId, id: PersonId) -> Result<()> {
    let mut tx = app.db.identity().await?;
    let member = membership::of_person(&mut tx, organization_id, id).await?;
    if member.is_some() { Err(taken()) } else { Ok(()) }
}

/// Lets the person in: an account (the one that has this e-mail, if there is one), a membership that waits for them, and
/// the link by which they come. Done twice it is done once, but for a new link in place of the old.
pub(crate) async fn admit(
    app: &App,
    organization_id: OrganizationId,
    person: &Person,
    client: &Client,
) -> Result<(Account, InvitationLink)> {
    let now = app.clock.now();
    let mut tx = app.db.identity().await?;
    let account = account::obtain(&mut tx, &person.email, now).await?;
    membership::invite(&mut tx, account.id, organization_id, person.id, person.role, now).await?;
    let created = Event::of("invitation_created", account.id, client).organization(organization_id);
    event::append(&mut tx, now, created).await?;
    let link = invitation::issue(&mut tx, app, account.id, organization_id, Maker::Admin).await?;
    tx.commit().await?;
    Ok((account, link))
}
