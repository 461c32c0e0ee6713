//! Which operations an API token may call, and by which scope: every one of them, by the name of its handler. What is
//! not listed is done by people who are signed in, and by no token.

use std::sync::Arc;

use atum_identity::scope::{Need, Needs, Scope};
use axum::http::Method;
use utoipa::openapi::{
    OpenApi,
    path::{Operation, PathItem},
    security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
};

const SCOPES: [(Scope, &[&str]); 7] = [
    (
        Scope::TicketsRead,
        &[
            "download_file",
            "get_counters",
            "get_dashboard",
            "get_draft",
            "get_message_html",
            "get_thumbnail",
            "get_ticket",
            "list_history",
            "list_messages",
            "list_new_tickets",
            "list_notifications",
            "list_tickets",
            "search",
            "stream_live",
        ],
    ),
    (
        Scope::TicketsWrite,
        &[
            "accept_ticket",
            "admit_third_party",
            "assign_ticket",
            "cancel_ticket",
            "close_ticket",
            "create_message",
            "create_ticket",
            "move_message",
            "rate_ticket",
            "read_all_notifications",
            "read_notification",
            "reopen_ticket",
            "resolve_ticket",
            "save_draft",
            "start_ticket",
            "update_presence",
            "update_ticket",
            "upload_file",
            "wait_ticket",
        ],
    ),
    (Scope::PeopleRead, &["list_companies", "list_people", "list_staff"]),
    (Scope::PeopleWrite, &["create_company", "create_person", "update_person"]),
    (Scope::SettingsRead, &["list_calendars", "list_policies"]),
    (Scope::SettingsWrite, &["update_calendar", "update_policy"]),
    (Scope::AuditRead, &["export_audit_events", "get_audit_state", "list_audit_events"]),
];

/// A token may ask about itself, whatever it is for.
const ANY_TOKEN: &str = "get_token";

/// Asks nobody who they are, and answers a monitor that sends a token as well.
const ANYBODY: &str = "get_health";

/// Operations for people who are not signed in. Every other operation asks who calls.
pub const PUBLIC: [&str; 15] = [
    "create_session",
    "confirm_session",
    "get_second_factor_choice",
    "ask_second_passkey",
    "ask_passkey",
    "create_passkey_session",
    "request_password",
    "get_offer",
    "start_single_sign_on",
    "complete_single_sign_on",
    "get_invitation",
    "accept_invitation",
    "get_rating_by_link",
    "rate_by_link",
    "get_health",
];

/// What the operation of this name asks of a token.
pub fn need(operation: &str) -> Need {
    let listed = SCOPES.iter().find(|(_, operations)| operations.contains(&operation));
    match (operation, listed) {
        (ANYBODY, _) => Need::Nothing,
        (ANY_TOKEN, _) => Need::Token,
        (_, Some((scope, _))) => Need::Scope(*scope),
        (_, None) => Need::Session,
    }
}

/// Every name that is listed, for the test that each is an operation.
pub fn listed() -> impl Iterator<Item = &'static str> {
    SCOPES.iter().flat_map(|(_, operations)| operations.iter().copied()).chain([ANY_TOKEN, ANYBODY])
}

/// What the layer that lets tokens in goes by.
pub fn needs(document: &mut OpenApi) -> Arc<Needs> {
    let mut needs = Needs::default();
    for (route, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            needs.declare(method, route, need(operation.operation_id.as_deref().unwrap_or_default()));
        }
    }
    Arc::new(needs)
}

/// Tells in the description who may call what, and how.
pub fn describe(document: &mut OpenApi) {
    for item in document.paths.paths.values_mut() {
        for (_, operation) in operations(item) {
            operation.security = Some(security(operation.operation_id.as_deref().unwrap_or_default()));
        }
    }
    let components = document.components.get_or_insert_default();
    let cookie = ApiKeyValue::with_description("atum_session", "Behind TLS its name is __Host-atum_session.");
    components.add_security_scheme(SESSION, SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    let mut bearer = Http::new(HttpAuthScheme::Bearer);
    bearer.bearer_format = Some("atum_pat_… or atum_mat_…".into());
    components.add_security_scheme(TOKEN, SecurityScheme::Http(bearer));
}

const SESSION: &str = "session";
const TOKEN: &str = "token";

/// Either of them is enough.
fn security(operation: &str) -> Vec<SecurityRequirement> {
    let session = || SecurityRequirement::new(SESSION, [""; 0]);
    match need(operation) {
        _ if PUBLIC.contains(&operation) => vec![],
        Need::Scope(scope) => vec![session(), SecurityRequirement::new(TOKEN, [scope.name()])],
        Need::Token => vec![SecurityRequirement::new(TOKEN, [""; 0])],
        Need::Session | Need::Nothing => vec![session()],
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (Method, &mut Operation)> {
    let all = [
        (Method::GET, item.get.as_mut()),
        (Method::POST, item.post.as_mut()),
        (Method::PUT, item.put.as_mut()),
        (Method::PATCH, item.patch.as_mut()),
        (Method::DELETE, item.delete.as_mut()),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation?)))
}
