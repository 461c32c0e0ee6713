use atum_core::{
    App, Problems, Result,
    extract::{Json, Query},
    ids::{InboundMailId, MailChannelId},
    page::{PageQuery, cut},
};
use atum_identity::Admin;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::entry::{self, LoggedMail, Wanted};
use crate::intake::inbound::Outcome;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct LogQuery {
    /// What came in by this channel.
    channel_id: Option<MailChannelId>,
    /// What ended so.
    outcome: Option<Outcome>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// 1 to 100, 50 unless given.
    limit: Option<u32>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct MailLogPage {
    items: Vec<LoggedMail>,
    next_cursor: Option<String>,
}

/// Every mail that ever came in, newest first.
#[utoipa::path(get, path = "/api/v1/mail-log", tag = "mail", params(LogQuery),
    responses((status = 200, body = MailLogPage), Problems))]
pub(crate) async fn list_mail_log(
    State(app): State<App>,
    admin: Admin,
    Query(query): Query<LogQuery>,
) -> Result<Json<MailLogPage>> {
    let page = PageQuery { cursor: query.cursor, limit: query.limit };
    let wanted = Wanted {
        id: None,
        channel_id: query.channel_id,
        outcome: query.outcome.as_ref(),
        before: page.after::<InboundMailId>()?,
        most: page.limit() + 1,
    };
    let mut tx = app.db.read(&admin).await?;
    let rows = entry::rows(&mut tx, &wanted).await?;
    let mails = rows.into_iter().map(|row| row.mail).collect();
    let (items, next_cursor) = cut(mails, page.limit(), |mail: &LoggedMail| mail.id);
    Ok(Json(MailLogPage { items, next_cursor }))
}
