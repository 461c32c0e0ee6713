use atum_audit::Event;
use atum_core::{
    App, Problem, Problems, Result,
    extract::{Json, Path},
    ids::OutgoingMailId,
};
use atum_identity::Manager;
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{
    letter::{self, Reader},
    view::{self, OutgoingMail},
};

#[derive(Serialize, ToSchema)]
pub(crate) struct OutgoingMailDetail {
    #[serde(flatten)]
    mail: OutgoingMail,
    /// Name and value of each, in their order.
    headers: Vec<(String, String)>,
    /// A link that lets its recipient in is left out.
    text: String,
    html: Option<String>,
}

/// A mail with its headers and texts.
#[utoipa::path(get, path = "/api/v1/outbox/{id}", tag = "mail", params(("id" = OutgoingMailId, Path)),
    responses((status = 200, body = OutgoingMailDetail), Problems))]
pub(crate) async fn get_outgoing_mail(
    State(app): State<App>,
    manager: Manager,
    Path(id): Path<OutgoingMailId>,
) -> Result<Json<OutgoingMailDetail>> {
    let mut tx = app.db.read(&manager).await?;
    let mail = view::one(&app, &mut tx, id).await?;
    let (letter, _) = letter::read(&app, &mut tx, id, Reader::Staff).await?;
    let headers = letter.header_lines();
    Ok(Json(OutgoingMailDetail { mail, headers, text: letter.text, html: letter.html }))
}

/// The mail's HTML as a page of its own, without any right to load or run anything.
#[utoipa::path(get, path = "/api/v1/outbox/{id}/html", tag = "mail", params(("id" = OutgoingMailId, Path)),
    responses((status = 200, description = "The page.", content_type = "text/html", body = String), Problems))]
pub(crate) async fn get_outgoing_mail_html(
    State(app): State<App>,
    manager: Manager,
    Path(id): Path<OutgoingMailId>,
) -> Result<Response> {
    let mut tx = app.db.read(&manager).await?;
    view::one(&app, &mut tx, id).await?;
    let (letter, _) = letter::read(&app, &mut tx, id, Reader::Staff).await?;
    let page = letter.html.ok_or_else(Problem::not_found)?;
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "private, no-store"),
    ];
    Ok((headers, page).into_response())
}

const POLICY: &str = "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; default-src 'none'; \
                      style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/// The mail as it goes out, but for a link that lets its recipient in. Whoever takes it is noted.
#[utoipa::path(get, path = "/api/v1/outbox/{id}/raw", tag = "mail", params(("id" = OutgoingMailId, Path)),
    responses((status = 200, description = "The mail.", content_type = "message/rfc822", body = String), Problems))]
pub(crate) async fn get_outgoing_mail_raw(
    State(app): State<App>,
    manager: Manager,
    Path(id): Path<OutgoingMailId>,
) -> Result<Response> {
    let mut tx = app.db.write(&manager).await?;
    view::one(&app, &mut tx, id).await?;
    let (mut letter, files) = letter::read(&app, &mut tx, id, Reader::Staff).await?;
    let event = Event::internal("outgoing_mail_downloaded").subject(id.0).detail(json!({ "subject": letter.subject }));
    atum_audit::record(&mut tx, event).await?;
    let organization_id = tx.organization_id;
    tx.commit().await?;
    letter::enclose(&app, organization_id, &mut letter, files).await?;
    let headers = [
        (header::CONTENT_TYPE, "message/rfc822".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{id}.eml\"")),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    Ok((headers, letter.raw()).into_response())
}
