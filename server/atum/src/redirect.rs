//! For an installation without a proxy: whoever comes without TLS is sent to the address that people use.

use atum_core::App;
use axum::{
    Router,
    extract::State,
    http::{StatusCode, Uri, header, uri::PathAndQuery},
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
};

pub fn router(app: App) -> Router {
    let headers = from_fn_with_state(app.clone(), atum_ops::security_headers);
    Router::new().fallback(redirect).layer(headers).with_state(app)
}

/// To that address and no other, whatever host was asked for.
async fn redirect(State(app): State<App>, uri: Uri) -> Response {
    let path = uri.path_and_query().map_or("/", PathAndQuery::as_str);
    let to = format!("{}/{}", app.config.public_url, path.trim_start_matches('/'));
    (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, to)]).into_response()
}
