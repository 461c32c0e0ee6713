use atum_core::{
    App, Problems, Result,
    extract::{Json, Query},
    page::{self, PageQuery},
};
use atum_identity::Manager;
use atum_tickets::EnvelopeState;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::view::{self, Filter, OutgoingMail};
use crate::channel;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OutboxQuery {
    /// Mails of which a recipient's envelope is in this state.
    #[param(inline)]
    state: Option<EnvelopeState>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// 1 to 100, 50 unless given.
    limit: Option<u32>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct OutgoingMailPage {
    items: Vec<OutgoingMail>,
    next_cursor: Option<String>,
    /// No channel can send: mails are kept here, and none is sent.
    kept: bool,
}

/// What was sent, is to be sent, or could not be, newest first.
#[utoipa::path(get, path = "/api/v1/outbox", tag = "mail", params(OutboxQuery),
    responses((status = 200, body = OutgoingMailPage), Problems))]
pub(crate) async fn list_outbox(
    State(app): State<App>,
    manager: Manager,
    Query(query): Query<OutboxQuery>,
) -> Result<Json<OutgoingMailPage>> {
    let paging = PageQuery { cursor: query.cursor, limit: query.limit };
    let mut tx = app.db.read(&manager).await?;
    let filter = Filter { only: None, state: query.state, before: paging.after()?, most: paging.limit() + 1 };
    let rows = view::mails(&mut tx, app.clock.now(), filter).await?;
    let (items, next_cursor) = page::cut(rows, paging.limit(), |mail| mail.id);
    let kept = channel::default(&mut tx).await?.is_none();
    Ok(Json(OutgoingMailPage { items, next_cursor, kept }))
}
