use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, Response, StatusCode},
};
use serde_json::Value;

/// A whole response. Assertions print the body where they fail.
#[derive(Debug)]
pub struct Answer {
    /// "POST /api/v1/tickets"
    request: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub(super) async fn read(request: String, response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.expect("the body can be read");
        Self { request, status: parts.status, headers: parts.headers, body }
    }

    /// Asserts the status and gives the JSON body, `null` where there is none.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{} answered: {}", self.request, self.text());
        if self.body.is_empty() { Value::Null } else { self.json() }
    }

    /// Asserts an RFC 9457 problem of this kind, such as "not-found", and gives it.
    #[track_caller]
    pub fn problem(&self, kind: &str) -> Value {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}: {}", self.request, self.text());
        let problem = self.json();
        assert_eq!(problem["type"], format!("/problems/{kind}"), "{} answered: {problem:#}", self.request);
        assert_eq!(problem["status"], self.status.as_u16(), "{}", self.request);
        problem
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{} answered no JSON ({error}): {}", self.request, self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}
