//! A customer of the organization: people of one company may share their tickets.

use atum_audit as audit;
use atum_core::{
    App, Problem, Problems, Result,
    checks::Checks,
    extract::Json,
    ids::CompanyId,
    problem::{Kind, OnConstraint},
};
use axum::{extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use utoipa::ToSchema;

use crate::{Admin, Agent};

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct CompanySummary {
    #[schema(value_type = Uuid)]
    pub id: CompanyId,
    pub name: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Company {
    #[schema(value_type = Uuid)]
    pub id: CompanyId,
    pub name: String,
    pub people_count: i64,
    pub open_ticket_count: i64,
}

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NewCompany {
    name: String,
}

#[utoipa::path(get, path = "/api/v1/companies", tag = "people", responses((status = 200, body = Vec<Company>), Problems))]
pub(crate) async fn list_companies(State(app): State<App>, agent: Agent) -> Result<Json<Vec<Company>>> {
    let mut tx = app.db.read(&agent).await?;
    let companies = sqlx::query_as!(
        Company,
        r#"select c.id as "id: CompanyId", c.name,
                  (select count(*) from desk.person p where p.company_id = c.id) as "people_count!",
                  (select count(*) from desk.ticket t where t.company_id = c.id
                      and t.status not in ('resolved', 'closed', 'cancelled')) as "open_ticket_count!"
             from desk.company c order by lower(c.name), c.id"#,
    );
    Ok(Json(companies.fetch_all(&mut *tx).await?))
}

#[utoipa::path(post, path = "/api/v1/companies", tag = "people", responses((status = 201, body = Company), Problems))]
pub(crate) async fn create_company(
    State(app): State<App>,
    admin: Admin,
    Json(new): Json<NewCompany>,
) -> Result<(StatusCode, Json<Company>)> {
    Checks::new().text("name", &new.name, 1..=120).finish()?;
    let name = new.name.trim().to_owned();
    let id = CompanyId::new();
    let mut tx = app.db.write(&admin).await?;
    sqlx::query!(
        "insert into desk.company (organization_id, id, name, created_at) values ($1, $2, $3, $4)",
        tx.organization_id.0,
        id.0,
        name,
        tx.now,
    )
    .execute(&mut *tx)
    .await
    .on_constraint("company_name_key", || Problem::new(Kind::Conflict).detail("a company has this name already"))?;
    let created = audit::Event::internal("company_created").subject(id.0).change("name", (), &name);
    audit::record(&mut tx, created).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(Company { id, name, people_count: 0, open_ticket_count: 0 })))
}

/// The company of a person to be, if it is one of this organization.
pub(crate) async fn named(conn: &mut PgConnection, id: Option<CompanyId>) -> Result<Option<CompanySummary>> {
    let Some(id) = id else { return Ok(None) };
    let company =
        sqlx::query_as!(CompanySummary, r#"select id as "id: CompanyId", name from desk.company where id = $1"#, id.0);
    let company = company.fetch_optional(conn).await?;
    company.map(Some).ok_or_else(|| Problem::field("company_id", "not_found", "there is no such company"))
}

/// The one company that has one of these names, letter for letter but for capitals, as names are unique. Of several none
/// is meant more than another.
pub(crate) async fn by_names(conn: &mut PgConnection, names: &[String]) -> Result<Option<CompanySummary>> {
    let found = sqlx::query_as!(
        CompanySummary,
        r#"select id as "id: CompanyId", name from desk.company
            where lower(name) in (select lower(name) from unnest($1::text[]) name) limit 2"#,
        names,
    );
    let mut found = found.fetch_all(conn).await?;
    Ok(if found.len() == 1 { found.pop() } else { None })
}
