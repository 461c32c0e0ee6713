//! RFC 9457 problems: the one shape of every error that leaves the process.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::request;

pub type Result<T, E = Problem> = std::result::Result<T, E>;

/// The stable kinds, as `(key, title, status)`. Each is explained in docs/problems.md; a test holds both equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Validation,
    Malformed,
    Unauthenticated,
    InvalidToken,
    InvalidCredentials,
    PasskeyRefused,
    SecondFactorNeeded,
    Forbidden,
    InsufficientScope,
    NotForTokens,
    AddressNotAllowed,
    SecondFactorRequired,
    Impersonating,
    ImpersonationOver,
    SingleSignOnRequired,
    CrossOrigin,
    NotFound,
    MethodNotAllowed,
    WrongState,
    Stale,
    Conflict,
    VersionRequired,
    InProgress,
    AnswerLost,
    TooLarge,
    TooManyRequests,
    StorageFull,
    Unavailable,
    TimedOut,
    Internal,
}

impl Kind {
    pub const ALL: [Kind; 30] = [
        Kind::Validation,
        Kind::Malformed,
        Kind::Unauthenticated,
        Kind::InvalidToken,
        Kind::InvalidCredentials,
        Kind::PasskeyRefused,
        Kind::SecondFactorNeeded,
        Kind::Forbidden,
        Kind::InsufficientScope,
        Kind::NotForTokens,
        Kind::AddressNotAllowed,
        Kind::SecondFactorRequired,
        Kind::Impersonating,
        Kind::ImpersonationOver,
        Kind::SingleSignOnRequired,
        Kind::CrossOrigin,
        Kind::NotFound,
        Kind::MethodNotAllowed,
        Kind::WrongState,
        Kind::Stale,
        Kind::Conflict,
        Kind::VersionRequired,
        Kind::InProgress,
        Kind::AnswerLost,
        Kind::TooLarge,
        Kind::TooManyRequests,
        Kind::StorageFull,
        Kind::Unavailable,
        Kind::TimedOut,
        Kind::Internal,
    ];

    pub fn describe(self) -> (&'static str, &'static str, StatusCode) {
        match self {
            Self::Validation => ("validation", "Invalid input", StatusCode::UNPROCESSABLE_ENTITY),
            Self::Malformed => ("malformed", "The request cannot be read", StatusCode::BAD_REQUEST),
            Self::Unauthenticated => ("unauthenticated", "Please sign in", StatusCode::UNAUTHORIZED),
            Self::InvalidToken => ("invalid-token", "The API token is not valid", StatusCode::UNAUTHORIZED),
            Self::InvalidCredentials => {
                ("invalid-credentials", "E-mail or password is wrong", StatusCode::UNAUTHORIZED)
            }
            Self::PasskeyRefused => ("passkey-refused", "This passkey was not accepted", StatusCode::UNAUTHORIZED),
            Self::SecondFactorNeeded => {
                ("second-factor-needed", "A second factor is needed as well", StatusCode::UNAUTHORIZED)
            }
            Self::Forbidden => ("forbidden", "Your role may not do this", StatusCode::FORBIDDEN),
            Self::InsufficientScope => {
                ("insufficient-scope", "The API token lacks the scope for this", StatusCode::FORBIDDEN)
            }
            Self::NotForTokens => ("not-for-tokens", "No API token may do this", StatusCode::FORBIDDEN),
            Self::AddressNotAllowed => {
                ("address-not-allowed", "Your address is not on the organization's list", StatusCode::FORBIDDEN)
            }
            Self::SecondFactorRequired => {
                ("second-factor-required", "Set up a second factor first", StatusCode::FORBIDDEN)
            }
            Self::Impersonating => ("impersonating", "Not while acting as somebody else", StatusCode::FORBIDDEN),
            Self::ImpersonationOver => ("impersonation-over", "Acting as somebody else is over", StatusCode::FORBIDDEN),
            Self::SingleSignOnRequired => {
                ("single-sign-on-required", "Sign in through your organization's provider", StatusCode::FORBIDDEN)
            }
            Self::CrossOrigin => ("cross-origin", "The request came from another site", StatusCode::FORBIDDEN),
            Self::NotFound => ("not-found", "There is no such thing here", StatusCode::NOT_FOUND),
            Self::MethodNotAllowed => {
                ("method-not-allowed", "This cannot be done here", StatusCode::METHOD_NOT_ALLOWED)
            }
            Self::WrongState => ("wrong-state", "The state does not allow this", StatusCode::CONFLICT),
            Self::Stale => ("stale", "Somebody else changed this meanwhile", StatusCode::CONFLICT),
            Self::Conflict => ("conflict", "This exists already", StatusCode::CONFLICT),
            Self::VersionRequired => ("version-required", "If-Match is missing", StatusCode::PRECONDITION_REQUIRED),
            Self::InProgress => ("in-progress", "The same request is being carried out", StatusCode::CONFLICT),
            Self::AnswerLost => {
                ("answer-lost", "The request was carried out, its answer was lost", StatusCode::CONFLICT)
            }
            Self::TooLarge => ("too-large", "Too large", StatusCode::PAYLOAD_TOO_LARGE),
            Self::TooManyRequests => ("too-many-requests", "Too many tries", StatusCode::TOO_MANY_REQUESTS),
            Self::StorageFull => ("storage-full", "The disk is full", StatusCode::INSUFFICIENT_STORAGE),
            Self::Unavailable => {
                ("unavailable", "The database cannot be reached at the moment", StatusCode::SERVICE_UNAVAILABLE)
            }
            Self::TimedOut => ("timed-out", "This took too long", StatusCode::SERVICE_UNAVAILABLE),
            Self::Internal => ("internal", "Something went wrong on our side", StatusCode::INTERNAL_SERVER_ERROR),
        }
    }
}

#[derive(Debug)]
pub struct Problem {
    pub kind: Kind,
    pub detail: Option<String>,
    pub errors: Vec<FieldError>,
    pub conflicts: Vec<Conflict>,
    pub retry_after_seconds: Option<u64>,
    /// What an API token would have to carry.
    pub scope: Option<&'static str>,
    /// Where the request came from, where that is the problem.
    pub address: Option<String>,
    cause: Option<anyhow::Error>,
}

/// One field that needs attention.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldError {
    /// RFC 6901 pointer into the request's body, as a fragment.
    #[schema(example = "#/subject")]
    pub pointer: String,
    /// The stable key of the reason, for translation.
    #[schema(example = "too_long")]
    pub code: String,
    pub detail: String,
}

/// A field that another writer changed since the version that the request saw.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Conflict {
    pub field: String,
    pub yours: Value,
    pub theirs: Value,
    pub changed_by: Option<String>,
    pub changed_at: Option<DateTime<Utc>>,
}

/// RFC 9457 problem details.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
struct Body<'a> {
    #[schema(example = "/problems/validation")]
    r#type: String,
    title: &'a str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    /// Names the request in the server's log.
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    conflicts: &'a [Conflict],
    /// What the API token would have to carry.
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a str>,
    /// Where the request came from, where that is the problem.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<&'a str>,
}

impl Problem {
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            detail: None,
            errors: vec![],
            conflicts: vec![],
            retry_after_seconds: None,
            scope: None,
            address: None,
            cause: None,
        }
    }

    pub fn not_found() -> Self {
        Self::new(Kind::NotFound)
    }

    pub fn wrong_state(detail: impl Into<String>) -> Self {
        Self::new(Kind::WrongState).detail(detail)
    }

    pub fn stale(conflicts: Vec<Conflict>) -> Self {
        Self { conflicts, ..Self::new(Kind::Stale) }
    }

    pub fn field(pointer: &str, code: &str, detail: impl Into<String>) -> Self {
        // The whole body is "#"; "#/" would be a field whose name is empty (RFC 6901 §5).
        let pointer = if pointer.is_empty() { "#".to_owned() } else { format!("#/{pointer}") };
        Self::fields(vec![FieldError { pointer, code: code.into(), detail: detail.into() }])
    }

    pub fn fields(errors: Vec<FieldError>) -> Self {
        let detail = match errors.len() {
            1 => "1 field needs attention".to_owned(),
            many => format!("{many} fields need attention"),
        };
        Self { errors, ..Self::new(Kind::Validation).detail(detail) }
    }

    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }

    pub fn insufficient_scope(scope: &'static str) -> Self {
        let problem = Self::new(Kind::InsufficientScope).detail(format!("this needs a token with the scope {scope}"));
        Self { scope: Some(scope), ..problem }
    }

    pub fn address_not_allowed(address: Option<std::net::IpAddr>) -> Self {
        let address = address.map_or("unknown".to_owned(), |address| address.to_string());
        let problem = Self::new(Kind::AddressNotAllowed).detail(format!("your address is {address}"));
        Self { address: Some(address), ..problem }
    }

    /// How to ask again, which every 401 has to say (RFC 9110 §15.5.2), in the words of RFC 6750 §3.
    fn challenge(&self) -> Option<String> {
        match self.kind {
            Kind::Unauthenticated => Some("Bearer realm=\"atum\"".into()),
            Kind::InvalidToken => Some("Bearer realm=\"atum\", error=\"invalid_token\"".into()),
            Kind::InsufficientScope => {
                let scope = self.scope.unwrap_or_default();
                Some(format!("Bearer realm=\"atum\", error=\"insufficient_scope\", scope=\"{scope}\""))
            }
            _ => None,
        }
    }

    fn caused_by(kind: Kind, cause: impl Into<anyhow::Error>) -> Self {
        Self { cause: Some(cause.into()), ..Self::new(kind) }
    }

    /// Logged once, here, where the cause becomes a response; the response itself does not tell it.
    fn log(&self) {
        match (&self.cause, self.kind) {
            (Some(cause), Kind::Unavailable) => tracing::warn!("database unavailable: {cause:#}"),
            (Some(cause), _) => tracing::error!("internal error: {cause:#}"),
            (None, _) => {}
        }
    }
}

/// For jobs and commands, which tell their errors in words.
impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (_, title, _) = self.kind.describe();
        write!(f, "{title}")?;
        self.detail.iter().try_for_each(|detail| write!(f, ": {detail}"))?;
        self.errors.iter().try_for_each(|error| write!(f, "; {} {}", error.pointer, error.detail))?;
        // Not the values: this is read by operators too, who see no ticket.
        self.conflicts.iter().try_for_each(|conflict| write!(f, "; {}", conflict.field))?;
        self.cause.iter().try_for_each(|cause| write!(f, ": {cause:#}"))
    }
}

impl std::error::Error for Problem {}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.log();
        let (key, title, status) = self.kind.describe();
        let body = Body {
            r#type: format!("/problems/{key}"),
            title,
            status: status.as_u16(),
            detail: self.detail.as_deref(),
            instance: request::id().map(|id| format!("/requests/{id}")),
            errors: &self.errors,
            conflicts: &self.conflicts,
            scope: self.scope,
            address: self.address.as_deref(),
        };
        let mut response = (status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after_seconds {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if let Some(challenge) = self.challenge().and_then(|challenge| HeaderValue::from_str(&challenge).ok()) {
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        response.extensions_mut().insert(self.kind);
        response
    }
}

impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::RowNotFound => Self::not_found(),
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) | sqlx::Error::Tls(_) => {
                Self::unavailable(error)
            }
            sqlx::Error::Database(database) if database.code().as_deref() == Some(DISK_FULL) => {
                Self::caused_by(Kind::StorageFull, error).detail("nothing was changed; try again when there is room")
            }
            sqlx::Error::Database(database) if is_away(database.code().as_deref()) => Self::unavailable(error),
            _ => Self::caused_by(Kind::Internal, error),
        }
    }
}

impl Problem {
    fn unavailable(cause: sqlx::Error) -> Self {
        Self::caused_by(Kind::Unavailable, cause).detail("nothing was changed; what you wrote is kept").retry_after(2)
    }
}

/// SQLSTATE of PostgreSQL's own disk.
const DISK_FULL: &str = "53100";

/// SQLSTATE classes of a server that is stopping, starting or out of resources (PostgreSQL, appendix A).
fn is_away(code: Option<&str>) -> bool {
    code.is_some_and(|code| code.starts_with("57P") || code.starts_with("08") || code.starts_with("53"))
}

impl From<anyhow::Error> for Problem {
    fn from(error: anyhow::Error) -> Self {
        Self::caused_by(Kind::Internal, error)
    }
}

/// Turns a broken constraint into a problem by the constraint's name.
pub trait OnConstraint<T> {
    fn on_constraint(self, name: &str, problem: impl FnOnce() -> Problem) -> Result<T>;
}

impl<T> OnConstraint<T> for Result<T, sqlx::Error> {
    fn on_constraint(self, name: &str, problem: impl FnOnce() -> Problem) -> Result<T> {
        self.map_err(|error| match &error {
            sqlx::Error::Database(database) if database.constraint() == Some(name) => problem(),
            _ => error.into(),
        })
    }
}

/// For `responses(…, Problems)` of a handler that can fail.
pub struct Problems;

impl utoipa::IntoResponses for Problems {
    fn responses() -> std::collections::BTreeMap<String, utoipa::openapi::RefOr<utoipa::openapi::response::Response>> {
        use utoipa::openapi::{ContentBuilder, Ref, ResponseBuilder};
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
        let response = ResponseBuilder::new()
            .description("RFC 9457 problem; its type is listed in docs/problems.md")
            .content("application/problem+json", content)
            .build();
        [("default".to_owned(), response.into())].into()
    }
}

/// The schemas behind [`Problems`], registered once by the router.
pub fn schemas() -> Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)> {
    use utoipa::{PartialSchema, ToSchema};
    let mut schemas = vec![("Problem".to_owned(), Body::<'_>::schema())];
    <Body<'_> as ToSchema>::schemas(&mut schemas);
    schemas
}
