use atum_audit as audit;
use atum_core::{
    App, Problem, Problems, Result,
    caller::Role,
    checks::Checks,
    db::{ReadWrite, TenantTx},
    extract::{Json, Path},
    ids::{CompanyId, OrganizationId, PersonId},
};
use axum::extract::State;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use crate::{
    Admin, company,
    create_person::refuse_admin_by_token,
    membership,
    person::{self, Person},
};

/// What is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(crate) struct PersonChange {
    name: Option<String>,
    role: Option<Role>,
    /// Null: of no company any more.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Uuid>)]
    company_id: Option<Option<CompanyId>>,
    active: Option<bool>,
}

/// Tells null from nothing.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<CompanyId>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Changes somebody. Membership is the authority: where rights shrink it is written first, where they grow last, so
/// that a crash between the two leaves too little, never too much. Doing it again mends it.
#[utoipa::path(patch, path = "/api/v1/people/{id}", tag = "people",
    params(("id" = Uuid, Path)), responses((status = 200, body = Person), Problems))]
pub(crate) async fn update_person(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<PersonId>,
    Json(change): Json<PersonChange>,
) -> Result<Json<Person>> {
    if let Some(name) = &change.name {
        Checks::new().text("name", name, 1..=120).finish()?;
    }
    if let Some(role) = change.role {
        refuse_admin_by_token(&admin, role)?;
    }
    let mut tx = app.db.write(&admin).await?;
    let old = person::lock(&mut tx, id).await?;
    let mut new = changed(&old, &change);
    if let Some(company_id) = change.company_id {
        new.company = company::named(&mut tx, company_id).await?;
    }
    if id == admin.person_id && (new.role, new.active) != (old.role, old.active) {
        return Err(Problem::wrong_state("nobody demotes or deactivates themselves; ask another admin"));
    }
    if new != old {
        person::save(&mut tx, &new).await?;
        audit::record(&mut tx, person::updated(&old, &new)).await?;
    }
    commit(&app, tx, &old, &new).await?;
    Ok(Json(new))
}

/// Commits what was written of the person together with the membership, in the order that leaves too little.
pub(crate) async fn commit(app: &App, tx: TenantTx<ReadWrite>, old: &Person, new: &Person) -> Result<()> {
    let organization_id = tx.organization_id;
    if shrinks(old, new) {
        put_membership(app, organization_id, new).await?;
        tx.commit().await
    } else {
        tx.commit().await?;
        put_membership(app, organization_id, new).await
    }
}

fn changed(old: &Person, change: &PersonChange) -> Person {
    Person {
        name: change.name.as_ref().map_or_else(|| old.name.clone(), |name| name.trim().to_owned()),
        role: change.role.unwrap_or(old.role),
        active: change.active.unwrap_or(old.active),
        ..old.clone()
    }
}

fn shrinks(old: &Person, new: &Person) -> bool {
    new.role < old.role || (old.active && !new.active)
}

async fn put_membership(app: &App, organization_id: OrganizationId, person: &Person) -> Result<()> {
    let mut tx = app.db.identity().await?;
    membership::change(&mut tx, organization_id, person.id, person.role, person.active).await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(role: Role, active: bool) -> Person {
        Person {
            id: PersonId::new(),
            name: "Maria".into(),
            email: "maria@acme.example".into(),
            role,
            company: None,
            active,
            has_account: true,
            locale: "en".into(),
            time_zone: "UTC".into(),
            created_at: chrono::DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn any_loss_shrinks_even_beside_a_gain() {
        for (from, to, expected) in [
            ((Role::Admin, true), (Role::Agent, true), true),
            ((Role::Agent, true), (Role::Agent, false), true),
            ((Role::Agent, true), (Role::Admin, false), true),
            ((Role::Agent, false), (Role::Admin, true), false),
            ((Role::Customer, true), (Role::CustomerAdmin, true), false),
            ((Role::Agent, true), (Role::Agent, true), false),
        ] {
            assert_eq!(shrinks(&person(from.0, from.1), &person(to.0, to.1)), expected, "{from:?} {to:?}");
        }
    }

    #[test]
    fn null_is_not_nothing() {
        let read = |json: &str| serde_json::from_str::<PersonChange>(json).unwrap().company_id;
        assert_eq!(read("{}"), None);
        assert_eq!(read(r#"{"company_id":null}"#), Some(None));
    }
}
