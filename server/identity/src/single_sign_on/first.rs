//! Somebody whom the provider brings for the first time.

use atum_audit as audit;
use atum_core::{
    App, Problem, Result,
    caller::Role,
    db::{ReadWrite, TenantTx},
    ids::{AccountId, PersonId},
    problem::{Kind, OnConstraint},
};

use super::{
    admit::{self, Member, by_person},
    external::{self, External},
    refusal::{Refusal, Stop},
    rules::{Arrival, Given},
    settings::Kept,
};
use crate::{
    membership,
    person::{self, Person},
};

pub(super) enum Welcome {
    /// Their account is known from now on by issuer and subject.
    Known(AccountId),
    /// There is a member with this e-mail whose account manages itself: it is theirs if they sign in to it.
    ToBeProven(AccountId),
}

/// Finds or makes the account of a newcomer, whose e-mail has to be verified and free. What is there and manages itself is
/// not touched.
pub(super) async fn welcome(app: &App, kept: &Kept, arrival: &Arrival, who: &External<'_>) -> Result<Welcome, Stop> {
    let email = arrival.proven_email()?;
    let mut desk = app.db.write(&admit::system(kept)).await?;
    let known = match person::by_email(&mut desk, email).await? {
        Some(id) => Some(person::get(&mut desk, id).await?),
        None => None,
    };
    if let Some(person) = &known {
        let member = by_person(&mut *app.db.identity().await?, kept, person.id).await?;
        if !person.active {
            return Err(Refusal::Ended.into());
        }
        if let Some(refusal) = member.and_then(Member::refusal) {
            return Err(refusal.into());
        }
        if let Some(member) = member {
            return again(app, who, member).await;
        }
    }
    let (Some(Given::Decided(role)) | Some(Given::ForNewcomers(Some(role)))) = arrival.role else {
        return Err(Refusal::NoRole.into());
    };
    let person_id = record(kept, desk, known, arrival, email, role).await?;
    Ok(Welcome::Known(make_member(app, who, email, person_id, role).await?))
}

/// A member who comes through this provider as nobody it knows.
async fn again(app: &App, who: &External<'_>, member: Member) -> Result<Welcome, Stop> {
    if !member.managed {
        return Ok(Welcome::ToBeProven(member.account_id));
    }
    let mut tx = app.db.identity().await?;
    // An e-mail that was given to somebody else must not bring the first one's account along. Another issuer, which an
    // admin chose in place of the one before, may say anew who its people are.
    if external::is_known_otherwise(&mut tx, who, member.account_id).await? {
        return Err(Refusal::KnownOtherwise.into());
    }
    external::bind(&mut tx, who, member.account_id, app.clock.now()).await?;
    tx.commit().await?;
    Ok(Welcome::Known(member.account_id))
}

/// Writes the person down: a new one, or one that was known by e-mail alone. Commits.
async fn record(
    kept: &Kept,
    mut desk: TenantTx<ReadWrite>,
    known: Option<Person>,
    arrival: &Arrival,
    email: &str,
    role: Role,
) -> Result<PersonId> {
    let is_new = known.is_none();
    let created_at = desk.now;
    let known = known.unwrap_or_else(|| unknown(arrival, email, created_at));
    let company = admit::company_of(&mut desk, arrival, role, known.company.clone()).await?;
    let person = Person { role, company, has_account: true, ..known };
    let created = audit::Event::internal("person_created").subject(person.id.0).change("name", (), &person.name);
    let created = created.change("email", (), email).change("role", (), role);
    let company = person.company.as_ref().map(|company| &company.name);
    let created = created.change("company", (), company).detail(admit::detail(kept));
    if is_new {
        let taken = || Problem::new(Kind::Conflict);
        person::insert(&mut desk, &person).await.on_constraint("person_email_key", taken)?;
    } else {
        person::save(&mut desk, &person).await?;
    }
    audit::record(&mut desk, created).await?;
    desk.commit().await?;
    Ok(person.id)
}

fn unknown(arrival: &Arrival, email: &str, created_at: chrono::DateTime<chrono::Utc>) -> Person {
    let name = arrival.name.as_deref().unwrap_or_else(|| email.split('@').next().unwrap_or(email));
    Person {
        id: PersonId::new(),
        name: name.chars().take(120).collect(),
        email: email.to_owned(),
        role: Role::Customer,
        company: None,
        active: true,
        has_account: true,
        locale: "en".to_owned(),
        time_zone: "UTC".to_owned(),
        created_at,
    }
}

/// Lets the person in. Where this is lost to a crash, the next sign-in finds the person without a membership and goes on.
async fn make_member(
    app: &App,
    who: &External<'_>,
    email: &str,
    person_id: PersonId,
    role: Role,
) -> Result<AccountId, Stop> {
    let now = app.clock.now();
    let mut tx = app.db.identity().await?;
    let account_id = external::obtain_managed(&mut tx, who.organization_id, email, now).await?;
    if external::is_known_otherwise(&mut tx, who, account_id).await? {
        return Err(Refusal::KnownOtherwise.into());
    }
    // Another tab of theirs may have been here a moment before.
    let bound = external::bind(&mut tx, who, account_id, now).await?;
    if !bound && external::find(&mut tx, who, now).await? != Some(account_id) {
        return Err(Refusal::Over.into());
    }
    membership::put(&mut tx, account_id, who.organization_id, person_id, role, now).await?;
    tx.commit().await?;
    Ok(account_id)
}
