use std::collections::HashMap;

use atum_core::{
    App, Problem, Problems, Result,
    caller::{Caller, Role},
    db::{ReadOnly, TenantTx},
    extract::{Path, Query},
    ids::{FileId, MessageId},
};
use atum_identity::Anyone;
use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;
use sqlx::types::Json;
use utoipa::IntoParams;

use super::html;

/// All pictures of one mail that are shown in it. The rest are attachments still.
const MOST_PICTURES_BYTES: i64 = 12 << 20;
const STYLE: &str = "body{margin:0;padding:12px 14px;font:15px/1.5 Inter,system-ui,sans-serif;overflow-wrap:anywhere;color:#111;background:#fff}\
                     img{max-width:100%;height:auto}table{max-width:100%}blockquote{margin:0 0 0 .75em;padding-inline-start:.75em;\
                     border-inline-start:2px solid #ccc}pre{white-space:pre-wrap}";

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct HtmlQuery {
    /// Shows pictures of other hosts too: their servers see who looks, and when.
    #[serde(default)]
    remote: bool,
}

/// A mail's HTML, sanitized, as a document for a sandboxed frame: no script, no form, nothing of another host unless asked
/// for. Pictures that came with the mail are in it, as `data:`, so that it shows them in any frame. It may be framed by our
/// own pages alone, which are of its origin to measure it; it runs nothing.
#[utoipa::path(get, path = "/api/v1/messages/{id}/html", tag = "messages", params(("id" = MessageId, Path), HtmlQuery),
    responses((status = 200, content_type = "text/html", body = String), Problems))]
pub(crate) async fn get_message_html(
    State(app): State<App>,
    caller: Anyone,
    Path(id): Path<MessageId>,
    Query(query): Query<HtmlQuery>,
) -> Result<Response> {
    let mut tx = app.db.read(&caller).await?;
    let mail = find(&mut tx, &caller, id).await?;
    let shown = with_pictures(&app, &mut tx, &mail, query.remote).await?;
    let document = format!(
        "<!doctype html><html><head><meta charset=\"utf-8\"><meta name=\"referrer\" content=\"no-referrer\">\
         <meta name=\"viewport\" content=\"width=device-width\"><base target=\"_blank\"><style>{STYLE}</style></head><body dir=\"auto\">{shown}</body></html>"
    );
    Ok((headers(query.remote), document).into_response())
}

fn headers(remote: bool) -> [(HeaderName, HeaderValue); 4] {
    let policy = if remote { POLICY_WITH_REMOTE } else { POLICY };
    [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy)),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ]
}

const POLICY: &str = "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src data:; \
                      style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'";
const POLICY_WITH_REMOTE: &str = "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; default-src 'none'; \
                                  img-src data: https: http:; style-src 'unsafe-inline'; frame-ancestors 'self'; \
                                  base-uri 'none'; form-action 'none'";

struct Found {
    html: String,
    pictures: HashMap<String, FileId>,
}

/// 404 where the caller sees no such message, or it has no HTML.
async fn find(tx: &mut TenantTx<ReadOnly>, caller: &Caller, id: MessageId) -> Result<Found> {
    let row = sqlx::query!(
        r#"select w.html as "html!", w.pictures as "pictures: Json<HashMap<String, FileId>>"
             from desk.mail_message w
             join desk.message m on m.organization_id = w.organization_id and m.id = w.message_id
             join desk.ticket t on t.organization_id = m.organization_id and t.id = m.ticket_id
            where w.message_id = $1 and w.html is not null
              and ($2 or (m.visibility = 'public' and (t.requester_id = $3 or ($4 and t.company_id =
                           (select p.company_id from desk.person p where p.id = $3)))))"#,
        id.0,
        caller.role.is_staff(),
        caller.person_id.0,
        caller.role == Role::CustomerAdmin,
    );
    let row = row.fetch_optional(&mut **tx).await?.ok_or_else(Problem::not_found)?;
    Ok(Found { html: row.html, pictures: row.pictures.0 })
}

/// Puts the pictures in their places, and leaves out what is not to be shown.
async fn with_pictures(app: &App, tx: &mut TenantTx<ReadOnly>, mail: &Found, remote: bool) -> Result<String> {
    let (mut shown, mut from, mut room) = (String::with_capacity(mail.html.len()), 0, MOST_PICTURES_BYTES);
    for place in html::pictures(&mail.html) {
        let source = &mail.html[place.clone()];
        shown.push_str(&mail.html[from..place.start]);
        from = place.end;
        if let Some(id) = source.get(..4).filter(|scheme| scheme.eq_ignore_ascii_case("cid:")) {
            let picture = mail.pictures.get(&source[id.len()..].replace("&amp;", "&"));
            shown.push_str(&embedded(app, tx, picture.copied(), &mut room).await?);
        } else if remote || !html::is_remote(source) {
            shown.push_str(source);
        }
    }
    shown.push_str(&mail.html[from..]);
    Ok(shown)
}

/// Empty where the picture is not there, is too large, or is none.
async fn embedded(app: &App, tx: &mut TenantTx<ReadOnly>, id: Option<FileId>, room: &mut i64) -> Result<String> {
    let Some(id) = id else { return Ok(String::new()) };
    let organization_id = tx.organization_id;
    let Some((media_type, bytes)) = atum_files::contents(app, tx, organization_id, id, *room).await? else {
        return Ok(String::new());
    };
    let raster = matches!(media_type.as_str(), "image/png" | "image/jpeg" | "image/gif" | "image/webp");
    if !raster {
        return Ok(String::new());
    }
    *room -= i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    Ok(format!("data:{media_type};base64,{}", STANDARD.encode(&bytes)))
}
