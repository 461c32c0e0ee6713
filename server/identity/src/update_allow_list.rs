use atum_audit as audit;
use atum_core::{App, Problem, Problems, Result, extract::Json, problem::Conflict, version::IfMatch};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    Admin,
    allow_list::{self, AllowList, AllowedNetwork, AppliesTo},
};

/// Where requests may come from. Without networks: from everywhere.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AllowListView {
    applies_to: AppliesTo,
    networks: Vec<AllowedNetwork>,
    /// For `If-Match`.
    version: i64,
    /// Where the caller comes from, as the server sees it.
    your_address: Option<String>,
}

impl AllowListView {
    fn new(list: AllowList, admin: &Admin) -> Self {
        let AllowList { applies_to, networks, version } = list;
        Self { applies_to, networks, version, your_address: admin.ip.map(|ip| ip.to_string()) }
    }
}

#[utoipa::path(get, path = "/api/v1/organization/allow-list", tag = "organization",
    responses((status = 200, body = AllowListView), Problems))]
pub(crate) async fn get_allow_list(State(app): State<App>, admin: Admin) -> Result<Json<AllowListView>> {
    let mut tx = app.db.identity().await?;
    let list = allow_list::get(&mut tx, admin.organization_id).await?;
    Ok(Json(AllowListView::new(list, &admin)))
}

#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NewAllowList {
    applies_to: AppliesTo,
    networks: Vec<AllowedNetwork>,
}

/// Replaces the list. Counts from the next request on, for everybody who is signed in and for every token. Refused where
/// the caller's own address is not on it.
#[utoipa::path(put, path = "/api/v1/organization/allow-list", tag = "organization",
    params(("If-Match" = String, Header, description = "The version that you saw")),
    responses((status = 200, body = AllowListView), Problems))]
pub(crate) async fn update_allow_list(
    State(app): State<App>,
    admin: Admin,
    IfMatch(seen): IfMatch,
    Json(given): Json<NewAllowList>,
) -> Result<Json<AllowListView>> {
    let networks = AllowList::checked(&given.networks)?;
    let mut desk = app.db.write(&admin).await?;
    let mut tx = app.db.identity().await?;
    let old = allow_list::lock(&mut tx, admin.organization_id).await?;
    let mut new = AllowList { applies_to: given.applies_to, networks, version: old.version };
    if old.version != seen {
        return Err(stale(&new, &old));
    }
    new.must_let_in(admin.ip)?;
    new.version = allow_list::save(&mut tx, admin.organization_id, &new).await?;
    let changed = AllowList::changed(&old, &new);
    audit::record(&mut desk, changed).await?;
    // The event first: a rule that nobody can be asked about does not come to be.
    desk.commit().await?;
    tx.commit().await?;
    Ok(Json(AllowListView::new(new, &admin)))
}

fn stale(yours: &AllowList, theirs: &AllowList) -> Problem {
    Problem::stale(vec![Conflict {
        field: "networks".into(),
        yours: json!(yours.networks),
        theirs: json!(theirs.networks),
        changed_by: None,
        changed_at: None,
    }])
}
