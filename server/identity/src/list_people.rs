use atum_core::{
    App, Problems, Result,
    caller::Role,
    extract::{Json, Query},
    page::{self, PageQuery},
};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    Agent,
    person::{self, Filter, Person, PersonSummary},
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PeopleQuery {
    /// Words in the name or the e-mail.
    #[serde(default)]
    q: Option<String>,
    role: Option<Role>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct PersonPage {
    items: Vec<Person>,
    next_cursor: Option<String>,
}

/// Everybody of the organization by name, those who left among them.
#[utoipa::path(get, path = "/api/v1/people", tag = "people", params(PeopleQuery, PageQuery),
    responses((status = 200, body = PersonPage), Problems))]
pub(crate) async fn list_people(
    State(app): State<App>,
    agent: Agent,
    Query(query): Query<PeopleQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<PersonPage>> {
    let words = query.q.as_deref().unwrap_or_default();
    let filter = Filter { words, role: query.role, after: page.after()?, limit: page.limit() + 1 };
    let mut tx = app.db.read(&agent).await?;
    let rows = person::rows(&mut tx, filter).await?;
    let (rows, next_cursor) = page::cut(rows, page.limit(), |row| (row.sort_name.clone(), row.id));
    Ok(Json(PersonPage { items: rows.into_iter().map(Person::from).collect(), next_cursor }))
}

/// Active staff by name: whom a ticket can be assigned to.
#[utoipa::path(get, path = "/api/v1/staff", tag = "people", responses((status = 200, body = Vec<PersonSummary>), Problems))]
pub(crate) async fn list_staff(State(app): State<App>, agent: Agent) -> Result<Json<Vec<PersonSummary>>> {
    let mut tx = app.db.read(&agent).await?;
    Ok(Json(person::staff(&mut tx).await?))
}
