//! The table of contents: every address, and what every request passes through.

use atum_core::{App, Problem, problem::Kind, request};
use axum::{
    Json, Router,
    http::{HeaderMap, Method, Uri},
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::get,
};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{CompressionLayer, CompressionLevel},
};
use utoipa::openapi::OpenApi;

use crate::{layers, scopes, web};

/// Everything that is served. The first layer named is the innermost.
pub fn router(app: App) -> Router {
    let (routes, mut document) = domains().split_for_parts();
    let needs = scopes::needs(&mut document);
    routes
        .route("/api/v1/openapi.json", get(async || Json(openapi())))
        .fallback(elsewhere)
        .method_not_allowed_fallback(async || Problem::new(Kind::MethodNotAllowed))
        .layer(from_fn_with_state(app.clone(), atum_core::idempotency::answer_once))
        .layer(from_fn_with_state((app.clone(), needs), atum_identity::admit_bearer))
        .layer(from_fn_with_state(app.clone(), atum_core::limits::admit))
        .layer(from_fn_with_state(app.clone(), atum_identity::refuse_cross_origin))
        .layer(from_fn(layers::time_out))
        .layer(CatchPanicLayer::custom(layers::panicked))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(layers::is_worth_compressing))
        .layer(from_fn_with_state(app.clone(), atum_ops::security_headers))
        .layer(from_fn(atum_ops::count_request))
        .layer(from_fn(request::identify))
        .with_state(app)
}

/// What is generated from the handlers: openapi.json, and from that the web app's client.
pub fn openapi() -> OpenApi {
    let mut document = domains().into_openapi();
    document.info.title = "Atum Desk".into();
    document.info.version = env!("CARGO_PKG_VERSION").into();
    document.info.description = Some("A helpdesk that an organization runs on its own machines.".into());
    document.info.license = None;
    scopes::describe(&mut document);
    document.components.get_or_insert_default().schemas.extend(atum_core::problem::schemas());
    document
}

fn domains() -> atum_core::Router {
    atum_core::Router::new()
        .merge(atum_identity::router())
        .merge(atum_files::router())
        .merge(atum_sla::router())
        .merge(atum_tickets::router())
        .merge(atum_mail::router())
        .merge(atum_ops::router())
}

/// An address that no domain knows: the web app's own page, or nothing.
async fn elsewhere(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path();
    let is_ours = ["/api/", "/internal/"].iter().any(|ours| path.starts_with(ours));
    if is_ours {
        return Problem::not_found().into_response();
    }
    if method != Method::GET && method != Method::HEAD {
        return Problem::new(Kind::MethodNotAllowed).into_response();
    }
    web::serve(path, &headers)
}
