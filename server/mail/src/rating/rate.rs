use atum_core::{
    App, Problems, Result,
    extract::{Json, Path},
};
use atum_tickets::NewRating;
use axum::extract::State;

use super::{
    link::Link,
    show::{RatingByLink, view},
};

/// Rates the answer to a ticket by the link of a mail, in its requester's name. A second rating takes the first one's place.
#[utoipa::path(put, path = "/api/v1/ratings/{token}", tag = "tickets", request_body = NewRating,
    params(("token" = String, Path)), responses((status = 200, body = RatingByLink), Problems))]
pub(crate) async fn rate_by_link(
    State(app): State<App>,
    Path(token): Path<String>,
    Json(given): Json<NewRating>,
) -> Result<Json<RatingByLink>> {
    let link = Link::read(&token)?;
    let mut tx = app.db.write(&link.system()).await?;
    let ticket = link.ticket(&app, &mut tx).await?;
    tx.actor = Some(ticket.requester_id);
    atum_tickets::rate_as_requester(&mut tx, ticket.id, given).await?;
    let rated = view(&app, &mut tx, &link).await?;
    tx.commit().await?;
    Ok(Json(rated))
}
