//! Made-up people for a demonstration. One hash serves all of them: two hundred passwords would take ten seconds.

use atum_core::{
    App, Problem, Result,
    caller::{Reason, Role, System},
    ids::{CompanyId, OrganizationId, PersonId},
};

use crate::{
    account, company, membership,
    password::PasswordHash,
    person::{self, Person},
};

pub struct SeedPerson<'a> {
    pub name: &'a str,
    pub email: &'a str,
    pub role: Role,
    pub company_id: Option<CompanyId>,
    pub locale: &'a str,
    pub time_zone: &'a str,
}

/// Adds the person with an account of this password. Done twice it is done once.
pub async fn seed_person(
    app: &App,
    organization_id: OrganizationId,
    new: &SeedPerson<'_>,
    hash: &PasswordHash,
) -> Result<PersonId> {
    let mut tx = app.db.write(&System { organization_id, reason: Reason::Operator }).await?;
    let known = person::by_email(&mut tx, new.email).await?;
    let person = Person {
        id: known.unwrap_or_else(PersonId::new),
        name: new.name.to_owned(),
        email: new.email.to_owned(),
        role: new.role,
        company: company::named(&mut tx, new.company_id).await?,
        active: true,
        has_account: true,
        locale: new.locale.to_owned(),
        time_zone: new.time_zone.to_owned(),
        created_at: tx.now,
    };
    match known {
        None => person::insert(&mut tx, &person).await?,
        Some(_) => person::save(&mut tx, &person).await?,
    }
    tx.commit().await?;
    let mut tx = app.db.identity().await?;
    let account = account::obtain(&mut tx, &person.email, app.clock.now()).await?;
    account::set_password(&mut tx, account.id, hash).await?;
    membership::put(&mut tx, account.id, organization_id, person.id, person.role, app.clock.now()).await?;
    tx.commit().await?;
    Ok(person.id)
}

/// Adds a company, or finds the one of this name.
pub async fn seed_company(app: &App, organization_id: OrganizationId, name: &str) -> Result<CompanyId> {
    let mut tx = app.db.write(&System { organization_id, reason: Reason::Operator }).await?;
    sqlx::query!(
        "insert into desk.company (organization_id, id, name, created_at) values ($1, $2, $3, $4)
         on conflict (organization_id, lower(name)) do nothing",
        organization_id.0,
        CompanyId::new().0,
        name,
        tx.now,
    )
    .execute(&mut *tx)
    .await?;
    let id =
        sqlx::query_scalar!(r#"select id as "id: CompanyId" from desk.company where lower(name) = lower($1)"#, name)
            .fetch_optional(&mut *tx)
            .await?
            .ok_or_else(Problem::not_found)?;
    tx.commit().await?;
    Ok(id)
}

/// A person who is there already and is to sign in.
pub struct SeedMember<'a> {
    pub person_id: PersonId,
    pub email: &'a str,
    pub role: Role,
}

/// Gives each of these people an account of this password, or of none, all at once.
pub async fn seed_members(
    app: &App,
    organization_id: OrganizationId,
    members: &[SeedMember<'_>],
    hash: Option<&PasswordHash>,
) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.identity().await?;
    for member in members {
        let account = account::obtain(&mut tx, member.email, now).await?;
        if let Some(hash) = hash {
            account::set_password(&mut tx, account.id, hash).await?;
        }
        membership::put(&mut tx, account.id, organization_id, member.person_id, member.role, now).await?;
    }
    tx.commit().await
}
