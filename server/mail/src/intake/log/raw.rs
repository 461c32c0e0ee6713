use atum_audit::Event;
use atum_core::{App, Problems, Result, extract::Path, ids::InboundMailId};
use atum_identity::Admin;
use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};

use crate::intake::inbound;

/// A mail never acts as a page of this site.
const HARMLESS: [(HeaderName, HeaderValue); 5] = [
    (header::CONTENT_TYPE, HeaderValue::from_static("message/rfc822")),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
];

/// The bytes as they came. That somebody read them is an event.
#[utoipa::path(get, path = "/api/v1/mail-log/{id}/raw", tag = "mail", params(("id" = InboundMailId, Path)),
    responses((status = 200, content_type = "message/rfc822", body = Vec<u8>), Problems))]
pub(crate) async fn download_logged_mail(
    State(app): State<App>,
    admin: Admin,
    Path(id): Path<InboundMailId>,
) -> Result<Response> {
    let mut tx = app.db.write(&admin).await?;
    let mail = inbound::lock(&mut tx, id).await?;
    let raw = inbound::raw(&app, &mut tx, id).await?;
    let event = Event::internal("mail_downloaded").subject(id.0);
    let event = mail.ticket_id.into_iter().fold(event, Event::ticket);
    atum_audit::record(&mut tx, event).await?;
    tx.commit().await?;
    let name = HeaderValue::try_from(format!("attachment; filename=\"{id}.eml\"")).map_err(anyhow::Error::from)?;
    Ok((HARMLESS, [(header::CONTENT_DISPOSITION, name)], raw).into_response())
}
