use atum_core::{
    App, Problems, Result,
    db::TenantTx,
    extract::{Json, Path},
};
use atum_tickets::Rating;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::link::Link;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RatingByLink {
    /// The organization's name.
    organization: String,
    ticket_number: i64,
    subject: String,
    /// It can be rated now: the ticket is resolved.
    open: bool,
    rating: Option<Rating>,
}

/// What a link from a mail lets one rate. 404 where the link is not signed for the ticket's requester.
#[utoipa::path(get, path = "/api/v1/ratings/{token}", tag = "tickets", params(("token" = String, Path)),
    responses((status = 200, body = RatingByLink), Problems))]
pub(crate) async fn get_rating_by_link(
    State(app): State<App>,
    Path(token): Path<String>,
) -> Result<Json<RatingByLink>> {
    let link = Link::read(&token)?;
    let mut tx = app.db.read(&link.system()).await?;
    Ok(Json(view(&app, &mut tx, &link).await?))
}

pub(super) async fn view<Mode>(app: &App, tx: &mut TenantTx<Mode>, link: &Link) -> Result<RatingByLink> {
    let ticket = link.ticket(app, tx).await?;
    let organization = atum_identity::organization_name(app, link.organization_id).await?;
    Ok(RatingByLink {
        organization,
        ticket_number: ticket.number,
        subject: ticket.subject,
        open: ticket.open,
        rating: ticket.rating,
    })
}
