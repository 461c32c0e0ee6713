//! `If-Match` with the version that the writer saw.

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    http::{HeaderMap, header, request::Parts},
};

use crate::{App, Problem, problem::Kind};

/// The version in `If-Match`; a request without one is refused with 428.
#[derive(Debug, Clone, Copy)]
pub struct IfMatch(pub i64);

impl FromRequestParts<App> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        read(&parts.headers)?.ok_or_else(|| {
            Problem::new(Kind::VersionRequired).detail("send If-Match with the version that you saw, such as \"7\"")
        })
    }
}

impl OptionalFromRequestParts<App> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Option<Self>, Problem> {
        read(&parts.headers)
    }
}

pub(crate) fn read(headers: &HeaderMap) -> Result<Option<IfMatch>, Problem> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let version = value.to_str().ok().and_then(|text| text.trim().trim_matches('"').parse().ok());
    version
        .map(|version| Some(IfMatch(version)))
        .ok_or_else(|| Problem::new(Kind::Malformed).detail("If-Match must be a version, such as \"7\""))
}
