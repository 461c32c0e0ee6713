//! Somebody inside one organization: staff or customer, with an account or known by e-mail alone.

use std::collections::HashMap;

use atum_audit as audit;
use atum_core::{
    Problem, Result,
    caller::Role,
    db::{ReadWrite, TenantTx},
    ids::{CompanyId, PersonId},
    words,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::company::CompanySummary;

/// Languages that the app speaks.
pub(crate) const LOCALES: [&str; 3] = ["en", "ar", "de"];

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PersonSummary {
    #[schema(value_type = Uuid)]
    pub id: PersonId,
    pub name: String,
    pub role: Role,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Person {
    #[schema(value_type = Uuid)]
    pub id: PersonId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub company: Option<CompanySummary>,
    /// Somebody who left stays in the history and may do nothing.
    pub active: bool,
    /// Whether the person can sign in, or is known by e-mail alone.
    pub has_account: bool,
    #[schema(example = "en")]
    pub locale: String,
    #[schema(example = "Europe/Berlin")]
    pub time_zone: String,
    pub created_at: DateTime<Utc>,
}

impl Person {
    pub fn summary(&self) -> PersonSummary {
        PersonSummary { id: self.id, name: self.name.clone(), role: self.role }
    }
}

/// A person as the table has it, with the company's name beside.
pub(crate) struct Row {
    pub id: PersonId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub company_id: Option<CompanyId>,
    pub company_name: Option<String>,
    pub active: bool,
    pub has_account: bool,
    pub locale: String,
    pub time_zone: String,
    pub created_at: DateTime<Utc>,
    /// What the list is sorted by.
    pub sort_name: String,
}

impl From<Row> for Person {
    fn from(row: Row) -> Self {
        let company = row.company_id.zip(row.company_name).map(|(id, name)| CompanySummary { id, name });
        let Row { id, name, email, role, active, has_account, locale, time_zone, created_at, .. } = row;
        Self { id, name, email, role, company, active, has_account, locale, time_zone, created_at }
    }
}

/// Which people a list shows.
#[derive(Debug, Default)]
pub struct Filter<'a> {
    /// Each must begin a word of the name or of the e-mail.
    pub words: &'a str,
    pub role: Option<Role>,
    /// Sort name and id of the last one seen.
    pub after: Option<(String, PersonId)>,
    pub limit: i64,
}

pub(crate) async fn rows(conn: &mut PgConnection, filter: Filter<'_>) -> Result<Vec<Row>> {
    let words = words::beginnings(filter.words);
    if words.is_none() && !filter.words.trim().is_empty() {
        return Ok(vec![]);
    }
    let (after_name, after_id) = filter.after.unzip();
    let people = sqlx::query_as!(
        Row,
        r#"select p.id as "id: PersonId", p.name, p.email, p.role as "role: Role",
                  p.company_id as "company_id: CompanyId", c.name as "company_name?", p.active, p.has_account,
                  p.locale, p.time_zone, p.created_at, lower(p.name) as "sort_name!"
             from desk.person p
             left join desk.company c on c.organization_id = p.organization_id and c.id = p.company_id
            where ($1::text is null or p.id in (select desk.search_person($1)))
              and ($2::text is null or p.role = $2)
              and ($3::text is null or (lower(p.name), p.id) > ($3, $4::uuid))
              and not p.machine
            order by lower(p.name), p.id limit $5"#,
        words,
        filter.role as _,
        after_name,
        after_id.map(|id| id.0),
        filter.limit,
    );
    Ok(people.fetch_all(conn).await?)
}

/// People by name in whose name or e-mail all the words stand.
pub async fn find(conn: &mut PgConnection, words: &str, limit: i64) -> Result<Vec<Person>> {
    let rows = rows(conn, Filter { words, limit, ..Filter::default() }).await?;
    Ok(rows.into_iter().map(Person::from).collect())
}

/// The people of these ids; an id of another organization, or of nobody, is not among them.
pub async fn people(conn: &mut PgConnection, ids: &[PersonId]) -> Result<HashMap<PersonId, Person>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"select p.id as "id: PersonId", p.name, p.email, p.role as "role: Role",
                  p.company_id as "company_id: CompanyId", c.name as "company_name?", p.active, p.has_account,
                  p.locale, p.time_zone, p.created_at, lower(p.name) as "sort_name!"
             from desk.person p
             left join desk.company c on c.organization_id = p.organization_id and c.id = p.company_id
            where p.id = any($1)"#,
        &ids[..],
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.id, row.into())).collect())
}

/// One person; 404 where there is none in this organization.
pub async fn get(conn: &mut PgConnection, id: PersonId) -> Result<Person> {
    people(conn, &[id]).await?.remove(&id).ok_or_else(Problem::not_found)
}

pub async fn summaries(conn: &mut PgConnection, ids: &[PersonId]) -> Result<HashMap<PersonId, PersonSummary>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let people = sqlx::query_as!(
        PersonSummary,
        r#"select id as "id: PersonId", name, role as "role: Role" from desk.person where id = any($1)"#,
        &ids[..],
    );
    Ok(people.fetch_all(conn).await?.into_iter().map(|person| (person.id, person)).collect())
}

/// Active staff by name: who a ticket can be assigned to.
pub async fn staff(conn: &mut PgConnection) -> Result<Vec<PersonSummary>> {
    let staff = sqlx::query_as!(
        PersonSummary,
        r#"select id as "id: PersonId", name, role as "role: Role" from desk.person
            where active and not machine and role in ('agent', 'manager', 'admin') order by lower(name), id"#,
    );
    Ok(staff.fetch_all(conn).await?)
}

/// The person as it is now, locked until the transaction ends. Who acts for an API token is changed with the token.
pub(crate) async fn lock(conn: &mut PgConnection, id: PersonId) -> Result<Person> {
    sqlx::query!("select id from desk.person where id = $1 and not machine for update", id.0)
        .fetch_optional(&mut *conn)
        .await?
        .ok_or_else(Problem::not_found)?;
    get(conn, id).await
}

pub(crate) async fn by_email(conn: &mut PgConnection, email: &str) -> Result<Option<PersonId>> {
    let id = sqlx::query_scalar!(r#"select id as "id: PersonId" from desk.person where email = $1 for update"#, email);
    Ok(id.fetch_optional(conn).await?)
}

/// Whoever has this address (in lower case) here; somebody new, a customer without an account, where nobody has. Two mails
/// of a new sender at once make one person: the second waits for the first.
pub async fn known_by_address(tx: &mut TenantTx<ReadWrite>, email: &str, name: &str) -> Result<Person> {
    let known = sqlx::query_scalar!(r#"select id as "id: PersonId" from desk.person where email = $1"#, email);
    if let Some(id) = known.fetch_optional(&mut **tx).await? {
        return get(tx, id).await;
    }
    let name: String = name.chars().take(120).collect();
    let id = PersonId::new();
    let made = sqlx::query!(
        "insert into desk.person (organization_id, id, name, email, role, created_at) values ($1, $2, $3, $4, 'customer', $5)
         on conflict (organization_id, email) do nothing",
        tx.organization_id.0,
        id.0,
        name,
        email,
        tx.now,
    );
    if made.execute(&mut **tx).await?.rows_affected() == 1 {
        let created = audit::Event::internal("person_created").subject(id.0).change("name", (), &name);
        audit::record(tx, created.change("email", (), email).change("role", (), Role::Customer)).await?;
    }
    let id = sqlx::query_scalar!(r#"select id as "id: PersonId" from desk.person where email = $1"#, email);
    let id = id.fetch_one(&mut **tx).await?;
    get(tx, id).await
}

/// Writes everything of the person that may change.
pub(crate) async fn save(conn: &mut PgConnection, person: &Person) -> Result<()> {
    sqlx::query!(
        "update desk.person set name = $2, role = $3, company_id = $4, active = $5, has_account = $6, locale = $7,
                time_zone = $8 where id = $1",
        person.id.0,
        person.name,
        person.role as _,
        person.company.as_ref().map(|company| company.id.0),
        person.active,
        person.has_account,
        person.locale,
        person.time_zone,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Tells what changed about a person.
pub(crate) fn updated(old: &Person, new: &Person) -> audit::Event {
    let company = |person: &Person| person.company.as_ref().map(|company| company.name.clone());
    audit::Event::internal("person_updated")
        .subject(new.id.0)
        .change("name", &old.name, &new.name)
        .change("role", old.role, new.role)
        .change("company", company(old), company(new))
        .change("active", old.active, new.active)
        .change("locale", &old.locale, &new.locale)
        .change("time_zone", &old.time_zone, &new.time_zone)
}

pub(crate) async fn insert(tx: &mut TenantTx<ReadWrite>, person: &Person) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into desk.person (organization_id, id, company_id, name, email, role, active, has_account, locale,
                                  time_zone, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        tx.organization_id.0,
        person.id.0,
        person.company.as_ref().map(|company| company.id.0),
        person.name,
        person.email,
        person.role as _,
        person.active,
        person.has_account,
        person.locale,
        person.time_zone,
        person.created_at,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
