//! The id of the request being handled: in the log, in every problem's `instance`, in the answer's `x-request-id`.

use axum::{extract::Request, http::HeaderValue, middleware::Next, response::Response};
use tracing::Instrument;

tokio::task_local! {
    static ID: uuid::Uuid;
}

pub fn id() -> Option<uuid::Uuid> {
    ID.try_with(|id| *id).ok()
}

/// Gives the request its id. The outermost layer: everything inside may name it.
pub async fn identify(request: Request, next: Next) -> Response {
    let id = uuid::Uuid::now_v7();
    let span = tracing::info_span!("request", %id, method = %request.method(), path = request.uri().path());
    let mut response = ID.scope(id, next.run(request).instrument(span)).await;
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}
